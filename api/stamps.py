"""Stamped copies for a package: made in a cage, or a sheet in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from api.pictures import HANDLER
from api.service import Services
from archive.errors import ReadingFailed
from archive.load_files import CONFIDENTIAL
from archive.matter_numbers import number_of
from archive.package_files import Packed
from archive.records import document_id_of
from archive.vocabulary import PAGED
from indexer.cage import Cage, CageLimits, CageTask

PATIENCE_S: Final = 120.0  # for one document
MOST_BYTES: Final = 128 << 20  # of one copy, so that no document fills the memory of the service


@contextmanager
def stamping(services: Services) -> Iterator[Callable[[Packed], bytes]]:
    """What makes the copies of a package, with a caged process of its own while it lasts."""
    reading = services.config.reading
    limits = CageLimits(
        memory_bytes=reading.memory_mb << 20, time_s=PATIENCE_S, cpu_s=int(PATIENCE_S),
        answer_bytes=MOST_BYTES, require_sandbox=reading.require_sandbox,
    )  # fmt: skip
    with Cage(HANDLER, {}, 1, limits) as cage:
        yield lambda packed: _stamped(services, cage, packed)


def _stamped(services: Services, cage: Cage, packed: Packed) -> bytes:
    entry = packed.entry
    numbers = [number_of(entry["first_number"], page) for page in range(1, entry["pages"] + 1)]
    legend = CONFIDENTIAL if entry["is_confidential"] else ""
    if entry["media_type"] in PAGED:
        try:
            return _copy(services, cage, packed, numbers, legend)
        except ReadingFailed:
            pass  # the original is there all the same, and the sheet says so
    from indexer.stamping import sheet

    lines = ("Of this document there is the original only, in this package:", packed.file)
    return sheet(numbers, legend, lines)


def _copy(
    services: Services, cage: Cage, packed: Packed, numbers: Sequence[str], legend: str
) -> bytes:
    request = {
        "what": "stamp", "media_type": packed.entry["media_type"], "numbers": numbers,
        "legend": legend,
    }  # fmt: skip
    passwords: Sequence[str] | None = None
    while True:
        task = CageTask(request, services.vault.path(packed.sha256))
        answer = cage.submit(task).result()
        if "failed" not in answer.header:
            return bytes(answer.body)
        code, reason = map(str, answer.header["failed"])
        if code == "encrypted" and passwords is None:
            passwords = services.passwords_for(document_id_of(packed.entry["document"]))()
            request = {**request, "passwords": list(passwords)}
            continue
        raise ReadingFailed(code, reason)
