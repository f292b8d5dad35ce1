UPDATE operations.delivery SET state = 'superseded' WHERE state IN ('making', 'delivered', 'imported')
