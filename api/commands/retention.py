"""crossfile retention due, disposals, tombstones: what is due, what is agreed on, what is left.

Proposing and approving is for two persons who sign in: whoever runs commands could be both.
"""

from __future__ import annotations

import typer

from api.commands.common import ALL, AsJson, print_json, print_table, reading


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Retention: what is due, what was destroyed.", no_args_is_help=True)
    group.command("due")(list_due)
    group.command("disposals")(list_disposals)
    group.command("tombstones")(list_tombstones)
    program.add_typer(group, name="retention")


def list_due(context: typer.Context, as_json: AsJson = False) -> None:
    """What is due by the retention classes of the configuration, and not proposed yet."""
    from api.retention_answers import due_lines

    with reading(context) as work:
        found = due_lines(work.session, work.by, work.services.config, work.at.date(), limit=ALL)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.due_on, one.document, one.then, one.kind, one.number or one.title, one.retention_class)
        for one in found.items
    ]
    print_table(("DUE", "DOCUMENT", "THEN", "KIND", "WHAT", "CLASS"), rows)


def list_disposals(context: typer.Context, as_json: AsJson = False) -> None:
    """What was proposed, approved, called off and done, the newest first."""
    from archive import disposal_views

    with reading(context) as work:
        found = disposal_views.list_disposals(work.session, work.by, limit=ALL)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one.id, one.what, one.state, one.documents, one.proposed_by, one.decided_by,
            one.run_after, one.done_at,
        )
        for one in found.items
    ]  # fmt: skip
    heads = ("DISPOSAL", "WHAT", "STATE", "DOCUMENTS", "PROPOSED", "DECIDED", "AFTER", "DONE")
    print_table(heads, rows)


def list_tombstones(context: typer.Context, as_json: AsJson = False) -> None:
    """What is left of the documents that were destroyed, the newest first."""
    from archive import tombstone_views

    with reading(context) as work:
        found = tombstone_views.list_tombstones(work.session, work.by, limit=ALL)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.destroyed_at, one.document, one.what, one.kind, one.number, one.retention_class)
        for one in found.items
    ]
    print_table(("DESTROYED", "DOCUMENT", "WHAT", "KIND", "NUMBER", "CLASS"), rows)
