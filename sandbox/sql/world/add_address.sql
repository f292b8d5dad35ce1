INSERT INTO address (id, local, a_domain, u_domain, canonical) VALUES (?, ?, ?, ?, ?)
