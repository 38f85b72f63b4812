-- What the owner's tables and types look like, one thing a line. Run with an empty search_path: then every name is
-- written with its schema, whoever asks. NOT NULL stands with the column, since PostgreSQL 18 also has it as a constraint.
WITH owned AS (
  SELECT relation.oid, relation.relname
    FROM pg_class AS relation
   WHERE relation.relnamespace = 'public'::regnamespace
     AND relation.relkind IN ('r', 'p')
     AND relation.relname = ANY (%(tables)s)
), columns AS (
  SELECT owned.relname, attribute.attname, attribute.attnum,
         format_type(attribute.atttypid, attribute.atttypmod)
           || CASE WHEN attribute.attnotnull THEN ' NOT NULL' ELSE '' END
           || CASE WHEN attribute.attidentity <> '' THEN ' IDENTITY' ELSE '' END
           || CASE WHEN attribute.attgenerated <> '' THEN ' GENERATED ' ELSE ' DEFAULT ' END
           || coalesce(pg_get_expr(default_of.adbin, default_of.adrelid), 'NULL')
           || CASE WHEN attribute.attcollation <> type_of.typcollation THEN ' COLLATED' ELSE '' END AS definition
    FROM owned
    JOIN pg_attribute AS attribute ON attribute.attrelid = owned.oid
    JOIN pg_type AS type_of ON type_of.oid = attribute.atttypid
    LEFT JOIN pg_attrdef AS default_of ON default_of.adrelid = owned.oid AND default_of.adnum = attribute.attnum
   WHERE attribute.attnum > 0 AND NOT attribute.attisdropped
)
SELECT 'type' AS kind, type_of.typname::text AS owner, ''::text AS name,
       string_agg(label.enumlabel, ', ' ORDER BY label.enumsortorder) AS definition, ARRAY[]::text[] AS columns
  FROM pg_type AS type_of JOIN pg_enum AS label ON label.enumtypid = type_of.oid
 WHERE type_of.typnamespace = 'public'::regnamespace AND type_of.typname = ANY (%(types)s)
 GROUP BY type_of.typname
UNION ALL
SELECT 'order', relname, '', string_agg(attname, ', ' ORDER BY attnum), array_agg(attname::text ORDER BY attnum)
  FROM columns GROUP BY relname
UNION ALL
SELECT 'column', relname, attname, definition, ARRAY[attname::text] FROM columns
UNION ALL
SELECT 'constraint', owned.relname, constraint_of.conname, pg_get_constraintdef(constraint_of.oid),
       ARRAY(SELECT attribute.attname::text FROM pg_attribute AS attribute
              WHERE attribute.attrelid = owned.oid AND attribute.attnum = ANY (constraint_of.conkey)
              ORDER BY attribute.attnum)
  FROM owned JOIN pg_constraint AS constraint_of ON constraint_of.conrelid = owned.oid
 WHERE constraint_of.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT CASE WHEN index_of.indisunique OR index_of.indisexclusion THEN 'unique index' ELSE 'index' END,
       owned.relname, index_class.relname, pg_get_indexdef(index_of.indexrelid),
       ARRAY(SELECT attribute.attname::text FROM pg_attribute AS attribute
              WHERE attribute.attrelid = owned.oid AND attribute.attnum = ANY (index_of.indkey)
              ORDER BY attribute.attnum)
  FROM owned
  JOIN pg_index AS index_of ON index_of.indrelid = owned.oid
  JOIN pg_class AS index_class ON index_class.oid = index_of.indexrelid
