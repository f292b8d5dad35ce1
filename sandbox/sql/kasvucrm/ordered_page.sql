SELECT /*columns*/ FROM crm_row WHERE entity = ? AND (/*filter*/) ORDER BY /*order*/, id LIMIT ? OFFSET ?
