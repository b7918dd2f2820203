"""crossfile matters …: for a member of the matter, whom `--as` names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands import word_lists
from api.commands.common import ALL, AsJson, print_json, print_table
from api.commands.finding import AsOf, On, day_of, moment_of
from api.commands.people import As, Matter, for_user


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Matters: disputes and inquiries.", no_args_is_help=True)
    group.command("list")(list_matters)
    group.command("show")(show_matter)
    group.command("gather")(gather)
    group.command("package")(package)
    group.command("chronology")(show_chronology)
    group.command("custodians")(list_custodians)
    word_lists.add_to(group)
    program.add_typer(group, name="matters")


def list_matters(context: typer.Context, user: As, as_json: AsJson = False) -> None:
    """The matters that the user is in."""
    from archive import matters

    with for_user(context, user) as (services, viewer), services.database.write() as session:
        found = matters.list_matters(session, viewer)
        ids = [one.id for one in found.items]
        matters.note_listed(session, viewer, ids, "list", services.clock())
    if as_json:
        print_json(found)
        return
    rows = [(one.id, one.state, one.opened_on, one.reference, one.name) for one in found.items]
    print_table(("MATTER", "STATE", "OPENED", "REFERENCE", "NAME"), rows)


def show_matter(context: typer.Context, matter: Matter, user: As, as_json: AsJson = False) -> None:
    """A matter with its documents, each with what is said of it."""
    from archive import matter_entries, matter_members, matters
    from archive.matter_sayings import MARKS

    with for_user(context, user) as (services, viewer), services.database.write() as session:
        found = matters.enter(session, viewer, matter, "matter", services.clock())
        people = matter_members.members(session, viewer, matter)
        lines = matter_entries.list_entries(session, viewer, matter, limit=ALL)
    if as_json:
        print_json({"matter": found, "members": people, "entries": lines.items})
        return
    print(f"{found.name}  {found.reference}  {found.state} since {found.opened_on}")
    print(f"members: {', '.join(one.name for one in people)}")
    rows = [
        (
            one.document, one.date, one.kind, one.number or one.title,
            one.said["decision"].value if "decision" in one.said else "",
            ", ".join(mark for mark in MARKS if mark in one.said),
            _why(one.because),
        )
        for one in lines.items
    ]  # fmt: skip
    print_table(("DOCUMENT", "DATE", "KIND", "WHAT", "DECISION", "MARKS", "BECAUSE"), rows)


def gather(  # noqa: PLR0913 - a command has a parameter for each of its options
    context: typer.Context,
    matter: Matter,
    user: As,
    seeds: Annotated[list[str] | None, typer.Argument(help="Where to begin; none: again.")] = None,
    search: Annotated[list[str] | None, typer.Option(help="What is found; repeatable.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="To this day.")] = None,
    as_of: AsOf = None,
    on: On = None,
    depth: Annotated[int, typer.Option(min=0, max=10)] = 3,
    relation: Annotated[list[str] | None, typer.Option(help="Follow these alone.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only documents of these kinds.")] = None,
    as_json: AsJson = False,
) -> None:
    """Gather for a matter; without seeds and searches what was gathered last is gathered again."""
    from api.gathering import gather_for
    from archive import matter_history, matters
    from archive.matter_gathering import Asked

    asked = None
    if seeds or search:
        asked = Asked(
            tuple(seeds or ()), tuple(search or ()), day_of(since), day_of(until),
            moment_of(as_of), day_of(on), depth, (), tuple(relation or ()), tuple(kind or ()),
        )  # fmt: skip
    with for_user(context, user) as (services, viewer):
        with services.database.write() as session:
            matters.enter(session, viewer, matter, "gatherings", services.clock())
        with services.database.read() as session:
            kept = gather_for(services, session, viewer, matter, asked)
        with services.database.read() as session:
            told = matter_history.get_gathering(session, viewer, matter, kept.number)
    if as_json:
        print_json(told)
        return
    print(f"Gathering {kept.number}: {kept.found} found, {kept.new} of them new.")
    for name in told.unknown:
        print(f"  nothing is called {name}")
    for line in told.refused:
        print(f"  left out: {line['asked']}: {line['reason']}")
    for note in told.notes:
        print(f"  {note['asked']}: {note['message']}")
    for line in told.limits:
        print(f"  left out by {line['limit']}: {line['document']}")
    for document in told.lists:
        print(f"  not followed: {document}")


def package(
    context: typer.Context,
    matter: Matter,
    user: As,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it: *.zip")],
    stamped: Annotated[bool, typer.Option("--stamped", help="With copies that bear them.")] = False,
    as_json: AsJson = False,
) -> None:
    """The package of a matter: what is included, numbered; what is privileged is withheld."""
    from api.packing import pack_matter

    with for_user(context, user) as (services, viewer):
        at = services.clock()
        made = pack_matter(services, viewer, matter, output, at, is_stamped=stamped)
    if as_json:
        print_json(made)
        return
    print(f"The package is {output}; documents in it: {made.documents}.")


def list_custodians(
    context: typer.Context, matter: Matter, user: As, as_json: AsJson = False
) -> None:
    """Who is asked to keep what they have, by hold, and how far each is."""
    from archive import custodian_views, holding, matters

    with for_user(context, user) as (services, viewer), services.database.write() as session:
        matters.enter(session, viewer, matter, "custodians", services.clock())
        found = {
            hold.id: custodian_views.custodians_of(session, viewer, hold.id)
            for hold in holding.list_holds(session, viewer, matter_id=matter).items
        }
    if as_json:
        print_json([{"hold": hold, "custodians": people} for hold, people in found.items()])
        return
    rows = [
        (
            hold, one.name, one.state, one.named_at.date(),
            " ".join(str(it.sent_at.date()) for it in one.notices if it.sent_at),
            one.acknowledged_on or "", one.ended_at.date() if one.ended_at else "",
        )
        for hold, people in found.items()
        for one in people
    ]  # fmt: skip
    print_table(("HOLD", "NAME", "STATE", "NAMED", "TOLD", "ACKNOWLEDGED", "ENDED"), rows)


def show_chronology(
    context: typer.Context,
    matter: Matter,
    user: As,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it: *.pdf, *.csv")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What is not excluded, in order of time, with decisions, milestones, and what is missing."""
    from api.routes.matter_chronology import chronology_for
    from archive.chronology import FIELDS, chronology_csv
    from archive.chronology_pdf import chronology_pdf
    from archive.errors import UsageError

    with for_user(context, user) as (services, viewer), services.database.read() as session:
        found, lines = chronology_for(services, session, viewer, matter)
        at = services.clock()
    if output:
        is_pdf = output.suffix.lower() == ".pdf"
        made = chronology_pdf(found.name, lines, at) if is_pdf else chronology_csv(lines)
        try:
            output.write_bytes(made)
        except OSError as error:
            raise UsageError(
                "%(path)s can't be written: %(why)s.", path=output, why=error.strerror or error
            ) from error
        print(f"The chronology is {output}.")
    elif as_json:
        print_json({"items": lines})
    else:
        print_table(
            [name.upper() for name in FIELDS], [[*map(one.told().get, FIELDS)] for one in lines]
        )


def _why(because: tuple[dict[str, Any], ...]) -> str:
    for one in because:
        if "from" not in one:
            return next(f"{name} {one[name]}" for name in ("seed", "search", "by") if name in one)
        return f"{one['from']} {one['relation']} {one['identifier'] or one['to'] or ''}".rstrip()
    return ""
