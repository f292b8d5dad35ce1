SELECT id, register, sahkoposti, maakunta, asiakkuus FROM ura_row ORDER BY id
