COPY staging.row (run_id, email, verdict) FROM STDIN
