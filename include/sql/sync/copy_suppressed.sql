COPY staging.suppressed (run_id, address_id) FROM STDIN
