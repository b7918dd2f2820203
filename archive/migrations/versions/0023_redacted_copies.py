"""A matter may say that a redacted copy goes out in the place of a document."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Let sayings of matters be of one more kind."""
    with op.batch_alter_table("matter_saying") as table:
        table.drop_constraint(op.f("ck_matter_saying_what"), type_="check")
        table.create_check_constraint(
            op.f("ck_matter_saying_what"),
            "what IN ('decision', 'privileged', 'confidential', 'redacted', 'note', 'place')",
        )
