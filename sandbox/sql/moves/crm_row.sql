SELECT entity, id, emailaddress1, statecode, donotbulkemail, donotemail, address1_stateorprovince,
       createdon, versionnumber, address_id
  FROM crm_row
 WHERE entity = ? AND id = ?
