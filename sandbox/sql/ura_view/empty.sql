TRUNCATE ura.customer_email
