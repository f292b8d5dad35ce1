COPY ura.customer_email (id, register, sahkoposti, maakunta, asiakkuus) FROM STDIN WITH (FORMAT csv)
