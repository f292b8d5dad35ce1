SELECT business_date FROM operations.run WHERE kind = 'pilot' AND state = 'done' ORDER BY id DESC LIMIT 1
