"""Parts of bundles; facts that a page says otherwise than its data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
PRINTED = sa.text("rule = 'the page says otherwise' AND retracted_at IS NULL")


def upgrade() -> None:
    """Add the table, and the index by which the few facts that want a person are found."""
    op.create_table(
        "part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("last_page", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "1 <= first_page AND first_page <= last_page", name=op.f("ck_part_pages")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_part_user_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_part_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
    )
    op.create_index(op.f("ix_part_version_id"), "part", ["version_id"], unique=False)
    op.create_index(
        "ix_fact_printed",
        "fact",
        ["recorded_at", "id"],
        unique=False,
        sqlite_where=PRINTED,
        postgresql_where=PRINTED,
    )
