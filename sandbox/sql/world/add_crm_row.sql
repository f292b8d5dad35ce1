INSERT INTO crm_row (entity, id, emailaddress1, statecode, donotbulkemail, donotemail, address1_stateorprovince,
                     createdon, versionnumber, address_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
