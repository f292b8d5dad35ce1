-- The number up to which addresses are known to this load: by it an access request is told since when, at the latest.
SELECT coalesce(max(id), 0) AS last_id FROM registry.address
