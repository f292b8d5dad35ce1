SELECT /*columns*/ FROM crm_row WHERE entity = ? AND (/*filter*/) LIMIT ?
