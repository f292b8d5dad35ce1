COPY {schema}.{table} (id, register, sahkoposti, maakunta, asiakkuus) FROM STDIN WITH (FORMAT csv)
