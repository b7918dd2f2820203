"""The console script. Commands stand in api/commands, one file a group.

    0  done (no hits is done)
    1  not done: unknown document, failed; or `verify`, `check`, `package check` found damage
    2  wrong usage or configuration
    3  done, but unreadable files or ambiguous references came of it; a bag valid with a warning

What a command works with is imported when it runs: `crossfile --help` is to be there at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from api import VERSION
from api.commands import (
    access,
    backups,
    changes,
    concerns,
    database,
    file_passwords,
    filing,
    finding,
    matters,
    packages,
    plans,
    proofs,
    questions,
    registers,
    retention,
    schemes,
    serving,
    tokens,
    trust,
    users,
)
from archive.errors import ConfigError, CrossfileError, UsageError

#: Every command of the program is added by one of these.
GROUPS: Final = (
    serving, filing, finding, trust, proofs, packages, backups, registers, changes, concerns,
    plans, matters, retention,
    questions, schemes,
    users, tokens, access, file_passwords, database,
)  # fmt: skip


#: Of Python's search for circles of dead objects: after so many new objects, then so many rounds.
#: By default it is after 700, 10 and 10, which took 0.5 of 7.8 s of an ingest and found next to
#: nothing.
SEARCHED_AFTER: Final = (50_000, 20, 50)


def build() -> typer.Typer:
    """The program with all its commands."""
    program = typer.Typer(
        name="crossfile",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(crossfile)
    for group in GROUPS:
        group.add_to(program)
    return program


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"crossfile {VERSION}")
        raise typer.Exit


def crossfile(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            help="The TOML file; else $CROSSFILE_CONFIG, else ./config.toml, else defaults."
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A document archive and cross-reference search service.

    Exit status: 0 done; 1 not done, or damage found; 2 wrong usage or configuration; 3 done, but
    unreadable files or ambiguous references came of it.
    """
    context.obj = config


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; what went wrong in a sentence, never a traceback for our own errors."""
    gc.set_threshold(*SEARCHED_AFTER)
    try:
        build()(arguments, prog_name="crossfile")
    except (ConfigError, UsageError) as error:
        return _failed(error, 2)
    except CrossfileError as error:
        return _failed(error, 1)
    except BrokenPipeError:  # `crossfile … | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _failed(error: CrossfileError, status: int) -> int:
    print(f"crossfile: {error}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
