"""Numbers that change requests name as affected; notices that tell what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from archive.keys import groups_of, key_of_groups

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables; the numbers that are named already are taken from the entries."""
    named = op.create_table(
        "named_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _key("named_document", "entry_id", "entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_document")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.String(length=27), nullable=True),
        sa.Column("sent_how", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("sent_how IN ('mail', 'person')", name=op.f("ck_notice_sent_how")),
        _key("notice", "entry_id", "entry"),
        _key("notice", "version_id", "version"),
        _key("notice", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    for table, column in (
        ("named_document", "entry_id"), ("named_document", "key"),
        ("notice", "entry_id"), ("notice", "version_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    _fill(named)


def _fill(named: sa.Table) -> None:
    entry = sa.table("entry", sa.column("id"), sa.column("register"), sa.column("fields", sa.JSON))
    rows = op.get_bind().execute(
        sa.select(entry.c.id, entry.c.fields).where(entry.c.register == "change-request")
    )
    keys = [
        {"entry_id": row.id, "key": key}
        for row in rows
        for key in {
            key_of_groups(groups_of(one)) for one in row.fields.get("affects", "").split(";")
        }
        if key
    ]
    if keys:
        op.bulk_insert(named, keys)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
