"""crossfile matters search, hits: word lists of a matter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import AsJson, print_json, print_table
from api.commands.finding import AsOf, day_of, moment_of
from api.commands.people import As, Matter, for_user

if TYPE_CHECKING:
    from archive.hit_reports import HitReport
    from archive.legal_searches import ListAsked


def add_to(group: typer.Typer) -> None:
    """Add the commands to those of matters."""
    group.command("search")(search)
    group.command("hits")(show_hits)


def search(  # noqa: PLR0913 - a command has a parameter for each of its options
    context: typer.Context,
    matter: Matter,
    user: As,
    words: Annotated[
        Path | None, typer.Argument(help="A text file, a term a line; without it --term, --again.")
    ] = None,
    term: Annotated[list[str] | None, typer.Option(help="A term; repeatable.")] = None,
    name: Annotated[str, typer.Option(help="How the list is called.")] = "",
    folder: Annotated[list[str] | None, typer.Option(help="Only below it: ROOT/folder.")] = None,
    custodian: Annotated[
        list[str] | None, typer.Option(help="Only what they answered for; repeatable.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="To this day.")] = None,
    as_of: AsOf = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="In all versions.")] = False,
    again: Annotated[int, typer.Option(min=0, help="Search the list of this number again.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Search a word list for a matter: the hits of each term, kept there."""
    from api.legal_searching import search_for
    from archive import hit_reports, matters
    from archive.legal_searches import ListAsked

    asked: ListAsked | None = None
    if not again:
        terms = [*_lines(words), *(term or ())]
        asked = ListAsked(
            tuple(terms), tuple(folder or ()), tuple(custodian or ()), day_of(since),
            day_of(until), moment_of(as_of), all_versions,
        )  # fmt: skip
    with for_user(context, user) as (services, viewer):
        with services.database.write() as session:
            matters.enter(session, viewer, matter, "word-lists", services.clock())
        with services.database.read() as session:
            kept = search_for(services, session, viewer, matter, asked, number=again, name=name)
        with services.database.read() as session:
            found = hit_reports.report(session, viewer, matter, *kept)
    _tell(found, as_json=as_json)


def show_hits(
    context: typer.Context,
    matter: Matter,
    number: Annotated[int, typer.Argument(min=1, help="The number of the word list.")],
    user: As,
    run: Annotated[int, typer.Option(min=0, help="Which time it was searched; 0: the last.")] = 0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it: *.csv")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a word list of a matter found, by term."""
    from archive import hit_reports, matters
    from archive.errors import UsageError

    with for_user(context, user) as (services, viewer), services.database.write() as session:
        matters.enter(session, viewer, matter, "word-lists", services.clock())
        found = hit_reports.report(session, viewer, matter, number, run)
    if output is None:
        _tell(found, as_json=as_json)
        return
    try:
        output.write_bytes(hit_reports.report_csv(found))
    except OSError as error:
        raise UsageError(
            "%(path)s can't be written: %(why)s.", path=output, why=error.strerror or error
        ) from error
    print(f"The hits are {output}.")


def _lines(words: Path | None) -> list[str]:
    from archive.errors import UsageError

    if words is None:
        return []
    try:
        return words.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "%(path)s can't be read as UTF-8 text: %(why)s.", path=words, why=error
        ) from error


def _tell(found: HitReport, *, as_json: bool) -> None:
    from archive.hit_reports import TERM_FIELDS, TOO_MANY

    if as_json:
        print_json(found)
        return
    print(f"List {found.number}, {found.name}: search {found.run}, by {found.who}.")
    rows = [
        (one.number, one.term, *(
            ["–"] * 5 if one.is_too_many
            else [getattr(one, name) for name in TERM_FIELDS[2:]]
        ))
        for one in found.terms
    ]  # fmt: skip
    whole = (found.documents, found.families, found.with_families, "", found.new)
    print_table([name.upper() for name in TERM_FIELDS], [*rows, ("", "all", *whole)])
    for one in found.terms:
        for said in [*([TOO_MANY] if one.is_too_many else []), *(n["message"] for n in one.notes)]:
            print(f"  {one.term}: {said}")
    for why, count in found.left_out.items():
        if count:
            print(f"  left out ({why}): {count}")
    print(
        f"In the index: {found.index['indexed']} versions; waiting: {found.index['waiting']}; "
        f"unreadable: {found.index['unreadable']}."
    )
