INSERT INTO night (night, date, fault, changes) VALUES (?, ?, ?, ?)
