DELETE FROM operations.run WHERE id = ANY(:runs)
