-- From now on under the key that was newest when it was acted on: the suppression that it made is.
UPDATE operations.rights_case SET state = 'acted', acted_on = :on, deleted = deleted + :deleted, brought = :brought,
       digest = :digest, key_version = :key_version, form_version = :form_version
WHERE id = :case_id AND state <> 'done'
