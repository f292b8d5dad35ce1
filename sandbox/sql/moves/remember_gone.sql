INSERT INTO gone (address_id, source, night) VALUES (?, ?, ?)
ON CONFLICT (address_id, source) DO UPDATE SET night = excluded.night
