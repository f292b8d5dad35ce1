DELETE FROM registry.address WHERE id = ANY(:ids)
