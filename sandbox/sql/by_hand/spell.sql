INSERT INTO left_as (address_id, email) VALUES (?, ?)
