COPY staging.member (run_id, reading, member_id, email, suppressed) FROM STDIN
