"""crossfile verify, check: is everything what it was, and does it agree?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.commands.common import AsJson, opened, print_json, tell

if TYPE_CHECKING:
    from archive.anchoring import Standing
    from archive.fixity import Finding


#: What is to be made again is a job, which the service does, or `ingest`.
MENDED: Final = " Mended, once the service or the next ingest has run."


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    program.command()(verify)
    program.command()(check)


def verify(
    context: typer.Context,
    sample: Annotated[
        float, typer.Option(min=0.01, max=100, help="Percent of the blobs, by chance.")
    ] = 100.0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last one was cut off.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hash the blobs again; check receipts and history. Exit status 1: damage was found.

    Says up to which event a checkpoint outside vouches for history.
    """
    from archive import fixity

    standings: list[Standing] = []
    with opened(context) as services:
        findings = list(
            fixity.verify(
                services.database,
                services.vault,
                outside=services.history.outside,
                service=services.history.service,
                percent=sample,
                resume=resume,
                clock=services.clock,
                stand=standings.append,
            )
        )
    sound = f"Everything is what it was.\n{standings[0]}"
    _answer(findings, as_json=as_json, sound=sound, history=standings[0])
    if findings and not as_json:
        tell(str(standings[0]))
    _end(findings)


def check(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Make derived things again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare database, vault, index and history. Exit status 1: something does not agree."""
    from api.index_keys import IndexKeys
    from api.pictures import pictures_folder
    from archive import agreement

    with opened(context) as services:
        findings = list(
            agreement.check(
                services.database,
                services.vault,
                IndexKeys(services.config),
                pictures=pictures_folder(services.config),
                repair=repair,
                clock=services.clock,
            )
        )
    _answer(findings, as_json=as_json, sound="Database, vault and index agree.")
    _end(findings)


def _answer(findings: Sequence[Finding], *, as_json: bool, sound: str, **more: object) -> None:
    if as_json:
        print_json({"findings": findings, "sound": not findings, **more})
    elif not findings:
        print(sound)
    for finding in findings:
        tell(f"{finding.part}: {finding.text}" + (MENDED if finding.mended else ""))


def _end(findings: Sequence[Finding]) -> None:
    if any(not finding.mended for finding in findings):
        raise typer.Exit(1)
