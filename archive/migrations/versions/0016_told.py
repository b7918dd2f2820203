"""Saved searches, digests, what was sent (archive/models/told.py); changes by their product."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables, and the index by which the changes of a product are found."""
    op.create_index(
        "ix_entry_value_products", "entry_value", ["value"], unique=False,
        sqlite_where=sa.text("field = 'products'"),
        postgresql_where=sa.text("field = 'products'"),
    )  # fmt: skip
    _of_people()
    op.create_table(
        "sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.Column("acknowledged_on", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "how IN ('mail', 'post', 'hand', 'portal', 'other')", name=op.f("ck_sending_how")
        ),
        sa.CheckConstraint(
            "(acknowledged_on IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_sending_acknowledged"),
        ),
        _key("sending", "version_id", "version"),
        _key("sending", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
    )
    for table, column in (("saved_search", "account_id"), ("sending", "version_id")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _of_people() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("looked_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        _key("saved_search", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_table(
        "digest_wish",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.CheckConstraint("every IN ('day', 'week')", name=op.f("ck_digest_wish_every")),
        _key("digest_wish", "account_id", "account"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest_wish")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("sent_at", sa.String(length=27), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        _key("digest", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_digest_account_id_day")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
