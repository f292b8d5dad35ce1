INSERT INTO by_hand (list_id, address_id, email, folded, stranger) VALUES (?, ?, ?, ?, ?)
