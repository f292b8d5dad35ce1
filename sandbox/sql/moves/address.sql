SELECT id, local, a_domain, u_domain FROM address WHERE id = ?
