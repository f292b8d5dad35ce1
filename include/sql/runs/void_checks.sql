-- What was checked is being replaced: an older verdict does not speak for it.
UPDATE operations.run SET state = 'abandoned', reason = subject || ' was replaced after it was checked'
WHERE parent_id = :night_id AND kind = 'check' AND subject = ANY(:subjects) AND state = 'done'
