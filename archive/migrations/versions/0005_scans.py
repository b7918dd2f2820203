"""Which pages of a version wait for OCR."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, and the index by which the few that wait are found."""
    op.add_column("version", sa.Column("unread_pictures", sa.Text(), nullable=True))
    op.create_index(
        "ix_version_unread_pictures",
        "version",
        ["id"],
        unique=False,
        sqlite_where=sa.text("unread_pictures IS NOT NULL"),
        postgresql_where=sa.text("unread_pictures IS NOT NULL"),
    )
