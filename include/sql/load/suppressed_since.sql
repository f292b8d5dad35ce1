-- Whether a suppression is newer than the newest one that an extract of tonight knew.
SELECT coalesce((SELECT max(id) FROM registry.suppression), 0)
       > coalesce(min(coalesce(CAST(r.counts ->> 'suppressions' AS bigint), 0)), 0) AS newer
FROM operations.run r WHERE r.id = ANY(:extracts)
