-- `new` and `missing` as they are staged; `candidates` is whom the audience would hold: whom it has, with these changes.
SELECT new, missing, (SELECT count(*) FROM registry.address WHERE audience = :audience) - missing + new AS candidates
FROM (SELECT (SELECT count(*) FROM staging.candidate WHERE run_id = :night_id AND audience = :audience) AS new,
             (SELECT count(*) FROM staging.missing WHERE run_id = :night_id AND audience = :audience) AS missing) staged
