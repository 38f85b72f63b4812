"""How Alembic runs here: on the connection `streamer_app.store.schema` hands over, or as text for reading and linting.

Every migration is a transaction of its own. The version table lives in the schema `streamer_app`, which therefore has
to exist before Alembic looks.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from streamer_app.assets import migrations_folder

VERSION_SCHEMA = "streamer_app"


def _run() -> None:
    connection = context.config.attributes.get("connection")
    ground = (migrations_folder() / "sql" / "ground.sql").read_text(encoding="utf-8")
    if connection is None:
        context.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            literal_binds=True,
            version_table_schema=VERSION_SCHEMA,
            transaction_per_migration=True,
        )
    else:
        connection.execute(text(ground))
        connection.commit()
        context.configure(connection=connection, version_table_schema=VERSION_SCHEMA, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
