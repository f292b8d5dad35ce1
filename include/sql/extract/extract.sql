-- name: may_write
-- Return whether this login may write to the view, or is a superuser or may create roles.
SELECT coalesce(bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')), false)
       OR (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_write
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :view

-- name: last_digest
-- Return the digest and the date of a source's last complete proof from a night before this date.
SELECT proof.digest, night.business_date
  FROM operations.proof
  JOIN operations.run AS night ON night.id = proof.night_id
 WHERE proof.source = :source
   AND proof.complete
   AND night.business_date < :on
 ORDER BY night.business_date DESC, night.id DESC
 LIMIT 1

-- name: clear_source
-- Delete the rows that earlier extracts of this source staged tonight.
DELETE FROM staging.row
WHERE run_id IN (SELECT id FROM operations.run WHERE kind = 'extract' AND parent_id = :night_id AND subject = :source)

-- name: copy
-- Copy judged rows into staging.
COPY staging.row (run_id, email, verdict) FROM STDIN

-- name: drop_proof
-- Delete the proof that an earlier extract of this source stored tonight.
DELETE FROM operations.proof WHERE night_id = :night_id AND source = :source

-- name: write_proof
-- Store the proof of an extract.
INSERT INTO operations.proof (
    run_id, night_id, source, audience, received, declared, filtered, valid, rejected, noted, staged, pages, contract,
    digest, started_at, ended_at, complete, reason
) VALUES (
    :run_id, :night_id, :source, :audience, :received, :declared, :filtered, :valid, CAST(:rejected AS jsonb),
    CAST(:noted AS jsonb), :staged, :pages, :contract, :digest, :started_at, :ended_at, :complete, :reason
)

-- name: clear_all
-- Empty staging.
TRUNCATE staging.row, staging.candidate, staging.not_brought
