UPDATE address SET left_on = ? WHERE id = ?
