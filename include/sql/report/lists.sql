-- Lists that stand still, and sheets that a person has yet to import or to show imported.
SELECT coalesce(f.target, d.target) AS target, f.until AS frozen_until, f.frozen_by,
       d.state AS sheets, d.since AS sheets_since
FROM (SELECT target, until, frozen_by FROM operations.freeze WHERE lifted_at IS NULL AND until >= :on) f
FULL JOIN (SELECT target, state, since FROM operations.delivery WHERE state IN ('delivered', 'imported')) d
    ON d.target = f.target
