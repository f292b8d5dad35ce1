UPDATE operations.rights_case SET brought = :brought WHERE id = :case_id
