-- URA's end of the read-only SQL view. The schema is the sandbox's own: URA's is not public.
CREATE SCHEMA IF NOT EXISTS ura;

CREATE TABLE IF NOT EXISTS ura.customer_email (
    id         bigint PRIMARY KEY,
    register   text NOT NULL,
    sahkoposti text NOT NULL,
    maakunta   text NOT NULL,
    asiakkuus  text NOT NULL
);
