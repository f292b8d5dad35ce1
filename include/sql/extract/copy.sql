COPY staging.row (run_id, source, audience, email, verdict) FROM STDIN
