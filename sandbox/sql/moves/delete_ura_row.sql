DELETE FROM ura_row WHERE id = ?
