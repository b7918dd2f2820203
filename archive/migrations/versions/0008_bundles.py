"""Facts that a page says otherwise than its data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
PRINTED = sa.text("rule = 'the page says otherwise' AND retracted_at IS NULL")


def upgrade() -> None:
    """Add the index by which the few that want a person are found."""
    op.create_index(
        "ix_fact_printed",
        "fact",
        ["recorded_at", "id"],
        unique=False,
        sqlite_where=PRINTED,
        postgresql_where=PRINTED,
    )
