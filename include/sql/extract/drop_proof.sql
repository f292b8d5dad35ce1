DELETE FROM operations.proof WHERE night_id = :night_id AND source = :source
