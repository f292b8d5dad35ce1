UPDATE operations.run SET counts = counts || CAST(:counts AS jsonb) WHERE id = :id
