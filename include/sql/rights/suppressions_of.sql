-- What keeps the person of a case off only until they are off every list; whatever came since has another reason, and stays.
SELECT s.id, s.digest, s.key_version, s.form_version, s.scope FROM registry.suppression s
JOIN operations.rights_case c ON c.digest = s.digest AND c.key_version = s.key_version AND c.scope = s.scope
WHERE c.id = :case_id AND c.relist AND s.reason = 'relist'
