-- name: find
-- Finds the address under every version of the key, because the case may be older than the newest one.
SELECT c.id, c.number, c.right_used, c.scope, c.relist, c.identity, c.received_on, c.due_on, c.state, c.acted_on,
       c.off, c.deleted, c.rewritten_on, c.done_at, c.brought, c.ended
FROM unnest(CAST(:digests AS bytea[]), CAST(:keys AS smallint[])) AS hashes (digest, key_version)
JOIN operations.rights_case c ON c.digest = hashes.digest AND c.key_version = hashes.key_version
WHERE c.number = :number AND c.right_used = :right_used

-- name: open
-- Opens a case of that number, right and address once. It inserts no row when there is one.
INSERT INTO operations.rights_case
    (number, right_used, digest, key_version, form_version, scope, relist, identity, received_on, due_on, state,
     opened_at, opened_by)
VALUES (:number, :right_used, :digest, :key_version, :form_version, :scope, :relist, :identity, :received_on, :due_on,
        'noted', :at, :by)
ON CONFLICT (number, right_used, digest) DO NOTHING

-- name: mark_acted
-- The case gets the newest key, because the suppression that the act made has it.
UPDATE operations.rights_case SET state = 'acted', acted_on = :on, deleted = deleted + :deleted, brought = :brought,
       digest = :digest, key_version = :key_version, form_version = :form_version
WHERE id = :case_id AND state NOT IN ('done', 'dismissed')

-- name: mark_done
UPDATE operations.rights_case SET state = 'done', done_at = :at, done_by = :by
WHERE id = :case_id AND state NOT IN ('done', 'dismissed')

-- name: dismiss
UPDATE operations.rights_case SET state = 'dismissed', done_at = :at, done_by = :by
WHERE id = :case_id AND state = 'noted'

-- name: find_open
SELECT id, number, right_used, scope, received_on, due_on, state, brought FROM operations.rights_case
WHERE state NOT IN ('done', 'dismissed') ORDER BY due_on, id
