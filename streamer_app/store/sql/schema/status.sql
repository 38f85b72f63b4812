-- Is the version table there, and is anything of the owner's? Reads catalogs only, so that any login may ask.
SELECT to_regclass('streamer_app.alembic_version') IS NOT NULL AS has_version_table,
       to_regclass('streamer_app.compatibility') IS NOT NULL AS has_compatibility,
       EXISTS (
         SELECT FROM pg_catalog.pg_class
          WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%(tables)s)
         UNION ALL
         SELECT FROM pg_catalog.pg_type
          WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' AND typname = ANY (%(types)s)
       ) AS has_owners_tables
