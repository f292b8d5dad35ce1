DELETE FROM gone WHERE address_id = ?
