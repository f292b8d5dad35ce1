SELECT register, sahkoposti, maakunta, asiakkuus, address_id FROM ura_row WHERE id = ?
