"""Parties that are one (archive/models/parties.py), and by what the documents of one are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from archive.parties import party_key
from archive.party_numbers import checked_number

revision = "0007"
down_revision = "0006"

_IN_CHUNK = 5000


def upgrade() -> None:
    """Make the tables and columns, and fill those for the facts that are there."""
    for column in ("party_key", "party_number"):
        op.add_column("fact", sa.Column(column, sa.Text(), nullable=True))
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_fact_{column}",
            "fact",
            [column],
            unique=False,
            sqlite_where=where,
            postgresql_where=where,
        )
    _fill()
    op.create_table(
        "entry_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        *_foreign("entry_merge", entry_id="entry", into_id="entry", user_id="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_merge")),
    )
    op.create_table(
        "merge_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("other_entry_id", sa.Integer(), nullable=True),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('same', 'other')",
            name=op.f("ck_merge_proposal_decision"),
        ),
        *_foreign(
            "merge_proposal",
            entry_id="entry",
            other_entry_id="entry",
            collection_id="collection",
            user_id="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_proposal")),
    )
    for table, column in (
        ("entry_merge", "entry_id"),
        ("entry_merge", "into_id"),
        ("merge_proposal", "entry_id"),
        ("merge_proposal", "other_entry_id"),
        ("merge_proposal", "collection_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _foreign(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in columns.items()
    ]


def _fill() -> None:
    fact = sa.table(
        "fact",
        *(sa.column(name) for name in ("name", "value", "identifier", "party_key", "party_number")),
        sa.column("id", sa.Integer()),
    )
    connection, last = op.get_bind(), 0
    statement = (
        fact.update()
        .where(fact.c.id == sa.bindparam("of"))
        .values(party_key=sa.bindparam("key"), party_number=sa.bindparam("number"))
    )
    while rows := connection.execute(
        sa.select(fact.c.id, fact.c.value, fact.c.identifier)
        .where(fact.c.name == "party", fact.c.id > last)
        .order_by(fact.c.id)
        .limit(_IN_CHUNK)
    ).all():
        last = rows[-1].id
        values = [
            {"of": row.id, "key": party_key(row.value), "number": checked_number(row.identifier)}
            for row in rows
        ]
        connection.execute(statement, values)
