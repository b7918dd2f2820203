"""crossfile package …"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import AsJson, print_json, tell


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        help="Packages: BagIt bags, ours and those of others.", no_args_is_help=True
    )
    group.callback()(_group)
    group.command()(check)
    program.add_typer(group, name="package")


def check(
    bag: Annotated[Path, typer.Argument(help="A folder, ZIP or TAR.", metavar="FILE|FOLDER")],
    as_json: AsJson = False,
) -> None:
    """Check any BagIt bag. Exit status 1: it is not valid; 3: it is, with a warning."""
    from archive.bags import check_bag

    findings = check_bag(bag)
    is_valid = all(finding.level != "error" for finding in findings)
    if as_json:
        print_json({"valid": is_valid, "findings": findings})
    elif is_valid:
        print("The bag is valid" + (", with a warning." if findings else "."))
    for finding in findings:
        tell(f"{finding.level}: {finding.text}")
    if findings:
        raise typer.Exit(3 if is_valid else 1)


def _group() -> None:
    """Packages, ours and those of others."""
