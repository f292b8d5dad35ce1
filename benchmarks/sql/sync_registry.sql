-- The registry after a night: `:rows` are listed, the first `:churn` of them are gone, and as many are new.
INSERT INTO registry.address (audience, email)
SELECT 'person', 'henkilo' || n || '@posti' || mod(n, 50) || '.sandbox-posti.fi'
FROM generate_series(0, %(rows)s + %(churn)s - 1) n ORDER BY 2;

INSERT INTO registry.unseen (address_id, since, absent_since)
SELECT a.id, %(on)s, %(on)s FROM registry.address a
JOIN generate_series(0, %(churn)s - 1) n ON a.email = 'henkilo' || n || '@posti' || mod(n, 50) || '.sandbox-posti.fi';

INSERT INTO registry.listing (target, address_id, seen)
SELECT 'henkiloasiakkaat', a.id, %(at)s FROM registry.address a
JOIN generate_series(0, %(rows)s - 1) n ON a.email = 'henkilo' || n || '@posti' || mod(n, 50) || '.sandbox-posti.fi';

ANALYZE;
