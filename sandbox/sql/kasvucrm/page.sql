SELECT /*columns*/ FROM crm_row WHERE entity = ? AND /*id*/ > ? AND (/*filter*/) ORDER BY /*id*/ LIMIT ?
