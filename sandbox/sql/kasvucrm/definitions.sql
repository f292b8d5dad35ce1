SELECT /*columns*/
  FROM (SELECT json_extract(value, '$.id') AS id,
               json_extract(value, '$.LogicalName') AS LogicalName,
               json_extract(value, '$.SchemaName') AS SchemaName,
               json_extract(value, '$.EntitySetName') AS EntitySetName,
               json_extract(value, '$.PrimaryIdAttribute') AS PrimaryIdAttribute
          FROM json_each(?))
 WHERE (/*filter*/)
 ORDER BY id
