-- URA's end of the read-only SQL view. The schema is the sandbox's own: URA's is not public.
CREATE SCHEMA IF NOT EXISTS {schema};

CREATE TABLE IF NOT EXISTS {schema}.{table} (
    id         bigint PRIMARY KEY,
    register   text NOT NULL,
    sahkoposti text NOT NULL,
    maakunta   text NOT NULL,
    asiakkuus  text NOT NULL
);
