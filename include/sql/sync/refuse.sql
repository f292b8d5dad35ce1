-- The vendor refused these addresses.
UPDATE registry.listing SET refused_on = :on WHERE target = :target AND address_id = ANY(:addresses)
