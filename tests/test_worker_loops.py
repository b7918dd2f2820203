"""The worker's loops: they rest while there is nothing to do, and wake one another."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from indexer import worker
from indexer.worker import Worker

LONG_S = 600.0  # longer than any test
PATIENCE_S = 60.0


class Part:
    """Stands for any part of the worker: does something as often as it is told to."""

    def __init__(self) -> None:
        self.to_do = 0
        self.looked = threading.Semaphore(0)

    def step(self, *_: object) -> int:
        did = min(self.to_do, 1)
        self.to_do -= did
        self.looked.release()
        return did

    def due_sweeps(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def parts(monkeypatch) -> Iterator[dict[str, Part]]:
    """The parts of a worker that runs, and looks by itself only once."""
    for name in ("ASK_S", "REST_S"):
        monkeypatch.setattr(worker, name, LONG_S)
    names = (
        "filer", "reader", "names", "indexing", "sealing", "postman", "scrubbing", "disposing",
    )  # fmt: skip
    parts = {name: Part() for name in names}
    running = Worker(**parts, watch=None)  # type: ignore[arg-type]
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        for part in parts.values():
            assert part.looked.acquire(timeout=PATIENCE_S)
        yield parts
    finally:
        running.stop()
        thread.join(PATIENCE_S)
    assert not thread.is_alive(), "a loop that rests did not end with the others"


def test_what_the_filer_has_filed_wakes_the_loops_that_rest(parts):
    parts.pop("filer").to_do = 1
    for name, part in parts.items():
        assert part.looked.acquire(timeout=PATIENCE_S), name
