TRUNCATE staging.row, staging.candidate, staging.missing
