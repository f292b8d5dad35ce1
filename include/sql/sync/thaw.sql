UPDATE operations.freeze SET lifted_at = :at WHERE target = :target AND lifted_at IS NULL
