-- Whatever earlier extracts of this source staged tonight.
DELETE FROM staging.row
WHERE run_id IN (SELECT id FROM operations.run WHERE kind = 'extract' AND parent_id = :night_id AND subject = :source)
