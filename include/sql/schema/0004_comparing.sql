-- The comparison of a night makes a table of the difference and drops it again, in one transaction.
GRANT CREATE ON SCHEMA staging TO loader;
