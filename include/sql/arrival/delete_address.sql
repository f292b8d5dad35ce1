DELETE FROM registry.address
