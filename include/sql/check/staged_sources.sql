SELECT source FROM operations.proof WHERE night_id = :night_id AND complete ORDER BY run_id
