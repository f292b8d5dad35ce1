-- Whatever a sheet that nobody imported still holds is not due any more.
UPDATE operations.delivery SET state = 'superseded' WHERE target = :target AND state IN ('making', 'delivered')
