-- A case of that number, right and address is opened once. No row where it is there.
INSERT INTO operations.rights_case
    (number, right_used, digest, key_version, form_version, scope, relist, identity, received_on, due_on, state,
     opened_at, opened_by)
VALUES (:number, :right_used, :digest, :key_version, :form_version, :scope, :relist, :identity, :received_on, :due_on,
        'noted', :at, :by)
ON CONFLICT (number, right_used, digest) DO NOTHING
