WITH missing AS (DELETE FROM staging.missing WHERE run_id = :night_id AND audience = :audience)
DELETE FROM staging.candidate WHERE run_id = :night_id AND audience = :audience
