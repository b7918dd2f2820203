"""crossfile question: what the archive answers with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.common import (
    AsJson,
    Xlsx,
    config_of,
    print_json,
    print_table,
    reading,
    write_file,
)
from api.commands.finding import AsOf, On, day_of, moment_of

if TYPE_CHECKING:
    from api.commands.common import Work
    from archive.registers import EntryView


def add_to(program: typer.Typer) -> None:
    """Add these commands."""
    program.command()(question)


def question(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which; without one, all are named.")] = "",
    as_of: AsOf = None,
    on: On = None,
    product: Annotated[str, typer.Option(help="Of which, where it is asked of one.")] = "",
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
    then: dict[str, Any] = {"as_of": moment_of(as_of), "on": day_of(on)}
    with reading(context) as work:
        found = questions.answer(
            work.session, work.by, work.services.config, name, work.at,
            product=_product(context, work, product, then) if product else None, **then,
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


def _product(context: typer.Context, work: Work, name: str, then: dict[str, Any]) -> EntryView:
    from archive.register_fields import REGISTERS
    from archive.registers import get
    from indexer.stage_settings import schemes_of

    schemes = schemes_of(config_of(context))
    return get(work.session, work.by, REGISTERS["product"], name, schemes=schemes, **then)
