UPDATE operations.rights_case SET ended = :ended WHERE id = :case_id
