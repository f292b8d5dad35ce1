INSERT INTO operations.adoption (run_id, target, at, in_both, list_only, registry_only)
VALUES (:run_id, :target, :at, :in_both, :list_only, :registry_only)
