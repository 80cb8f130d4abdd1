"""Alembic's entry: runs on the connection it is given, in its transaction."""

from alembic import context

from synergie.storage._tables import Row

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Row.metadata)
context.run_migrations()
