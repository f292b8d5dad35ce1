ALTER ROLE ura_reader PASSWORD {password}
