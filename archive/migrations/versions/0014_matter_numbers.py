"""Numbers of documents in a matter (archive/models/matters.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "matter_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _key("matter_id", "matter"),
        _key("version_id", "version"),
        _key("user_id", "account"),
        sa.CheckConstraint("first > 0 AND pages > 0", name=op.f("ck_matter_number_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_number")),
        sa.UniqueConstraint(
            "matter_id", "version_id", name=op.f("uq_matter_number_matter_id_version_id")
        ),
        sa.UniqueConstraint("matter_id", "first", name=op.f("uq_matter_number_matter_id_first")),
    )
    op.create_index(
        op.f("ix_matter_number_version_id"), "matter_number", ["version_id"], unique=False
    )


def _key(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_matter_number_{column}"))
