"""Plans: needs of milestones, what is said of them, and milestones found by day and product."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables and indexes."""
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        *_written("need"),
        sa.CheckConstraint(
            "what IN ('document', 'checkpoint', 'material', 'person')", name=op.f("ck_need_what")
        ),
        _key("need", "entry_id", "entry"),
    )
    op.create_table(
        "need_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Text(), nullable=False),
        *_written("need_state"),
        sa.CheckConstraint(
            "state IN ('missing', 'unusable', 'there')", name=op.f("ck_need_state_state")
        ),
        _key("need_state", "need_id", "need"),
    )
    op.create_index(op.f("ix_need_entry_id"), "need", ["entry_id"], unique=False)
    op.create_index(op.f("ix_need_state_need_id"), "need_state", ["need_id"], unique=False)
    for field in ("planned_on", "product"):
        where = sa.text(f"field = '{field}'")
        op.create_index(
            f"ix_entry_value_{field}", "entry_value", ["value"], unique=False,
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip


def _written(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        _key(table, "user_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
