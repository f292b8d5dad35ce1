SELECT max(business_date) AS business_date FROM operations.run WHERE kind = 'close' AND state = 'done'
