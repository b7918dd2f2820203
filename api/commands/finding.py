"""crossfile search, show, references, trail, export: what is in the archive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.common import AsJson, on_one_line, opened, print_json, print_table
from archive.messages import counted

AsOf = Annotated[
    str | None, typer.Option("--as-of", help="What was known then: 2024-03-01, or with a time.")
]
On = Annotated[str | None, typer.Option("--on", help="What held on that day: 2024-03-01.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    for command in (search, show, references, trail):
        program.command()(command)
    group = typer.Typer(help="JSON Lines of all that is kept, sorted by path.")
    group.command("documents")(export_documents)
    group.command("references")(export_references)
    program.add_typer(group, name="export")


def search(
    context: typer.Context,
    query: str,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_of: AsOf = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Search as the box on the page does."""
    from api.finder import Finder
    from api.telling import tell_results
    from archive.access import operator
    from archive.paths import gone_since
    from archive.records import document_id_of
    from indexer.search.merged import Options

    with opened(context) as services, services.database.read() as session:
        options = Options(limit=limit, as_of=moment_of(as_of), on=day_of(on))
        results = Finder(services.config).search(session, operator(session), query, options)
        found = [document_id_of(hit.row.document) for hit in results.hits]
        gone = gone_since(session, found, options.as_of)
    if as_json:
        print_json(tell_results(query, results))
        return
    for note in results.notes:
        print(f"note at {note.start}: {note.message.english()}")
    for number, hit in zip(found, results.hits, strict=True):
        row = hit.row
        heading = [row.document, row.kind, row.number, row.title, row.date, row.path]
        if since := gone.get(number):
            heading.append(f"(gone from the folders since {since:%Y-%m-%d})")
        print(on_one_line("  ".join(part for part in heading if part)))
        if hit.snippet:
            place = f"p.{hit.page} " if hit.page else ""
            print(f"    {place}{' '.join(hit.snippet.split())}")
    print(counted(results.total, "document") + _and_some(results.total, results.total_any))


def _and_some(total: int, some: int) -> str:
    have, have_some = ("has" if count == 1 else "have" for count in (total, some))
    return f" {have} all of it; {some} more {have_some} some" if some else ""


def show(
    context: typer.Context,
    document: str,
    as_of: AsOf = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """One document, by file number, own number or path."""
    from api.telling import document_with
    from archive.access import operator
    from archive.documents import find_document
    from archive.opening import Which, open_document

    with opened(context) as services, services.database.read() as session:
        viewer, which = operator(session), Which(None, moment_of(as_of), day_of(on))
        found = find_document(session, viewer, document)
        view = open_document(session, viewer, found, which)
        line = document_with(session, viewer, view, as_of=which.as_of)
    if as_json:
        print_json(line)
        return
    line.pop("facts")
    print_table(("WHAT", "SAYS"), [(name, _flat(value)) for name, value in line.items()])


def _flat(value: Any) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def references(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument()] = None,
    as_of: AsOf = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """References of one document, in and out, or of all current versions."""
    from api.reference_lines import reference_lines
    from api.telling import references_of, references_with
    from archive.access import operator
    from archive.builtin_schemes import entry_schemes
    from archive.documents import find_document
    from archive.opening import Which, open_document

    with opened(context) as services, services.database.read() as session:
        viewer, which = operator(session), Which(None, moment_of(as_of), day_of(on))
        if document is None:
            found = references_of(session, viewer, as_of=which.as_of, on=which.on)
        else:
            number = find_document(session, viewer, document)
            view = open_document(session, viewer, number, which)
            found = references_with(session, viewer, view, as_of=which.as_of, on=which.on)
        if not as_json:
            of_entries = entry_schemes(services.config.schemes)
            lines = reference_lines(session, viewer, found, of_entries, as_of=which.as_of)
            print("\n".join(lines))
    if as_json:
        print_json(found)


def trail(  # noqa: PLR0913 - a command has a parameter for each of its options
    context: typer.Context,
    seeds: list[str],
    since: Annotated[str | None, typer.Option(help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="To this day.")] = None,
    as_of: AsOf = None,
    on: On = None,
    depth: Annotated[int, typer.Option(min=0, max=10)] = 3,
    through: Annotated[
        list[str] | None,
        typer.Option(help="The file number of a list that is followed all the same; repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A package, with the originals: *.zip")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The documents that hang together around these seeds, dated, each with its reason."""
    from archive.access import operator
    from archive.builtin_schemes import entry_schemes
    from archive.package import record_package, write_package
    from archive.trail import Wish, gather

    then = (moment_of(as_of), day_of(on))
    lists = frozenset(through or ())
    wish = Wish(tuple(seeds), day_of(since), day_of(until), *then, depth, lists)
    with opened(context) as services:
        with services.database.read() as session:
            viewer = operator(session)
            found = gather(session, viewer, wish, entry_schemes(services.config.schemes))
            if output:
                at = services.clock()
                made = write_package(
                    session, viewer, services.vault, found, output, at, history=services.history
                )
        if output:
            with services.database.write() as session:
                record_package(session, viewer, made, at)
    if as_json:
        print_json(found)
        return
    for entry in found["entries"]:
        said = "; ".join(
            f"{b['from']} {b['relation']} {b['identifier'] or b['to'] or ''}"
            for b in entry["because"]
        )
        heading = [entry["date"] or "          ", entry["document"], entry["kind"], entry["number"]]
        print("  ".join(part for part in heading if part), f" {entry['title'] or entry['path']}")
        if said:
            print(f"            because {said}")
    for line in found["not_followed"]:
        count, document = line["references"], line["document"]
        print(f"  not followed: {count} references of {document}; give it as a seed to follow them")
    for line in found["missing"]:
        print(f"  {line['status']}: {line['from']} {line['relation']} {line['identifier']}")
    if output:
        print(f"The package is {output}.")


def export_documents(context: typer.Context, as_of: AsOf = None, on: On = None) -> None:
    """One line a document, the fields of its current version first."""
    from archive import exports
    from archive.access import operator

    with opened(context) as services, services.database.read() as session:
        viewer = operator(session)
        _print_lines(exports.documents(session, viewer, as_of=moment_of(as_of), on=day_of(on)))


def export_references(
    context: typer.Context,
    mentions: Annotated[bool, typer.Option("--mentions", help="With every place.")] = False,
    all_versions: Annotated[bool, typer.Option("--all-versions")] = False,
    as_of: AsOf = None,
    on: On = None,
) -> None:
    """One line for each source version, scheme, key, issuer and relation."""
    from archive import exports
    from archive.access import operator

    with opened(context) as services, services.database.read() as session:
        lines = exports.references(
            session,
            operator(session),
            all_versions=all_versions,
            with_mentions=mentions,
            as_of=moment_of(as_of),
            on=day_of(on),
        )
        _print_lines(lines)


def _print_lines(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))


def day_of(text: str | None) -> date | None:
    """A day as people give it. Raises `UsageError`."""
    from archive.times import parse_day

    return None if text is None else parse_day(text)


def moment_of(text: str | None) -> datetime | None:
    """A moment as people give it; a day alone means its end. Raises `UsageError`."""
    from archive.times import parse_moment

    return None if text is None else parse_moment(text)
