DELETE FROM registry.suppression
