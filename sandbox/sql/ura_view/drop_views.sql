DROP VIEW IF EXISTS ura.customer_email_persons, ura.customer_email_companies
