"""crossfile collection …, crossfile group …, crossfile grant …"""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.common import ALL, AsJson, Work, print_json, print_table, reading, writing

ToUser = Annotated[str | None, typer.Option("--user", help="To this user.")]
ToGroup = Annotated[str | None, typer.Option("--group", help="To this group.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of these groups."""
    collection = typer.Typer(help="Collections: what is seen together.", no_args_is_help=True)
    collection.command("add")(add_collection)
    collection.command("list")(list_collections)
    program.add_typer(collection, name="collection")
    group = typer.Typer(help="Groups of users.", no_args_is_help=True)
    group.command("add")(add_group)
    group.command("list")(list_groups)
    group.command("remove")(remove_group)
    group.command("join")(join)
    group.command("leave")(leave)
    program.add_typer(group, name="group")
    grant = typer.Typer(help="Grants: who may do what where.", no_args_is_help=True)
    grant.command("add")(add_grant)
    grant.command("list")(list_grants)
    grant.command("remove")(remove_grant)
    program.add_typer(grant, name="grant")


def add_collection(context: typer.Context, name: str) -> None:
    """Make a collection before anything is filed in it."""
    from archive import grants

    with writing(context) as work:
        made = grants.make_collection(work.session, name, by=work.by, at=work.at)
    print(f"The collection {made.name} is there; nobody but administrators sees it yet.")


def list_collections(context: typer.Context, as_json: AsJson = False) -> None:
    """All collections, by name."""
    from archive import grants

    with reading(context) as work:
        listing = grants.list_collections(work.session, by=work.by, limit=ALL)
    if as_json:
        print_json(listing)
    else:
        print_table(("NAME",), [(row.name,) for row in listing.items])


def add_group(context: typer.Context, name: str) -> None:
    """Make a group, with nobody in it."""
    from archive import groups

    with writing(context) as work:
        made = groups.make_group(work.session, name, by=work.by, at=work.at)
    print(f"The group {made.name} is there; nobody is in it yet.")


def list_groups(context: typer.Context, as_json: AsJson = False) -> None:
    """All groups with their members, by name."""
    from archive import groups

    with reading(context) as work:
        listing = groups.list_groups(work.session, by=work.by, limit=ALL)
        lines: list[tuple[int, str, list[str]]] = [
            (group.id, group.name, _members(work, group.id)) for group in listing.items
        ]
    if as_json:
        keys = ("id", "name", "members")
        items = [dict(zip(keys, line, strict=True)) for line in lines]
        print_json({"items": items, "total": listing.total})
    else:
        print_table(("NAME", "MEMBERS"), [(name, ", ".join(users)) for _, name, users in lines])


def _members(work: Work, group_id: int) -> list[str]:
    from archive import groups

    listing = groups.list_members(work.session, group_id, by=work.by, limit=ALL)
    return [member.user for member in listing.items]


def remove_group(context: typer.Context, name: str) -> None:
    """Take a group away, and what was granted through it."""
    from archive import groups

    with writing(context) as work:
        group = groups.find_group(work.session, name)
        groups.remove_group(work.session, group.id, by=work.by, at=work.at)
    print(f"The group {name} is gone, and what was granted to it.")


def join(context: typer.Context, group: str, user: str) -> None:
    """Put a user into a group."""
    from archive import accounts, groups

    with writing(context) as work:
        ids = groups.find_group(work.session, group).id, accounts.find(work.session, user).id
        groups.join(work.session, *ids, by=work.by, at=work.at)
    print(f"{user} is in {group}.")


def leave(context: typer.Context, group: str, user: str) -> None:
    """Take a user out of a group."""
    from archive import accounts, groups

    with writing(context) as work:
        ids = groups.find_group(work.session, group).id, accounts.find(work.session, user).id
        groups.leave(work.session, *ids, by=work.by, at=work.at)
    print(f"{user} is not in {group}.")


def add_grant(
    context: typer.Context,
    collection: str,
    user: ToUser = None,
    group: ToGroup = None,
    right: Annotated[str, typer.Option(help="read, or write (and read).")] = "read",
) -> None:
    """Let a user or a group read, or read and write, a collection."""
    from archive import grants

    with writing(context) as work:
        grants.grant(
            work.session, collection, right, by=work.by, at=work.at, user=user, group=group
        )
    print(f"{user or group} may {right} {collection}.")


def list_grants(context: typer.Context, as_json: AsJson = False) -> None:
    """All grants, by collection."""
    from archive import grants

    with reading(context) as work:
        listing = grants.list_grants(work.session, by=work.by, limit=ALL)
    if as_json:
        print_json(listing)
    else:
        print_table(
            ("COLLECTION", "USER", "GROUP", "RIGHT"),
            [(row.collection, row.user, row.group, row.right) for row in listing.items],
        )


def remove_grant(
    context: typer.Context, collection: str, user: ToUser = None, group: ToGroup = None
) -> None:
    """Take a grant back."""
    from archive import grants

    with writing(context) as work:
        grant_id = grants.find_grant(work.session, collection, user=user, group=group)
        grants.revoke(work.session, grant_id, by=work.by, at=work.at)
    print(f"What was granted to {user or group} in {collection} is taken back.")
