DELETE FROM crm_row WHERE entity = ? AND id = ?
