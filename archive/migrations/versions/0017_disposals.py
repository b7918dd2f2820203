"""Disposals and tombstones (archive/models/disposals.py); since when a blob is destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("blob", sa.Column("destroyed_at", sa.String(length=27), nullable=True))
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.String(length=27), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("run_after", sa.String(length=27), nullable=True),
        sa.Column("done_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("what IN ('disposed', 'erased')", name=op.f("ck_disposal_what")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'called-off', 'done')",
            name=op.f("ck_disposal_state"),
        ),
        _key("disposal", "proposed_by", "account"),
        _key("disposal", "decided_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    op.create_table(
        "disposal_document",
        sa.Column("disposal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'destroyed', 'kept', 'changed')",
            name=op.f("ck_disposal_document_outcome"),
        ),
        _key("disposal_document", "disposal_id", "disposal"),
        _key("disposal_document", "document_id", "document"),
        sa.PrimaryKeyConstraint("disposal_id", "document_id", name=op.f("pk_disposal_document")),
    )
    op.create_index(
        op.f("ix_disposal_document_document_id"), "disposal_document", ["document_id"], unique=False
    )
    op.create_table(
        "tombstone",
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.String(length=27), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.String(length=27), nullable=False),
        sa.Column("destroyed_at", sa.String(length=27), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('disposed', 'erased')", name=op.f("ck_tombstone_what")),
        _key("tombstone", "document_id", "document"),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("receipt", name=op.f("uq_tombstone_receipt")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
