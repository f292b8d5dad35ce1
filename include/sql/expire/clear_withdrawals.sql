DELETE FROM registry.withdrawal WHERE withdrawn_at < :before
