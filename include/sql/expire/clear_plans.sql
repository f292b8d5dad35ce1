DELETE FROM operations.plan WHERE run_id = ANY(:runs)
