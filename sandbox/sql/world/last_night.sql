SELECT night, date, fault, changes FROM night ORDER BY night DESC LIMIT 1
