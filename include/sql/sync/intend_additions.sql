INSERT INTO registry.listing (target, address_id, add_asked)
SELECT :target, address_id, :at FROM unnest(CAST(:addresses AS bigint[])) AS given (address_id)
ON CONFLICT (target, address_id)
DO UPDATE SET add_asked = excluded.add_asked, seen = NULL, remove_asked = NULL, missed_in = NULL, refused_on = NULL,
              add_imported = NULL, remove_imported = NULL
