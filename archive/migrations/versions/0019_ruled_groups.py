"""The grouping of the number that a ruling is on: 118/1 and 1181 have one key, and are two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_NAMED = ("document_id", "scheme", "key", "relation")
_KINDS = ("ambiguous", "misread", "suspect")


def upgrade() -> None:
    """Add the column. What was ruled before is on every grouping, as it was.

    Lines about a number with a slash or dot are named by its groups as well from now on: those that
    were put aside stay so.
    """
    op.add_column("ruling", sa.Column("groups", sa.Text(), nullable=True))
    reference = sa.table("reference", *(sa.column(name) for name in (*_NAMED, "groups")))
    aside = sa.table("aside", sa.column("id"), sa.column("item", sa.Text()))
    of_numbers = sa.or_(*(aside.c.item.startswith(f"{kind}:") for kind in _KINDS))
    connection = op.get_bind()
    for row in connection.execute(sa.select(aside).where(of_numbers)).all():
        parts = row.item.partition(":")[2].split("/")
        if len(parts) != len(_NAMED):
            continue
        named = [int(parts[0]), *parts[1:]]
        groups = connection.scalar(
            sa.select(reference.c.groups)
            .where(*(reference.c[name] == said for name, said in zip(_NAMED, named, strict=True)))
            .where(sa.cast(reference.c.groups, sa.Text()).contains("/"))
            .limit(1)
        )
        if groups:
            op.execute(
                sa.update(aside).where(aside.c.id == row.id).values(item=f"{row.item}/{groups}")
            )
