CREATE SCHEMA IF NOT EXISTS ura;
DROP TABLE IF EXISTS ura.bench CASCADE;
CREATE UNLOGGED TABLE ura.bench AS
SELECT 'asiakas' || number || '@sandbox-posti.fi' AS sahkoposti, '06' AS maakunta, 'voimassa' AS asiakkuus
  FROM generate_series(1, :rows) AS number;
CREATE VIEW ura.bench_persons AS SELECT sahkoposti, maakunta, asiakkuus FROM ura.bench;
