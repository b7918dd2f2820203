"""What alembic runs: the revisions, on the connection that archive.schema hands in."""

from __future__ import annotations

from alembic import context

from archive.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # true of SQLite as well, once BEGIN is ours
)
with context.begin_transaction():
    context.run_migrations()
