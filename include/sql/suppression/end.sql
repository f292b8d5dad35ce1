DELETE FROM registry.suppression WHERE id = ANY(:ids)
