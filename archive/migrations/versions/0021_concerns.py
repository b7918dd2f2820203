"""Quality concerns are a register too; they are found by the document they were reported from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

BEFORE = "register IN ('product', 'change-request', 'milestone', 'party')"
AFTER = "register IN ('product', 'change-request', 'milestone', 'party', 'concern')"


def upgrade() -> None:
    """Let entries be of that register, and add the index."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _rewrite_check(connection)
    else:
        op.drop_constraint(op.f("ck_entry_register"), "entry", type_="check")
        op.create_check_constraint(op.f("ck_entry_register"), "entry", AFTER)
    where = sa.text("field = 'document'")
    op.create_index(
        "ix_entry_value_document", "entry_value", ["value"], sqlite_where=where,
        postgresql_where=where,
    )  # fmt: skip


def _rewrite_check(connection: sa.Connection) -> None:
    """What SQLite advises where a CHECK changes and no row does (lang_altertable.html, 7).

    Making the table anew would drop what other tables point to.
    """
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema=ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'entry'"
        ),
        {"before": BEFORE, "after": AFTER},
    )
    connection.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema=RESET"))
