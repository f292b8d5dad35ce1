INSERT INTO operations.acceptance (source, digest, received, accepted_at, accepted_by, why)
VALUES (:source, :digest, :received, :at, :by, :why)
ON CONFLICT (source, digest, received) DO NOTHING
