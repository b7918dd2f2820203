"""Indexes of columns that few rows have something in are of those rows alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

FEW = (
    ("identifier", "entry_id"), ("reference", "fixed_document_id"), ("reference", "fixed_entry_id"),
    ("reference", "dictionary_entry_id"), ("candidate", "entry_id"), ("event", "entry_id"),
    ("event", "matter_id"),
)  # fmt: skip


def upgrade() -> None:
    """Make these indexes anew (archive/models/base.py: where_present)."""
    for table, column in FEW:
        where = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(
            f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where
        )
