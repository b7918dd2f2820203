"""Where paper originals lie: archive/models/paper.py, written from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("lent_to", sa.Text(), nullable=True),
        sa.Column("lent_until", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("form IN ('signed', 'copy')", name=op.f("ck_paper_form")),
        sa.CheckConstraint("lent_until IS NULL OR lent_to IS NOT NULL", name=op.f("ck_paper_lent")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_paper_document_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_paper_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    op.create_index(op.f("ix_paper_document_id"), "paper", ["document_id"], unique=False)
    op.create_index(op.f("ix_paper_lent_until"), "paper", ["lent_until"], unique=False)
