UPDATE operations.plan SET state = 'superseded' WHERE target = :target AND state = 'open'
