"""Writes the first revisions of the database from the models, in explicit operations.

    .venv/bin/python -m tools.initial_migration

One for each module of archive/models, in the order of their foreign keys. Until the first release
only: afterwards a change of the models is a revision of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from archive.models import Base, UtcTime

FOLDER: Final = Path(__file__).parents[1] / "archive/migrations/versions"
MODULES: Final = ("files", "work", "meaning", "paper")
SOURCE: Final = '''"""Tables of the first release: archive/models/{module}.py, written from it."""
# ruff: noqa: E501 - conditions of indexes stand as they are

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before!r}


def upgrade() -> None:  # noqa: PLR0915
    """Make the tables."""
    {operations}
'''


def tables_of(module: str) -> set[str]:
    """The names of the tables that a module of archive/models describes."""
    mappers = Base.registry.mappers
    return {
        mapper.local_table.description
        for mapper in mappers
        if mapper.class_.__module__.endswith(f".{module}")
    }


def rendered(module: str) -> str:
    """The operations that make a module's tables, not yet formatted."""
    wanted = tables_of(module)

    def is_wanted(_item: Any, name: str | None, kind: str, *_: Any) -> bool:
        return kind != "table" or name in wanted

    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_wanted})
        operations = produce_migrations(context, Base.metadata).upgrade_ops
    assert operations is not None
    lines = render_python_code(operations, render_item=_render_item).splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#")).strip()


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.String(length=27)"
    return False


def main() -> None:
    """Write and format the files."""
    forgotten = set(Base.metadata.tables) - set().union(*map(tables_of, MODULES))
    if forgotten:
        sys.exit(f"No module of MODULES describes {', '.join(sorted(forgotten))}.")
    before = None
    for number, module in enumerate(MODULES, 1):
        revision = f"{number:04d}"
        source = SOURCE.format(
            module=module, revision=revision, before=before, operations=rendered(module)
        )
        (FOLDER / f"{revision}_{module}.py").write_text(source)
        before = revision
    for command in ("format --quiet", "check --fix --quiet"):
        subprocess.run([sys.executable, "-m", "ruff", *command.split(), str(FOLDER)], check=True)


if __name__ == "__main__":
    main()
