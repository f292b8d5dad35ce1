SELECT counts FROM operations.run WHERE kind = 'close'
