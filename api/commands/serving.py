"""crossfile serve, crossfile worker"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import config_of, tell_lost_roots


def add_to(program: typer.Typer) -> None:
    """Add these commands."""
    program.command()(serve)
    program.command()(worker)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Instead of server.host.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Instead of server.port; 0: a free one.")
    ] = None,
) -> None:
    """Watch, read, answer: the whole service in one command."""
    from api.serving import serve as run

    config = config_of(context)
    tell_lost_roots(config)
    changes = {"host": host, "port": port}
    update = {name: value for name, value in changes.items() if value is not None}
    server = config.server.model_copy(update=update)
    run(config.model_copy(update={"server": server}), config_file=_file(context))


def worker(
    context: typer.Context,
    supervised: Annotated[
        bool,
        typer.Option(hidden=True, help="As `serve` has it: file too, and end with standard input."),
    ] = False,
) -> None:
    """Only read, beside `serve`, which files: for more processes, or more machines."""
    from api.working import work

    work(config_of(context), is_supervised=supervised)


def _file(context: typer.Context) -> Path | None:
    path: Path | None = context.find_root().obj
    return path
