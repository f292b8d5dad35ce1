INSERT INTO ura_row (register, sahkoposti, maakunta, asiakkuus, address_id) VALUES (?, ?, ?, ?, ?)
