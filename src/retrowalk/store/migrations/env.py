"""Alembic's door: the connection comes from `migrate`, inside its transaction."""

from alembic import context

from retrowalk.store.models import Base

if "connection" in context.config.attributes:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
    )
    context.run_migrations()
