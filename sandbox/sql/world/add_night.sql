INSERT OR REPLACE INTO night (night, date, fault, changes) VALUES (?, ?, ?, ?)
