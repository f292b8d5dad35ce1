DROP VIEW IF EXISTS {schema}.{persons}, {schema}.{companies}
