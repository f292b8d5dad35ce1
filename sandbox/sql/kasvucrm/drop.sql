SELECT emailaddress1, address1_stateorprovince
  FROM crm_row
 WHERE statecode = 0 AND donotbulkemail IS NOT 1 AND donotemail IS NOT 1 AND emailaddress1 IS NOT NULL
 ORDER BY entity, id
