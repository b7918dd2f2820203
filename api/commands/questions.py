"""crossfile question: what the archive answers with rows."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.common import (
    AsJson,
    Xlsx,
    print_json,
    print_table,
    reading,
    write_file,
)
from api.commands.finding import AsOf, On, day_of, moment_of


def add_to(program: typer.Typer) -> None:
    """Add these commands."""
    program.command()(question)


def question(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which; without one, all are named.")] = "",
    as_of: AsOf = None,
    on: On = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, for spreadsheets.")] = False,
    as_xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Ask a question that is answered with rows: changes not carried, decisions by person, …"""
    from archive import questions
    from archive.package_files import csv_file
    from archive.workbooks import to_workbook

    if not name:
        print_table(("QUESTION",), [(known,) for known in questions.QUESTIONS])
        return
    with reading(context) as work:
        found = questions.answer(
            work.session, work.by, work.services.config, name, work.at,
            as_of=moment_of(as_of), on=day_of(on),
        )  # fmt: skip
    heads = [column.name for column in found.question.columns]
    if as_json:
        print_json(found.told())
    elif as_xlsx is not None:
        write_file(as_xlsx, to_workbook(name, heads, found.rows))
    elif as_csv:
        print(csv_file(heads, found.rows).decode("utf-8-sig"), end="")
    else:
        print_table([head.upper() for head in heads], found.rows)
