UPDATE operations.rights_case SET off = off || jsonb_build_object(CAST(:target AS text), CAST(:how AS text))
WHERE id = :case_id AND state = 'acted'
