"""crossfile import register, crossfile export register."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import (
    AsJson,
    Xlsx,
    config_of,
    group_of,
    opened,
    print_json,
    tell,
    write_file,
    writing,
)
from api.commands.finding import AsOf, On, day_of, moment_of

Register = Annotated[str, typer.Argument(help="products, change-requests, milestones or parties.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group_of(program, "import", "Fill registers from files.").command("register")(import_register)
    group_of(program, "export", "All that is kept.").command("register")(export_register)


def import_register(
    context: typer.Context,
    register: Register,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON Lines; - reads standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    collection: Annotated[
        str, typer.Option(help="Where entries belong whose line does not say; made if need be.")
    ] = "general",
    as_json: AsJson = False,
) -> None:
    """Make and change entries as a file says: all its lines, or none where one is wrong."""
    from archive.access import operator
    from archive.grants import ensure_collection
    from archive.register_csv import import_register as carry_out
    from archive.register_fields import register_of
    from indexer.stage_settings import schemes_of

    wanted = register_of(register)
    data = _read(file)
    schemes = schemes_of(config_of(context))
    with suppress(_NothingDone), writing(context) as work:
        ensure_collection(work.session, collection, by=work.by, at=work.at)
        result = carry_out(
            work.session, operator(work.session), wanted, data, work.at, schemes=schemes,
            collection=collection, dry_run=dry_run,
        )  # fmt: skip
        if not result.is_done:
            raise _NothingDone  # not even the collection is made
    if as_json:
        print_json(result)
    for line in [] if as_json else result.lines:
        if line.what == "wrong" or (dry_run and line.what != "same"):
            out = sys.stderr if line.what == "wrong" else sys.stdout
            print(f"line {line.number}: {line.what}: {line.text}  {line.detail}".rstrip(), file=out)
    done = "" if result.is_done else ("would be " if dry_run else "not done: ")
    tell(
        f"{done}{result.new} new, {result.changed} changed, {result.same} unchanged, "
        f"{result.wrong} wrong"
    )
    if result.wrong:
        raise typer.Exit(1)


def export_register(
    context: typer.Context,
    register: Register,
    as_of: AsOf = None,
    on: On = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of JSON Lines.")] = False,
    as_xlsx: Xlsx = None,
) -> None:
    """One line an entry, by code; what `import register` reads again."""
    from archive.access import operator
    from archive.register_csv import export_lines, to_csv, to_xlsx
    from archive.register_fields import register_of

    wanted = register_of(register)
    with opened(context) as services, services.database.read() as session:
        lines = export_lines(
            session, operator(session), wanted, as_of=moment_of(as_of), on=day_of(on)
        )
        if as_xlsx is not None:
            write_file(as_xlsx, to_xlsx(wanted, lines))
            return
        if as_csv:
            print(to_csv(wanted, lines), end="")
            return
        for line in lines:
            print(json.dumps(line, ensure_ascii=False))


class _NothingDone(Exception):
    """Takes a transaction back."""


def _read(file: Path) -> bytes:
    from archive.errors import UsageError

    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.") from error
