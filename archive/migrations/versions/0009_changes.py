"""Change requests: approvals, affected documents and their answers, entries opened by documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "approval",
        *_written("approval"),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Text(), nullable=False),
        sa.CheckConstraint("decision IN ('approve', 'reject')", name=op.f("ck_approval_decision")),
        _key("approval", "entry_id", "entry"),
    )
    op.create_table(
        "affected",
        *_written("affected"),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Text(), nullable=True),
        _key("affected", "entry_id", "entry"),
        _key("affected", "version_id", "version"),
    )
    op.create_table(
        "affected_answer",
        *_written("affected_answer"),
        sa.Column("affected_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('carried', 'waived')", name=op.f("ck_affected_answer_answer")
        ),
        _key("affected_answer", "affected_id", "affected"),
        _key("affected_answer", "version_id", "version"),
    )
    op.create_table(
        "opened_entry",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _key("opened_entry", "entry_id", "entry"),
        _key("opened_entry", "version_id", "version"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_opened_entry")),
    )
    for table, column in (
        ("approval", "entry_id"), ("affected", "entry_id"), ("affected", "version_id"),
        ("affected_answer", "affected_id"), ("opened_entry", "version_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _written(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        _key(table, "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
