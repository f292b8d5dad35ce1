-- Under every id of the address: it may be listed from both audiences.
UPDATE registry.listing l SET remove_asked = :at, remove_imported = NULL
FROM registry.address mine, registry.address same
WHERE mine.id = ANY(:addresses) AND same.email = mine.email
  AND l.target = :target AND l.address_id = same.id
