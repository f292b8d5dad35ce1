DELETE FROM operations.acceptance WHERE accepted_at < :before
