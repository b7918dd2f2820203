"""crossfile backup, restore, rebuild."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import AsJson, config_of, opened, print_json, tell
from archive.messages import counted


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    program.command()(backup)
    program.command()(restore)
    program.command()(rebuild)


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Best on another disk.")],
    as_json: AsJson = False,
) -> None:
    """Back up all that can't be made again; the service may go on. Blobs are copied once.

    Exit status 1: blobs of the vault or receipts were damaged; all else is in the backup.
    """
    from archive.backup import backup as make
    from archive.errors import UsageError

    with opened(context) as services:
        for root in services.config.roots:
            if folder.resolve().is_relative_to(root.path.resolve()):
                raise UsageError(f"{folder} lies in the root {root.name}: it would be filed.")
        made = make(services.database, services.vault, folder, services.clock)
    if as_json:
        print_json(made)
    else:
        print(
            f"The backup is {made.path}: {counted(made.rows, 'row')}, "
            f"{counted(made.blobs, 'blob')} ({made.new_blobs} new there)."
        )
    if made.replaced_blobs:
        tell(
            f"Not what was stored, and copied again: {counted(made.replaced_blobs, 'blob')}. Look "
            "at the disk of the backups."
        )
    for sha256 in made.damaged:
        tell(f"Blob {sha256} is not what was stored, and not in the backup: crossfile verify")
    for finding in made.findings:
        tell(f"{finding} It is in the backup as it is: crossfile verify")
    if made.damaged or made.findings:
        raise typer.Exit(1)


def restore(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="As given to backup (its latest), or one in it.")
    ],
    trial: Annotated[
        Path | None,
        typer.Option(metavar="PLACE", help="Into a new folder in PLACE, deleted again at the end."),
    ] = None,
    without_damaged: Annotated[
        bool, typer.Option("--without-damaged", help="All but damaged originals; names them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty data folder and database, then verify it.

    The configuration is not in a backup. The search index is made anew at the next start. On
    trial, the archive stays as it is and may be in use; `status` says when that was last done.
    """
    from api.restoring import restored, tried

    if trial:
        with opened(context) as services:
            findings = tried(services, folder, trial, without_damaged=without_damaged)
    else:
        findings = restored(config_of(context), folder, without_damaged=without_damaged)
    if as_json:
        print_json({"findings": findings, "sound": not findings})
    elif not findings:
        print(f"The backup {'can be' if trial else 'is'} restored, and everything is what it was.")
    for finding in findings:
        tell(f"{finding.part}: {finding.text}")
    if findings:
        raise typer.Exit(1)


def rebuild(
    context: typer.Context,
    tables: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="As given to backup (its latest), or one in it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a lost database again from the vault, then verify it; from a backup take the tables.

    Without --tables there are documents, versions and places again, and neither accounts nor
    registers nor rulings. All is read anew when the service or an ingest runs next. Exit status 1:
    the vault was damaged; the rest is made.
    """
    from api.restoring import rebuilt

    made = rebuilt(config_of(context), tables)
    if as_json:
        print_json({"sound": not made.findings, **asdict(made)})
    else:
        before = f" after the tables of {made.backup}" if made.backup else ""
        print(
            f"The database has {counted(made.documents, 'document')} again, made of "
            f"{counted(made.receipts, 'receipt')}{before}. They are read when the service or an "
            "ingest runs next."
        )
    for finding in made.findings:
        tell(f"{finding.part}: {finding.text}")
    if made.findings:
        raise typer.Exit(1)
