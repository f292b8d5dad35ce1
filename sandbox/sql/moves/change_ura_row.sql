UPDATE ura_row SET register = ?, sahkoposti = ?, maakunta = ?, asiakkuus = ?, address_id = ? WHERE id = ?
