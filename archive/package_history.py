"""The record of events in a package: lines, proofs, checkpoint, key, and what checks them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from archive import package_checker
from archive.access import Viewer
from archive.matter_history import matter_lines
from archive.notes import SigningKey
from archive.package_files import Packed
from archive.proofs import Kept, Record, proof_line, proofs, record_of
from archive.records import document_id_of
from archive.sealing import History, Signed
from archive.stamping import stamp_last, stamps_on

FOLDER: Final = "data/history"
CHECKER: Final = Path(package_checker.__file__)


@dataclass(frozen=True, slots=True)
class PackedHistory:
    """What a package says of the record of events. `key` signs the package."""

    record: Record
    signed: Signed
    key: SigningKey
    history: History

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name in the package and bytes of each file."""
        lines, signed = self.record.lines, self.signed
        found = proofs(self.history, signed, lines)
        told = [proof_line(number, lines[number], found[number]) for number in lines]
        yield f"{FOLDER}/events.jsonl", "".join(f"{line}\n" for line in lines.values()).encode()
        proved = "".join(json.dumps(one) + "\n" for one in told)
        yield f"{FOLDER}/proofs.jsonl", proved.encode()
        yield f"{FOLDER}/checkpoint.txt", signed.path.read_bytes()
        yield f"{FOLDER}/checkpoint-key.pem", signed.key.pem()
        for stamp in stamps_on(self.history, signed.path):
            yield f"{FOLDER}/{stamp.name}", stamp.read_bytes()

    def arrival(self, packed: Packed) -> int | None:
        """The number of the event by which a version came."""
        return self.record.arrivals.get(packed.version_id)


def load(
    session: Session,
    viewer: Viewer,
    history: History,
    trail: dict[str, Any],
    packed: Sequence[Packed],
    at: datetime,
) -> PackedHistory:
    """The events of what is packed, under the smallest checkpoint that covers them.

    A checkpoint is made where there is none. Raises `DamageFound` as `History.seal` does.
    """
    as_of = datetime.fromisoformat(trail["as_of"]) if trail["as_of"] else None
    kept = [
        Kept(
            one.version_id,
            (document_id_of(one.entry["document"]), one.entry["version"]),
            one.sha256,
        )
        for one in packed
    ]
    record = record_of(session, viewer, kept, as_of=as_of)
    if "matter" in trail:
        of_matter = matter_lines(session, viewer, trail["matter"]["id"])
        record = Record(dict(sorted({**record.lines, **of_matter}.items())), record.arrivals)
    signed = history.covering(max(record.lines, default=1), at)
    stamp_last(history)  # without one it is as good as the archive's word; the worker asks again
    return PackedHistory(record, signed, history.key(), history)
