"""crossfile db …"""

from __future__ import annotations

import typer

from api.commands.common import opened


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="The database.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(upgrade)
    program.add_typer(group, name="db")


def upgrade(context: typer.Context) -> None:
    """Bring the tables to the form that this version needs. Does nothing where they have it."""
    with opened(context):
        print("The database has the form that this version needs.")


def _group() -> None:
    """The database."""
