"""crossfile user …"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from api.commands.common import ALL, AsJson, print_json, print_table, reading, tell, writing
from archive.errors import UsageError

Role = Annotated[str, typer.Option(help="administrator, manager, coordinator, staff or legal.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Users: who may sign in.", no_args_is_help=True)
    for command in (add, disable, enable, role, password, link):
        group.command()(command)
    group.command("list")(list_users)
    program.add_typer(group, name="user")


def add(
    context: typer.Context,
    name: str,
    role: Role,
    from_stdin: FromStdin = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Ask for none; sign in by a link at first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a user. Asks for a password where somebody sits at the terminal.

    From elsewhere a password comes with --password-stdin.
    """
    from archive import accounts
    from archive.access import check_role

    check_role(role)
    name = accounts.plain_name(name)
    ask = sys.stdin.isatty() and not no_password
    secret = _read_password() if from_stdin else _ask_password() if ask else None
    with writing(context) as work:
        user = accounts.create(work.session, name, role, by=work.by, at=work.at)
        if secret is not None:
            hashed = work.services.passwords.hash(secret, name=name)
            accounts.set_password(work.session, user.id, hashed, by=work.by, at=work.at)
        user = accounts.get(work.session, user.id)
    if as_json:
        print_json(user)
    else:
        print(f"{user.name} is added, {user.role}.")
        if not user.has_password:
            if not no_password:
                tell(
                    "Standard input is no terminal and was not read. A password from there: "
                    f"`crossfile user password '{user.name}' --password-stdin`."
                )
            tell(f"There is no password yet: `crossfile user link '{user.name}'` makes a way in.")


def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """All users, by name."""
    from archive import accounts

    with reading(context) as work:
        listing = accounts.list_users(work.session, by=work.by, limit=ALL)
    if as_json:
        print_json(listing)
    else:
        print_table(
            ("NAME", "ROLE", "PASSWORD", "ADDED", "DISABLED"),
            [
                (u.name, u.role, "yes" if u.has_password else "no", u.created_at, u.disabled_at)
                for u in listing.items
            ],
        )


def disable(context: typer.Context, name: str) -> None:
    """Keep a user out: sessions and tokens end."""
    _turn(context, name, is_active=False)
    print(f"{name} is kept out; all sessions and tokens have ended.")


def enable(context: typer.Context, name: str) -> None:
    """Let a user in again."""
    _turn(context, name, is_active=True)
    print(f"{name} may sign in again; tokens have to be made anew.")


def role(context: typer.Context, name: str, role: Annotated[str, typer.Argument()]) -> None:
    """Give a user another role."""
    from archive import accounts

    with writing(context) as work:
        user = accounts.find(work.session, name)
        accounts.set_role(work.session, user.id, role, by=work.by, at=work.at)
    print(f"{name} is {role} now.")


def password(context: typer.Context, name: str, from_stdin: FromStdin = False) -> None:
    """Set a user's password; open sessions end."""
    from archive import accounts

    secret = _read_password() if from_stdin else _ask_password()
    with writing(context) as work:
        user = accounts.find(work.session, name)
        hashed = work.services.passwords.hash(secret, name=user.name)
        accounts.set_password(work.session, user.id, hashed, by=work.by, at=work.at)
    print(f"The password of {name} is set; open sessions have ended.")


def link(
    context: typer.Context,
    name: str,
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="How long it works.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Print a link that signs a user in, once."""
    from api.lock import served_at
    from archive import accounts, sign_ins
    from archive.config import base_url

    with writing(context) as work:
        user = accounts.find(work.session, name)
        secret = sign_ins.make_link(
            work.session,
            user.id,
            by=work.by,
            at=work.at,
            lifetime=timedelta(hours=hours),
        )
        config = work.services.config
        address = served_at(config.data.folder) or base_url(config.server)
        url = f"{address}/sign-in/{secret}"
    if as_json:
        print_json({"url": url})
    else:
        print(url)


def _turn(context: typer.Context, name: str, *, is_active: bool) -> None:
    from archive import accounts

    with writing(context) as work:
        user = accounts.find(work.session, name)
        turn = accounts.enable if is_active else accounts.disable
        turn(work.session, user.id, by=work.by, at=work.at)


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise UsageError("Nobody sits at the terminal: give the password with --password-stdin.")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
