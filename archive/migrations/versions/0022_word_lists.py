"""Searches for a matter: word lists, and each time that one was asked (archive/models/legal.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "word_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _key("word_list", "matter_id", "matter"),
        _key("word_list", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_list")),
        sa.UniqueConstraint("matter_id", "number", name=op.f("uq_word_list_matter_id_number")),
    )
    op.create_table(
        "word_list_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word_list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("index_state", sa.JSON(), nullable=False),
        sa.Column("reads", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _key("word_list_run", "word_list_id", "word_list"),
        _key("word_list_run", "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_list_run")),
        sa.UniqueConstraint(
            "word_list_id", "number", name=op.f("uq_word_list_run_word_list_id_number")
        ),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
