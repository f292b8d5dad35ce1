SELECT count(*) AS members FROM staging.member WHERE run_id = :run_id AND reading = :reading
