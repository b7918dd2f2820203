"""What was destroyed, told outside the vault: so that no older backup brings it back.

    FOLDER/destroyed-<receipt>.jsonl   receipts, one a line, named after the first; write-once

Such files lie beside the backups, and in the folders of `history.outside`. There are only ever more
of them: what an archive that was restored does not know any more is still told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import destroying, erasing, events, tombstones
from archive.errors import DamageFound
from archive.files import publish
from archive.intake import Intake
from archive.models import Blob, Tombstone, Version
from archive.receipts import Journal
from archive.vault import Vault

FILES: Final = "destroyed-*.jsonl"


def receipts_of(session: Session) -> list[dict[str, Any]]:
    """The receipts of all that this archive has destroyed."""
    rows = session.scalars(select(Tombstone).order_by(Tombstone.destroyed_at, Tombstone.receipt))
    return [tombstones.told(row) for row in rows]


def keep(folder: Path, receipts: Iterable[dict[str, Any]]) -> None:
    """Tell in a folder what is not told there yet. Raises OSError, and `DamageFound`."""
    known = {one["receipt"] for one in read([folder])}
    new = [one for one in receipts if one["receipt"] not in known]
    if new:
        lines = (f"{events.canonical(one)}\n".encode("ascii") for one in new)
        publish(folder / FILES.replace("*", new[0]["receipt"]), lines)


def read(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """What is told in these folders, each receipt once, in their order. Raises `DamageFound`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(path for folder in folders for path in folder.glob(FILES)):
        for number, line in enumerate(path.read_text("ascii", errors="replace").splitlines(), 1):
            try:
                receipt = json.loads(line)
                found[receipt["receipt"]] = receipt
                _ = receipt["document"], receipt["at"], [one[1] for one in receipt["content"]]
            except (ValueError, LookupError, TypeError) as error:
                raise DamageFound(f"Line {number} of {path} can't be read.") from error
    return sorted(found.values(), key=lambda one: (one["at"], one["receipt"]))


def destroy_again(intake: Intake, vault: Vault, receipts: Iterable[dict[str, Any]]) -> int:
    """Destroy what an older backup brought back; how many documents.

    Only what is the very document of which the receipt speaks: file numbers that were given after
    the backup are given again.
    """
    done: list[int] = []
    journal = Journal(vault.folder)

    def take_away(session: Session) -> None:
        for receipt in kept:
            erasing.write_over(journal, receipt)
        for sha256 in tombstones.destroyed_of(session, done):
            vault.destroy(sha256)

    with intake.deciding(take_away) as (session, kept):
        for receipt in receipts:
            if _is_back(session, receipt):
                kept.append(erasing.with_lines(session, journal, receipt))
                destroying.apply(session, receipt)
                done.append(receipt["document"])
    return len(done)


def _is_back(session: Session, receipt: dict[str, Any]) -> bool:
    if session.get(Tombstone, receipt["document"]) is not None:
        return False
    sums = set(
        session.scalars(
            select(Blob.sha256)
            .join(Version, Version.blob_id == Blob.id)
            .where(Version.document_id == receipt["document"])
        )
    )
    return bool(sums) and sums <= {one[1] for one in receipt["content"]}
