ALTER ROLE ura_reader SET default_transaction_read_only = on
