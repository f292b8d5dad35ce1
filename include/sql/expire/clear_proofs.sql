DELETE FROM operations.proof WHERE run_id = ANY(:runs) OR night_id = ANY(:runs)
