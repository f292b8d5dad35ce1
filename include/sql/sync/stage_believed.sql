-- Kept by sheets, and no newer export: on the list is whom the last one showed and whom an imported sheet added, less
-- whom an imported sheet removed.
INSERT INTO staging.member (run_id, reading, member_id, email, suppressed)
SELECT :run_id, 1, 'a' || min(a.id), a.email,
       bool_and(EXISTS (SELECT FROM staging.suppressed s WHERE s.run_id = :run_id AND s.address_id = a.id))
FROM registry.listing l JOIN registry.address a ON a.id = l.address_id
WHERE l.target = :target AND (l.seen IS NOT NULL OR l.add_imported IS NOT NULL) AND l.remove_imported IS NULL
GROUP BY a.email
