CREATE VIEW {schema}.{persons} AS
SELECT {columns} FROM {schema}.{table} WHERE register = 'persons';

CREATE VIEW {schema}.{companies} AS
SELECT {columns} FROM {schema}.{table} WHERE register = 'companies';

GRANT USAGE ON SCHEMA {schema} TO {reader};
GRANT SELECT ON {schema}.{persons}, {schema}.{companies} TO {reader};
