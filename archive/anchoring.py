"""What `verify` says of sealed history, checkpoints and what is kept of them outside.

The record of events stands twice: in the database and in sealed files. Both are held against every
checkpoint, those of the vault and those outside, which nobody here can write anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, stamping
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
    stamped: int = 0  # under a checkpoint that a service has stamped
    stamped_at: datetime | None = None

    def __str__(self) -> str:
        told = [self._anchored()]
        if self.stamped_at is not None:
            told.append(
                f"A time stamp shows that the first {self.stamped} events were these on "
                f"{self.stamped_at:%Y-%m-%d %H:%M} UTC."
            )
        return "\n".join(told)

    def _anchored(self) -> str:
        if not self.outside:
            return (
                f"Nothing of history is anchored outside: all {self.events} events are only our "
                "word. The key history.outside of the configuration names the folders for it."
            )
        return (
            f"History is anchored outside up to event {self.outside} ({self.place}). The "
            f"{self.events - self.outside} events that follow are only our word."
        )


class Anchoring:
    """One look at all of it: at the files when it is made, at the record by `findings`.

    Others may seal meanwhile: what they sealed before was committed before, so a session that is
    opened afterwards has all events of these files. `standing` is known in the end.
    """

    def __init__(self, history: History, journal: Journal) -> None:
        self.history = history
        self.standing = Standing(0)
        self._journal = journal
        self._wrong: list[str] = []
        outside = [one for folder in history.outside for one in self._outside(folder)]
        inside = list(history.signed())  # after the copies of them …
        self._segments = history.segments()  # … and before what they are of
        names = {_path(one).name for one in inside}
        self._signed = [one for one in (*inside, *outside) if isinstance(one, Signed)]
        damaged = [one for one in (*inside, *outside) if not isinstance(one, Signed)]
        self._stamped, false_stamps = stamping.look(history)
        lost = [_path(one) for one in outside if _path(one).name not in names]
        self._wrong += [f"{path} is not what was signed." for path in damaged]
        self._wrong += [f"{path} is not in the vault any more." for path in lost]
        self._wrong += [f"{path} is not what was written." for path in history.strangers()]
        self._wrong += false_stamps
        self._broken: dict[tuple[str, Path], Signed] = {}
        self._good: dict[Path, Signed] = {}

    def _outside(self, folder: Path) -> list[Signed | Path]:
        try:
            return list(self.history.signed(folder=folder))
        except OSError as error:
            self._wrong.append(f"The folder outside {folder}: {error.strerror}.")
            return []

    def findings(self, session: Session) -> Iterator[tuple[str, str]]:
        """Part and sentence of each thing that is not what it was. To be asked for once."""
        last = events.last_number(session)
        if problem := self.history.key_problem():
            yield "checkpoints", problem
        yield from (("checkpoints", text) for text in self._wrong)
        yield from (("sealed history", text) for text in self._gaps(last))
        yield from (("sealed history", text) for text in self._compared(session, last))
        yield from (("checkpoints", text) for text in self._against(last))
        yield from (("receipts", text) for text in self._receipts(session))
        self._stand(last)

    def _gaps(self, last: int) -> Iterator[str]:
        """Sealed files follow on one another, and each but a last one was signed."""
        checkpoints, segments = self._signed, self._segments
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

    def _compared(self, session: Session, last: int) -> Iterator[str]:
        """Line by line: what is sealed against what is in the database, both against the heads."""
        by_size: dict[int, list[Signed]] = {}
        for one in self._signed:
            by_size.setdefault(one.checkpoint.size, []).append(one)
        in_database, in_files = Tree(), Tree()
        sealed = Sealed(self._segments)
        differing: list[int] = []

        def follow(number: int, wanted: bytes | None) -> None:
            for at, line in sealed.up_to(number):
                in_files.add(leaf_hash(line))
                self._hold(SEALED, in_files, by_size)
                if at == number and line != wanted:
                    differing.append(number)

        with event_lines(session, 0, last) as lines:
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

    def _against(self, last: int) -> Iterator[str]:
        for (what, folder), one in self._broken.items():
            good = self._good[folder].checkpoint.size if folder in self._good else 0
            yield (
                f"The events of {what} up to {one.checkpoint.size} are not those that the "
                f"checkpoint {one.path} vouches for: something was changed after event "
                f"{min(good, one.checkpoint.size)}."
            )
        beyond = {one.path.parent: one for one in self._signed if one.checkpoint.size > last}
        for one in beyond.values():
            yield f"The record ends at event {last}; the checkpoint {one.path} vouches for more."

    def _receipts(self, session: Session) -> Iterator[str]:
        """The journal is, up to where events say so, the journal of then."""
        rows = session.scalars(
            select(Event.line).where(Event.kind == RECEIPTS).order_by(Event.number)
        )
        anchored = {}
        for line in rows:
            try:
                body = json.loads(line)
                anchored[body["details"]["bytes"]] = body["details"]["sha256"], body["number"]
            except (ValueError, LookupError, TypeError):
                continue  # said already: it is not what was written
        for end, sha256 in self._journal.ends():
            said, number = anchored.pop(end, (sha256, 0))
            if said != sha256:
                yield f"The receipts up to byte {end} are not those of event {number}."
        for end, (_, number) in anchored.items():
            if end:
                yield f"The receipts lack a line that ends at byte {end}, as event {number} says."

    def _stand(self, last: int) -> None:
        ours = self._good.pop(self.history.checkpoints, None)
        best = max(self._good.values(), key=lambda one: one.checkpoint.size, default=None)
        signed = 0 if ours is None else ours.checkpoint.size
        stamped = self._stamped if self._stamped and self._stamped.events <= signed else None
        self.standing = Standing(
            last,
            signed,
            0 if best is None else best.checkpoint.size,
            "" if best is None else str(best.path),
            0 if stamped is None else stamped.events,
            None if stamped is None else stamped.at,
        )


def _path(one: Signed | Path) -> Path:
    return one.path if isinstance(one, Signed) else one


class Sealed:
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
