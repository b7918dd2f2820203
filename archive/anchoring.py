"""What `verify` says of sealed history, checkpoints and what is kept of them outside.

The record of events stands twice: in the database and in sealed files. Both are held against every
checkpoint, those of the vault and those outside, which nobody here can write anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.merkle import Tree, leaf_hash
from archive.models import Event
from archive.receipts import Journal
from archive.sealing import FAR, RECEIPTS, History, Segment, Signed, event_lines

MOST_NAMED: Final = 20
LONGEST_LINE: Final = 1 << 20
DATABASE: Final = "the database"
SEALED: Final = "sealed history"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the record of events is vouched for: up to which event, and where."""

    events: int  # as many as there are
    signed: int = 0  # under a checkpoint of the vault
    outside: int = 0  # under one outside; what follows is only our word
    place: str = ""  # that one

    def __str__(self) -> str:
        if not self.outside:
            return (
                f"Nothing of history is anchored outside: all {self.events} events are only our "
                "word. Name a folder outside in the configuration: history.outside."
            )
        return (
            f"History is anchored outside up to event {self.outside} ({self.place}). The "
            f"{self.events - self.outside} events that follow are only our word."
        )


@dataclass(slots=True)
class Anchoring:
    """One look at all of it. Iterate over `findings` once; `standing` is known afterwards."""

    session: Session
    history: History
    journal: Journal
    standing: Standing = Standing(0)
    _broken: dict[tuple[str, Path], Signed] = field(default_factory=dict)
    _good: dict[Path, Signed] = field(default_factory=dict)

    def findings(self) -> Iterator[tuple[str, str]]:
        """Part and sentence of each thing that is not what it was."""
        last = self.session.scalar(select(func.max(Event.number))) or 0
        self.standing = Standing(last)
        if problem := self.history.key_problem():
            yield "checkpoints", problem
        checkpoints: list[Signed] = []
        for part, one in self._read():
            if isinstance(one, Signed):
                checkpoints.append(one)
            else:
                yield part, one
        yield from (("sealed history", text) for text in self._gaps(checkpoints, last))
        yield from (("sealed history", text) for text in self._compared(checkpoints, last))
        yield from (("checkpoints", text) for text in self._against(checkpoints, last))
        yield from (("receipts", text) for text in self._receipts())
        self._stand(last)

    def _read(self) -> Iterator[tuple[str, Signed | str]]:
        inside = set()
        damaged = "is not what was signed"
        for one in self.history.signed():
            yield "checkpoints", one if isinstance(one, Signed) else f"{one} {damaged}."
            inside.add((one.path if isinstance(one, Signed) else one).name)
        for path in self.history.strangers():
            yield "checkpoints", f"{path} is not what was written."
        for folder in self.history.outside:
            try:
                there = list(self.history.signed(folder=folder))
            except OSError as error:
                yield "checkpoints", f"The folder outside {folder}: {error.strerror}."
                continue
            for one in there:
                yield "checkpoints", one if isinstance(one, Signed) else f"{one} {damaged}."
                path = one.path if isinstance(one, Signed) else one
                if path.name not in inside:
                    yield "checkpoints", f"{path} is not in the vault any more."

    def _gaps(self, checkpoints: Sequence[Signed], last: int) -> Iterator[str]:
        """Sealed files follow on one another, and each but a last one was signed."""
        segments = self.history.segments()
        sizes = {one.checkpoint.size for one in checkpoints if self._is_ours(one)}
        end = 0
        for segment in segments:
            if segment.first != end + 1:
                yield f"Events {end + 1} to {segment.first - 1} are not in sealed history."
            if segment.last not in sizes and segment is not segments[-1]:
                yield f"The checkpoint of {segment.last} events is missing."
            end = segment.last
        signed = max(sizes, default=0)
        if end < signed:
            yield f"Sealed history ends at event {end}; a checkpoint vouches for {signed}."
        if end > last:
            yield f"The record in the database ends at event {last}; {end} are sealed."

    def _is_ours(self, one: Signed) -> bool:
        return one.path.parent == self.history.checkpoints

    def _compared(self, checkpoints: Sequence[Signed], last: int) -> Iterator[str]:
        """Line by line: what is sealed against what is in the database, both against the heads."""
        by_size: dict[int, list[Signed]] = {}
        for one in checkpoints:
            by_size.setdefault(one.checkpoint.size, []).append(one)
        in_database, in_files = Tree(), Tree()
        sealed = _Sealed(self.history.segments())
        differing: list[int] = []

        def follow(number: int, wanted: bytes | None) -> None:
            for at, line in sealed.up_to(number):
                in_files.add(leaf_hash(line))
                self._hold(SEALED, in_files, by_size)
                if at == number and line != wanted:
                    differing.append(number)

        with event_lines(self.session, 0, last) as lines:
            for number, line in lines:
                in_database.add(leaf_hash(line.encode()))
                self._hold(DATABASE, in_database, by_size)
                follow(number, line.encode())
        follow(FAR, None)
        for number in differing[:MOST_NAMED]:
            yield f"Event {number} in the database is not the one that was sealed."
        if len(differing) > MOST_NAMED:
            more = len(differing) - MOST_NAMED
            yield f"{more} more events in the database are not those sealed."
        yield from sealed.damage

    def _hold(self, what: str, tree: Tree, by_size: dict[int, list[Signed]]) -> None:
        """Hold a tree against the checkpoints of its size."""
        for one in by_size.get(tree.size, ()):
            if one.checkpoint.head != tree.head():
                self._broken.setdefault((what, one.path.parent), one)
            elif what == DATABASE:
                self._good[one.path.parent] = one

    def _against(self, checkpoints: Sequence[Signed], last: int) -> Iterator[str]:
        for (what, folder), one in self._broken.items():
            good = self._good[folder].checkpoint.size if folder in self._good else 0
            yield (
                f"The events of {what} up to {one.checkpoint.size} are not those that the "
                f"checkpoint {one.path} vouches for: something was changed after event "
                f"{min(good, one.checkpoint.size)}."
            )
        beyond = {one.path.parent: one for one in checkpoints if one.checkpoint.size > last}
        for one in beyond.values():
            yield f"The record ends at event {last}; the checkpoint {one.path} vouches for more."

    def _receipts(self) -> Iterator[str]:
        """The journal is, up to where events say so, the journal of then."""
        rows = self.session.scalars(
            select(Event.line).where(Event.kind == RECEIPTS).order_by(Event.number)
        )
        anchored = {}
        for line in rows:
            try:
                body = json.loads(line)
                anchored[body["details"]["bytes"]] = body["details"]["sha256"], body["number"]
            except (ValueError, LookupError, TypeError):
                continue  # said already: it is not what was written
        for end, sha256 in self.journal.ends():
            said, number = anchored.pop(end, (sha256, 0))
            if said != sha256:
                yield f"The receipts up to byte {end} are not those of event {number}."
        for end, (_, number) in anchored.items():
            if end:
                yield f"The receipts lack a line that ends at byte {end}, as event {number} says."

    def _stand(self, last: int) -> None:
        ours = self._good.pop(self.history.checkpoints, None)
        best = max(self._good.values(), key=lambda one: one.checkpoint.size, default=None)
        self.standing = Standing(
            last,
            0 if ours is None else ours.checkpoint.size,
            0 if best is None else best.checkpoint.size,
            "" if best is None else str(best.path),
        )


class _Sealed:
    """The lines of the sealed files, one after the other; `damage` is what is wrong with files."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.damage: list[str] = []
        self._lines = self._read(segments)
        self._next = next(self._lines, None)

    def up_to(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Lines of events up to this one that were not given yet."""
        while self._next is not None and self._next[0] <= number:
            yield self._next
            self._next = next(self._lines, None)

    def _read(self, segments: Sequence[Segment]) -> Iterator[tuple[int, bytes]]:
        for segment in segments:
            number = segment.first - 1
            try:
                with segment.path.open("rb") as stream:
                    while line := stream.readline(LONGEST_LINE):
                        number += 1
                        yield number, line.removesuffix(b"\n")
                    stream.seek(-1, 2)
                    is_whole = stream.read() == b"\n"
            except OSError as error:
                self.damage.append(f"{segment.path} can't be read: {error.strerror}.")
                continue
            if number != segment.last or not is_whole:
                count = number - segment.first + 1
                wanted = segment.last - segment.first + 1
                self.damage.append(f"{segment.path} has {count} whole lines; {wanted} were sealed.")
