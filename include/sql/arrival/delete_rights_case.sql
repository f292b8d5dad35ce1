DELETE FROM operations.rights_case
