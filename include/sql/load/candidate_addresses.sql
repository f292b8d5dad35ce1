SELECT email FROM staging.candidate WHERE run_id = :night_id AND audience = :audience
