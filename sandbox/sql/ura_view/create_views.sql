CREATE VIEW ura.customer_email_persons AS
SELECT {columns} FROM ura.customer_email WHERE register = 'persons';

CREATE VIEW ura.customer_email_companies AS
SELECT {columns} FROM ura.customer_email WHERE register = 'companies';

GRANT USAGE ON SCHEMA ura TO ura_reader;
GRANT SELECT ON ura.customer_email_persons, ura.customer_email_companies TO ura_reader;
