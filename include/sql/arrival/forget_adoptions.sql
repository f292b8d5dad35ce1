-- A newer one takes the place of those that still waited for word of who had left.
UPDATE operations.adoption SET known_at = :at, known_by = 'a newer adoption'
WHERE target = :target AND known_at IS NULL
