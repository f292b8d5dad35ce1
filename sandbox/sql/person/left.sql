-- Everybody who unsubscribed, in the order in which they did.
SELECT canonical FROM address WHERE left_on IS NOT NULL ORDER BY left_on, id
