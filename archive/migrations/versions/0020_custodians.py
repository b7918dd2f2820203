"""Custodians of holds, and the notices that they are sent (archive/models/custody.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "custodian",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named_at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_on", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.String(length=27), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (name = '')", name=op.f("ck_custodian_who")),
        sa.CheckConstraint(
            "(acknowledged_on IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_custodian_acknowledged"),
        ),
        _key("custodian", "hold_id", "hold"),
        _key("custodian", "account_id", "account"),
        _key("custodian", "user_id", "account"),
        _key("custodian", "acknowledged_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodian")),
    )
    op.create_index(op.f("ix_custodian_hold_id"), "custodian", ["hold_id"], unique=False)
    op.create_index(op.f("ix_custodian_account_id"), "custodian", ["account_id"], unique=False)
    op.create_table(
        "custodian_notice",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("post_at", sa.String(length=27), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.String(length=27), nullable=True),
        sa.Column("sent_how", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what IN ('keep', 'remind', 'end')", name=op.f("ck_custodian_notice_what")
        ),
        sa.CheckConstraint(
            "sent_how IN ('mail', 'person')", name=op.f("ck_custodian_notice_sent_how")
        ),
        _key("custodian_notice", "custodian_id", "custodian"),
        _key("custodian_notice", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodian_notice")),
    )
    op.create_index(
        op.f("ix_custodian_notice_custodian_id"), "custodian_notice", ["custodian_id"],
        unique=False,
    )  # fmt: skip


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
