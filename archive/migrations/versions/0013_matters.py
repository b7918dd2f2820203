"""Matters and holds (archive/models/matters.py); events of a matter name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the tables, and the column by which the events of a matter are found."""
    op.add_column("event", sa.Column("matter_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_event_matter_id"), "event", ["matter_id"], unique=False)
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("parties", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_matter_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
    )
    _of_matters()
    _of_holds()
    for table, column in (
        ("matter_member", "matter_id"), ("matter_member", "account_id"),
        ("matter_entry", "document_id"),
        ("matter_saying", "matter_id"), ("matter_saying", "document_id"),
        ("hold", "matter_id"), ("held_document", "document_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _of_matters() -> None:
    op.create_table(
        "matter_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_responsible", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _key("matter_member", "matter_id", "matter"),
        _key("matter_member", "account_id", "account"),
        _key("matter_member", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_member")),
    )
    op.create_table(
        "gathering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("is_truncated", sa.Boolean(), nullable=False),
        sa.Column("reads", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _key("gathering", "matter_id", "matter"),
        _key("gathering", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sa.UniqueConstraint("matter_id", "number", name=op.f("uq_gathering_matter_id_number")),
    )
    op.create_table(
        "matter_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        _key("matter_entry", "matter_id", "matter"),
        _key("matter_entry", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_entry")),
        sa.UniqueConstraint(
            "matter_id", "document_id", name=op.f("uq_matter_entry_matter_id_document_id")
        ),
    )
    op.create_table(
        "matter_saying",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "what IN ('decision', 'privileged', 'confidential', 'note', 'place')",
            name=op.f("ck_matter_saying_what"),
        ),
        _key("matter_saying", "matter_id", "matter"),
        _key("matter_saying", "document_id", "document"),
        _key("matter_saying", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_saying")),
    )


def _of_holds() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("criterion", sa.JSON(), nullable=False),
        sa.Column("reads", sa.JSON(), nullable=False),
        sa.Column("crossed", sa.JSON(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.String(length=27), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=False),
        _key("hold", "matter_id", "matter"),
        _key("hold", "user_id", "account"),
        _key("hold", "released_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_table(
        "held_document",
        sa.Column("hold_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        _key("held_document", "hold_id", "hold"),
        _key("held_document", "document_id", "document"),
        sa.PrimaryKeyConstraint("hold_id", "document_id", name=op.f("pk_held_document")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
