SELECT id FROM operations.rights_case WHERE deleted > 0 AND rewritten_on IS NULL
