SELECT source, row_id, audience FROM eligible WHERE address_id = ? ORDER BY source, row_id
