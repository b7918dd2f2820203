"""crossfile file-password …"""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from api.commands.common import ALL, AsJson, print_json, print_table, reading, writing


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Passwords with which locked files are tried.", no_args_is_help=True)
    group.command()(add)
    group.command("list")(list_passwords)
    group.command()(remove)
    program.add_typer(group, name="file-password")


def add(
    context: typer.Context,
    collection: Annotated[str, typer.Argument(help="On whose locked files it is tried.")],
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a password, asked for or read from standard input; locked files are read again."""
    from archive import file_passwords

    if sys.stdin.isatty():
        password = getpass.getpass("Password of the files: ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    with writing(context) as work:
        password_id, versions = file_passwords.add_password(
            work.session, collection, password, by=work.by, at=work.at, note=note
        )
    if as_json:
        print_json({"id": password_id, "versions": versions})
    else:
        print(f"Password {password_id} is added; locked files that are read again: {versions}.")


def list_passwords(context: typer.Context, as_json: AsJson = False) -> None:
    """All passwords by collection, without the passwords themselves."""
    from archive import file_passwords

    with reading(context) as work:
        listing = file_passwords.list_passwords(work.session, by=work.by, limit=ALL)
    if as_json:
        print_json(listing)
    else:
        print_table(
            ("ID", "COLLECTION", "NOTE", "BY", "ADDED"),
            [(one.id, one.collection, one.note, one.by, one.recorded_at) for one in listing.items],
        )


def remove(
    context: typer.Context, password: Annotated[int, typer.Argument(help="Its id, as listed.")]
) -> None:
    """Forget a password; what was read with it stays read."""
    from archive import file_passwords

    with writing(context) as work:
        file_passwords.remove_password(work.session, password, by=work.by, at=work.at)
    print(f"Password {password} is forgotten.")
