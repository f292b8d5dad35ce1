-- One statement a line, outside a transaction. FULL rewrites the heap and every index of the table.
VACUUM (FULL) registry.address
VACUUM (FULL) registry.unseen
