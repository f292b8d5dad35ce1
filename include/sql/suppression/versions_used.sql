-- Whatever was made with a key, by its version.
SELECT key_version, count(*) AS rows
FROM (
    SELECT key_version FROM registry.suppression
    UNION ALL SELECT key_version FROM registry.withdrawal
    UNION ALL SELECT key_version FROM registry.forgotten
    UNION ALL SELECT key_version FROM operations.rights_case
) AS made
GROUP BY key_version ORDER BY key_version
