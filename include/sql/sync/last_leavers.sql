SELECT business_date FROM operations.run
WHERE kind = 'leavers' AND subject = :subject AND state = 'done'
ORDER BY id DESC LIMIT 1
