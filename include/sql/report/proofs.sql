SELECT source, audience, received, declared, filtered, valid, rejected, complete, reason, started_at, ended_at
FROM operations.proof WHERE night_id = :night_id ORDER BY run_id
