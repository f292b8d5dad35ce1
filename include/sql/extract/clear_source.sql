DELETE FROM staging.row WHERE run_id = :run_id AND source = :source
