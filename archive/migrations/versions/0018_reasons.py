"""An index of why a version was not read, or not wholly: the list of attention asks for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the index (archive/models/base.py: where_present)."""
    where = sa.text("reason_code IS NOT NULL")
    op.create_index(
        "ix_version_reason_code",
        "version",
        ["reason_code"],
        sqlite_where=where,
        postgresql_where=where,
    )
