SELECT count(*) FROM (SELECT 1 FROM crm_row WHERE entity = ? AND (/*filter*/) LIMIT ?)
