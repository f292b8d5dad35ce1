-- A thousand persons of nobody in these files, under the one key that there is.
INSERT INTO registry.suppression (digest, key_version, form_version, scope, reason, recorded_on)
SELECT sha256(CAST(CAST(number AS text) AS bytea)), 1, 1, 'all', 'objection', DATE '2026-01-01'
FROM generate_series(1, 1000) number
