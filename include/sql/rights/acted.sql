UPDATE operations.rights_case SET state = 'acted', acted_on = :on, deleted = deleted + :deleted
WHERE id = :case_id AND state <> 'done'
