"""What the commands share: the configuration, the services, and how answers are written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

ALL: Final = 1_000_000  # lines of a list: on the command line nobody turns pages

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.service import Services
    from archive.access import Viewer
    from archive.config import Config
    from archive.schemes import Schemes

Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook: *.xlsx")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, as the API answers.")]


def write_file(path: Path, data: bytes) -> None:
    """Write an answer to a file. Raises `UsageError`."""
    from archive.errors import UsageError

    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error


def config_of(context: typer.Context) -> Config:
    """The configuration that this run was told to use. Raises `ConfigError`."""
    from archive.config import load_config

    return load_config(context.find_root().obj)


def tell_lost_roots(config: Config) -> None:
    """Say which configured roots can't be looked at now, and what to do; all else goes on."""
    from indexer.roots import Root

    for section in config.roots:
        if why := Root(section).lost():
            tell(
                f"Nothing of the root {section.name} can be filed now: {why} "
                "Mount the share or make what is missing, or correct this root in the "
                "configuration. The other roots go on."
            )


@contextmanager
def opened(context: typer.Context) -> Iterator[Services]:
    """The services over the configured data folder, closed afterwards."""
    from api.logs import configure_logs
    from api.service import open_services

    configure_logs()  # to standard error: the answer stands alone on standard output
    with open_services(config_of(context)) as services:
        yield services


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction of a command, by whoever may open the data folder, at one time."""

    services: Services
    session: Session
    by: Viewer
    at: datetime

    @property
    def schemes(self) -> Schemes:
        """The families of numbers that the configuration has."""
        from indexer.stage_settings import schemes_of  # regular expressions: not for every command

        return schemes_of(self.services.config)


@contextmanager
def writing(context: typer.Context) -> Iterator[Work]:
    """A transaction that is committed at the end."""
    from archive.access import operator

    with opened(context) as services, services.database.write() as session:
        yield Work(services, session, operator(session), services.clock())


@contextmanager
def reading(context: typer.Context) -> Iterator[Work]:
    """A look at one state of the database."""
    from archive.access import operator

    with opened(context) as services, services.database.read() as session:
        yield Work(services, session, operator(session), services.clock())


def print_json(answer: Any) -> None:
    """One JSON document; dataclasses and times are written as the API writes them."""
    from pydantic_core import to_json

    print(to_json(answer, indent=2).decode())


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns of equal width, never cut; times to the minute, nothing for None."""
    lines = [[*heads], *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def tell(sentence: str) -> None:
    """Say something that is no answer: it goes to the error stream, past pipes."""
    print(sentence, file=sys.stderr)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return on_one_line(str(value))


def on_one_line(text: str) -> str:
    """What a terminal would take for a line's end, or for an order of its own, is written out.

    >>> on_one_line("a\nb\u202ec å")
    'a\\nb\\u202ec å'
    """
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape").decode()
        for char in text
    )


def group_of(program: typer.Typer, name: str, help_text: str) -> typer.Typer:
    """The group of that name, made where no other module has added commands to it yet."""
    for known in program.registered_groups:
        if known.name == name and known.typer_instance is not None:
            return known.typer_instance
    group = typer.Typer(help=help_text, no_args_is_help=True)
    program.add_typer(group, name=name)
    return group
