TRUNCATE staging.row, staging.candidate
