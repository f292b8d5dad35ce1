DROP TABLE staging.difference
