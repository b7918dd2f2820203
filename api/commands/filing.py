"""crossfile ingest, reread, status: files into the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import (
    AsJson,
    config_of,
    opened,
    print_json,
    print_table,
    tell,
    tell_lost_roots,
)
from archive.messages import counted


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    for command in (ingest, reread, status):
        program.command()(command)


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Folders or files.", exists=True)],
    root: Annotated[
        str | None, typer.Option(help="File under a root of this name; else the folder's.")
    ] = None,
    collection: Annotated[str, typer.Option(help="Of what lies outside every root.")] = "general",
    as_json: AsJson = False,
) -> None:
    """File and read these now; ends when all is searchable.

    Exit status 3: done, and of what was filed some can't be read or some references are ambiguous,
    or some files could not be taken. 1: a root is lost.
    """
    from api.choosing import roots_of
    from api.ingesting import ingest_paths
    from api.progress import progress_shown

    config = config_of(context)
    tell_lost_roots(config)
    with opened(context) as services:
        sections = roots_of(config, paths, root, collection)
        with progress_shown() as show:
            outcome = ingest_paths(services, sections, tell=tell, show=show)
    if as_json:
        print_json(outcome)
    else:
        print(outcome.sentence())
    for name, why in outcome.lost.items():
        tell(f"The root {name} is lost: {why}")
    for one in outcome.not_taken:
        tell(f"{one.path} was not taken: {one.reason}")
    if outcome.status:
        raise typer.Exit(outcome.status)


def reread(
    context: typer.Context,
    selection: Annotated[
        list[str] | None,
        typer.Argument(help="Documents, outdated, reader:NAME or reason:CODE; else everything."),
    ] = None,
    stage: Annotated[str, typer.Option(help="parse, refer or index.")] = "parse",
) -> None:
    """Read again: after an upgrade of a reader, a new scheme, or to try what failed."""
    from archive.access import operator
    from archive.rereading import ask_reread
    from indexer.parsers.registry import newest_versions

    with opened(context) as services, services.database.write() as session:
        count = ask_reread(
            session,
            operator(session),
            selection or [],
            stage,
            services.clock(),
            newest=newest_versions(),
        )
    versions = counted(count, "version")
    print(f"{versions} will be read again; `crossfile status` shows how far that is.")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """What is kept, what waits, and what wants somebody."""
    from api.standing import standing_of
    from archive.access import operator

    with opened(context) as services, services.database.read() as session:
        found = standing_of(session, operator(session), services)
    if as_json:
        print_json(found)
        return
    rows: list[tuple[str, object]] = []
    for name, value in found.items():
        if isinstance(value, dict):
            rows += [(f"{name} {key}".replace("_", " "), count) for key, count in value.items()]
        elif not isinstance(value, list):
            rows.append((name.replace("_", " "), value))
    rows += [(f"root {one['name']} seen", one["last_sweep"]) for one in found["roots"]]
    print_table(("WHAT", "NOW"), rows)
    for wanted in found["programs_wanted"]:
        names = " or ".join(wanted["programs"])
        files = counted(wanted["files"], "more file")
        tell(f"{names} would read {files} (Debian: {wanted['package']}).")
    if missing := found["ocr_missing"]:
        tell(f"Tesseract lacks the languages {', '.join(missing)}: scans in them stay unread.")
