SELECT sahkoposti, maakunta, asiakkuus FROM ura_row WHERE register = ? ORDER BY id
