SELECT counts -> 'deleted' AS deleted FROM operations.run WHERE kind = 'close' AND counts -> 'deleted' IS NOT NULL
