DELETE FROM registry.withdrawal
