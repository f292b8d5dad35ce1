INSERT INTO operations.proof (
    run_id, night_id, source, audience, received, declared, filtered, valid, rejected, noted, staged, pages, contract,
    digest, started_at, ended_at, complete, reason
) VALUES (
    :run_id, :night_id, :source, :audience, :received, :declared, :filtered, :valid, CAST(:rejected AS jsonb),
    CAST(:noted AS jsonb), :staged, :pages, :contract, :digest, :started_at, :ended_at, :complete, :reason
)
