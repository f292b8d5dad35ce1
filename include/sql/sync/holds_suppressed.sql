SELECT EXISTS (SELECT FROM staging.suppressed WHERE run_id = :run_id AND address_id = 0) AS there
