"""Lessons about kinds, kept up to date with what people have called documents.

Collections in which people have called documents of one kind so are looked through when nothing
else is to be read. What that teaches is kept as one line of bookkeeping, and documents of which it
would say something else than what stands are read again. All of it can be made again from the
facts, the texts and the places of the collection, whatever came first.
"""

from __future__ import annotations

import json
from collections import Counter as Count
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.counters import draw, insert_missing
from archive.db import Database
from archive.models import Counter, Document, Fact, Meta, Page, Version
from archive.reading import Evidence, FactFound
from archive.subjects import reading_places
from archive.taught_kinds import (
    CLEAR,
    HEAD_CHARS,
    LEAST_EXAMPLES,
    TAUGHT,
    Example,
    Lesson,
    Sign,
    learn,
    shared,
    signs_of,
    taught,
)

LESSONS: Final = "taught-kinds"  # the Meta line
SAID: Final = "kinds-said"  # the counter: how often the kind of some document was said
CHUNK: Final = 500

Lessons = Mapping[Sign, Lesson]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the bookkeeping says: of which state of the archive, and what was learnt."""

    said: int = -1
    event: int = -1
    teachers: tuple[int, ...] = ()  # collections in which there is enough to learn from
    lessons: dict[int, dict[Sign, Lesson]] = field(default_factory=dict)

    def line(self) -> str:
        lessons = [
            [collection, lesson.kind, lesson.documents, lesson.sign.place, lesson.sign.words]
            for collection, found in sorted(self.lessons.items())
            for lesson in found.values()
        ]
        values = {"said": self.said, "event": self.event, "teachers": self.teachers}
        return json.dumps({**values, "lessons": lessons}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Row:
    """One version as it stands."""

    version_id: int
    document_id: int
    head: str
    said: str | None  # its kind by a person
    read: Fact | None


def kinds_are_said(session: Session) -> None:
    """Somebody said a kind or took it back, or documents changed their collection."""
    draw(session, SAID)


def lessons_of(session: Session) -> dict[int, dict[Sign, Lesson]]:
    """By collection."""
    return _known(session).lessons


def said_kinds(session: Session, version_ids: Sequence[int]) -> set[int]:
    """Of which of these versions a person says the kind: those need no lesson."""
    statement = select(Fact.version_id).where(
        Fact.version_id.in_(version_ids),
        Fact.name == "kind",
        Fact.origin == "person",
        Fact.retracted_at.is_(None),
    )
    return set(session.scalars(statement))


def lesson_of(lessons: Lessons, fact: Mapping[str, Any]) -> Lesson | None:
    """The lesson by which a standing fact was found, as it is now."""
    if fact["rule"] != TAUGHT:
        return None
    quote = fact["quote"] or ""
    place = {"name": "name", "folder": "folder"}.get(fact["where"] or "", "line")
    path, head = {"line": ("", quote), "folder": (f"{quote}/", ""), "name": (quote, "")}[place]
    signs = (sign for sign in signs_of(path, head) if sign.place == place)
    found = (lessons[sign] for sign in signs if sign in lessons)
    return next((one for one in found if one.kind == fact["value"]), None)


def is_due(session: Session) -> bool:
    """May there be something to learn, or to unlearn, since the last look?"""
    known = _known(session)
    if known.said != _count(session):
        return True
    return bool(known.teachers) and known.event != events.last_number(session)


def review(database: Database, at: datetime) -> int:
    """Learn from what stands now; how many versions are to be read again for it."""
    with database.read() as session:
        before = _known(session)
        said, event = _count(session), events.last_number(session)
        teachers, by_lesson = before.teachers, set[int]()
        if said != before.said:
            teachers, by_lesson = _look(session)
        lessons: dict[int, dict[Sign, Lesson]] = {}
        wanted: set[int] = set()
        for collection_id in teachers:
            rows = _rows(session, collection_id)
            lessons[collection_id], differing = _studied(session, rows)
            wanted |= differing
            by_lesson -= {row.version_id for row in rows}
    after = _Known(said, event, teachers, lessons)
    with database.write() as session:
        insert_missing(session, Meta, {"name": LESSONS, "value": ""})
        session.execute(update(Meta).where(Meta.name == LESSONS).values(value=after.line()))
        again = sorted(wanted | by_lesson)
        for start in range(0, len(again), CHUNK):
            jobs.enqueue(session, jobs.JobKind.PARSE, again[start : start + CHUNK], at, later=1)
    return len(again)


def _known(session: Session) -> _Known:
    line = session.scalar(select(Meta.value).where(Meta.name == LESSONS))
    if not line:
        return _Known()
    values = json.loads(line)
    lessons: dict[int, dict[Sign, Lesson]] = {}
    for collection, kind, documents, place, words in values["lessons"]:
        sign = Sign(place, words)
        lessons.setdefault(collection, {})[sign] = Lesson(sign, kind, documents)
    return _Known(values["said"], values["event"], tuple(values["teachers"]), lessons)


def _count(session: Session) -> int:
    return session.scalar(select(Counter.value).where(Counter.name == SAID)) or 0


def _look(session: Session) -> tuple[tuple[int, ...], set[int]]:
    """Collections with enough documents called alike; versions whose kind a lesson gave."""
    rows = session.execute(
        select(Document.collection_id, Fact.value, Document.id, Fact.version_id, Fact.origin)
        .join(Version, Version.id == Fact.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Fact.name == "kind",
            Fact.retracted_at.is_(None),
            or_(Fact.origin == "person", Fact.rule == TAUGHT),
            Document.current_version_id.is_not(None),
        )
    ).all()
    called = Count({(row[0], row[1], row[2]) for row in rows if row[4] == "person"})
    alike = Count((collection, kind) for collection, kind, _ in called)
    teachers = {collection for (collection, _), n in alike.items() if n >= LEAST_EXAMPLES}
    return tuple(sorted(teachers)), {row[3] for row in rows if row[4] != "person"}


def _rows(session: Session, collection_id: int) -> list[_Row]:
    """All versions of a collection that have a first page."""
    here = (Document.collection_id == collection_id, Document.current_version_id.is_not(None))
    facts: dict[int, list[Fact]] = {}
    for fact in session.scalars(
        select(Fact)
        .join(Version, Version.id == Fact.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(*here, Fact.name == "kind", Fact.retracted_at.is_(None))
        .order_by(Fact.id)
    ):
        facts.setdefault(fact.version_id, []).append(fact)
    heads = session.execute(
        select(Version.id, Version.document_id, func.substr(Page.text, 1, HEAD_CHARS))
        .join(Document, Document.id == Version.document_id)
        .join(Page, Page.version_id == Version.id)
        .where(*here, Page.number == 1)
        .order_by(Version.id)
    )
    return [
        _Row(
            version_id, document_id, head,
            next((f.value for f in facts.get(version_id, ()) if f.origin == "person"), None),
            next((f for f in facts.get(version_id, ()) if f.origin != "person"), None),
        )
        for version_id, document_id, head in heads
    ]  # fmt: skip


def _studied(session: Session, rows: Sequence[_Row]) -> tuple[dict[Sign, Lesson], set[int]]:
    """What these teach, and which of them are to be read again by it."""
    paths = _paths(session, (row.version_id for row in rows))
    named = [row for row in rows if row.version_id in paths]
    said = [_example(row, row.said, paths) for row in named if row.said is not None]
    wanted = shared(said)
    known = [Example(e.document_id, e.kind, True, wanted.intersection(e.signs)) for e in said]
    for row in named:
        if row.said is None and _is_clear(row.read) and row.read is not None:
            example = _example(row, row.read.value, paths)
            signs = wanted.intersection(example.signs)
            known.append(Example(row.document_id, example.kind, False, signs))
    lessons = {lesson.sign: lesson for lesson in learn(known)}
    differing = set()
    for row in named:
        if row.said is None and not _is_clear(row.read):
            fact = taught(lessons, paths[row.version_id], row.head)
            if not _is_so(row.read, fact):
                differing.add(row.version_id)
    return lessons, differing


def _is_clear(fact: Fact | None) -> bool:
    return fact is not None and fact.rule != TAUGHT and fact.confidence >= CLEAR


def _is_so(standing: Fact | None, wanted: FactFound | None) -> bool:
    """Does the fact that stands say what the lessons say?"""
    if standing is None or standing.rule != TAUGHT:
        return wanted is None
    place = Evidence(standing.page, standing.start, standing.end, standing.quote, standing.where)
    return wanted is not None and (wanted.value, wanted.evidence) == (standing.value, place)


def _example(row: _Row, kind: str, paths: Mapping[int, str]) -> Example:
    signs = signs_of(paths[row.version_id], row.head)
    return Example(row.document_id, kind, row.said is not None, signs.keys())


def _paths(session: Session, version_ids: Iterable[int]) -> dict[int, str]:
    every = list(version_ids)
    found: dict[int, str] = {}
    for start in range(0, len(every), CHUNK):
        places = reading_places(session, every[start : start + CHUNK])
        found |= {version_id: place.path for version_id, place in places.items()}
    return found
