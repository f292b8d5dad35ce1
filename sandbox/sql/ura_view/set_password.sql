ALTER ROLE {reader} PASSWORD {password}
