-- Whatever waited when the backup was taken was decided or done since.
UPDATE operations.plan SET state = 'superseded' WHERE state = 'open'
