DELETE FROM operations.freeze WHERE lifted_at < :before
