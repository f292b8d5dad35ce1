UPDATE operations.rights_case SET rewritten_on = :on WHERE id = ANY(:cases)
