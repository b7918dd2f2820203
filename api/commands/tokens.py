"""crossfile token …"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from api.commands.common import ALL, AsJson, print_json, print_table, reading, tell, writing


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Tokens: how programs sign in.", no_args_is_help=True)
    group.command()(add)
    group.command("list")(list_tokens)
    group.command()(revoke)
    program.add_typer(group, name="token")


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Of the user; added where there is none.")],
    role: Annotated[str, typer.Option(help="administrator, manager, coordinator, staff or legal.")],
    collection: Annotated[
        list[str] | None,
        typer.Option(help="Grant this collection too (repeat); an administrator sees all."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it works; else for good.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token of a user and print it, this once."""
    from archive import accounts, grants, tokens
    from archive.access import ROLES, Right, check_role
    from archive.errors import Conflict, NotFound

    check_role(role)
    with writing(context) as work:
        try:
            user = accounts.find(work.session, name)
        except NotFound:
            user = accounts.create(work.session, name, role, by=work.by, at=work.at)
        if user.role != role:
            raise Conflict(f"{user.name} is {user.role}; a token can be nothing else.")
        right = "write" if Right.FILE in ROLES[role] else "read"
        for granted in collection or ():
            grants.grant(work.session, granted, right, by=work.by, at=work.at, user=user.name)
        lifetime = None if days is None else timedelta(days=days)
        token_id, secret = tokens.make_token(
            work.session, user.id, "command line", by=work.by, at=work.at, lifetime=lifetime
        )
        sees_all = Right.ADMINISTER in ROLES[role]
    if as_json:
        print_json({"id": token_id, "token": secret})
    else:
        print(secret)
    if not (collection or sees_all):
        tell(f"What {user.name} may see, `crossfile grant add` says.")


def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """All tokens, the newest first, without their secrets."""
    from archive import tokens

    with reading(context) as work:
        listing = tokens.list_tokens(work.session, by=work.by, limit=ALL)
    if as_json:
        print_json(listing)
    else:
        print_table(
            ("ID", "TOKEN", "USER", "ROLE", "MADE", "EXPIRES", "USED", "ENDED"),
            [
                (
                    t.id, f"{t.prefix}…", t.user, t.role,
                    t.created_at, t.expires_at, t.seen_at, t.ended_at,
                )
                for t in listing.items
            ],
        )  # fmt: skip


def revoke(
    context: typer.Context, token: Annotated[int, typer.Argument(help="Its id, as listed.")]
) -> None:
    """End a token."""
    from archive import tokens

    with writing(context) as work:
        tokens.end_token(work.session, token, by=work.by, at=work.at)
    print(f"Token {token} has ended.")
