"""Registered names and folders: said of each version as it is recorded, and of all that is there.

A version that comes is looked through by the dictionary in force. An entry that is registered or
renamed asks for a job; those that wait together share one walk over the archive.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import jobs, merge_proposals, teaching
from archive.bulk import chunked
from archive.config_rules import FilingRule
from archive.db import Database
from archive.folder_rules import KIND, FolderRules, Said, folder_names, keep_proposals
from archive.jobs import Claimed, JobKind
from archive.listing import containing
from archive.models import Identifier, Page, Reference, Sighting
from archive.name_references import NamesFound, keep_names
from archive.naming import Dictionary, dictionary_revision, load_dictionary
from archive.paths import load_places
from archive.reading import Evidence, Extraction, FactFound, PageText
from archive.readings import Subject, load_subjects
from archive.schemes import Schemes
from archive.sightings import with_inside
from indexer.extract.kinds import folder_kind
from indexer.extract.names import NameFinder

#: A folder is a hint: people file contracts under invoices.
KIND_CONFIDENCE: Final = 0.5
JOBS_AT_ONCE: Final = 5000
VERSIONS_AT_ONCE: Final = 50
#: Of more names the archive is read as a whole: that costs less than to look for each.
MOST_LOOKED_FOR: Final = 20
LEASE: Final = timedelta(minutes=10)
LONG_S: Final = 0.5  # a look at what a large collection teaches takes seconds …
REST: Final = 20  # … and is not begun again before so many times as long
_RUN: Final = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Named:
    """What is said of a version beside its bytes."""

    subject: Subject
    pages: Sequence[PageText]
    said: Sequence[Said]


class Naming:
    """The dictionary, compiled once for each of its revisions, and the filing rules."""

    def __init__(self, schemes: Schemes, rules: Sequence[FilingRule]) -> None:
        self.schemes = schemes
        self._rules = FolderRules(rules)
        self._dictionary = Dictionary(-1, (), {})
        self._finder = NameFinder(())

    def folders(self, session: Session, version_ids: Sequence[int]) -> dict[int, list[Said]]:
        """What the folders say in which each version lies now; else in which it lay last.

        What is inside a file lies where the file does.
        """
        if not self._rules:
            return {}
        places = load_places(session, version_ids)
        found: dict[int, list[Said]] = {}
        for version_id in version_ids:
            if places.sightings[version_id]:
                files = places.files(version_id)
                every = [said for path in files for said in self._rules.said(path)]
                found[version_id] = list(dict.fromkeys(every))
        return found

    def record(self, session: Session, named: Sequence[Named], at: datetime) -> None:
        """Keep the references by name and folder of these versions, and what folders propose."""
        self._renew(session)
        found = []
        for one in named:
            names = [hit for page in one.pages for hit in self._finder.find(page)]
            names += folder_names(one.said, self._dictionary, self.schemes)
            if names or not one.subject.is_first_time:
                found.append(NamesFound(one.subject, names))
            keep_proposals(
                session, one.subject.collection_id, one.said, self._dictionary, self.schemes, at
            )
        keep_names(session, found, at)

    def _renew(self, session: Session) -> None:
        revision = dictionary_revision(session, is_held=True)
        if revision != self._dictionary.revision:
            self._dictionary = load_dictionary(session, revision)
            self._finder = NameFinder(self._dictionary.names)


def with_folder_kind(extraction: Extraction, said: Sequence[Said]) -> Extraction:
    """The extraction with the kind that the folder says, where the text says none."""
    if any(fact.name == "kind" and fact.value != "other" for fact in extraction.facts):
        return extraction
    for one in said:
        kind = folder_kind(one.text) if one.what == KIND else None
        if kind:
            fact = FactFound(
                "kind",
                kind,
                Evidence(quote=one.text, where=one.rule),
                "folder",
                KIND_CONFIDENCE,
                rule=one.rule,
            )
            others = [known for known in extraction.facts if known.name != "kind"]
            return replace(extraction, facts=(fact, *others))
    return extraction


class NameSearch:
    """Carries out the jobs of entries that were registered or renamed, some versions at a time."""

    def __init__(
        self, database: Database, naming: Naming, clock: Callable[[], datetime], worker: str
    ) -> None:
        self._database = database
        self._naming = naming
        self._clock = clock
        self._worker = f"{worker}-names"
        self._claimed: list[Claimed] = []
        self._left: list[int] = []  # versions, the next one last
        self._rests_until = 0.0

    def step(self) -> int:
        """Look through some versions; returns how many are under way or left.

        Where no name waits, look at the parties that may be one, and at what kinds people taught.
        """
        if not self._claimed and not self._claim():
            return self._review()
        chunk = [self._left.pop() for _ in range(min(VERSIONS_AT_ONCE, len(self._left)))]
        now = self._clock()
        with self._database.write() as session:
            pages = _pages(session, chunk)
            said = self._naming.folders(session, chunk)
            subjects = load_subjects(session, chunk)
            named = [
                Named(subject, pages.get(i, ()), said.get(i, ()))
                for i, subject in subjects.items()
                if not subject.is_first_time  # its reading looks for names
            ]
            self._naming.record(session, named, now)
            jobs.extend(session, self._claimed, by=self._worker, until=now + LEASE)
            if not self._left:
                jobs.finish(session, self._claimed, by=self._worker)
                self._claimed = []
        return len(chunk) + len(self._left) or 1

    def _review(self) -> int:
        """Once what is being read is read: each look is at the whole register."""
        now = self._clock()
        with self._database.read() as session:
            if jobs.is_any_due(session, (JobKind.PARSE,), now):
                return 0
            parties_are_due = merge_proposals.is_due(session)
            kinds_are_due = teaching.is_due(session)
        kinds_are_due = kinds_are_due and time.monotonic() >= self._rests_until
        if kinds_are_due:
            begun = time.monotonic()
            teaching.review(self._database, now)
            took = time.monotonic() - begun
            self._rests_until = begun + took * REST if took > LONG_S else 0.0
        if not parties_are_due:
            return int(kinds_are_due)
        with self._database.write() as session:
            return int(merge_proposals.review(session, now)) or int(kinds_are_due)

    def _claim(self) -> bool:
        kinds = (JobKind.NAME,)
        now = self._clock()
        with self._database.read() as session:
            if not jobs.is_any_due(session, kinds, now):
                return False
        with self._database.write() as session:
            self._claimed = jobs.claim(
                session, kinds, by=self._worker, at=now, lease=LEASE, limit=JOBS_AT_ONCE
            )
        with self._database.read() as session:
            self._left = versions_to_look_through(session, [job.subject for job in self._claimed])
        return bool(self._claimed)

    def close(self) -> None:
        """Give back the jobs that are not done."""
        with self._database.write() as session:
            jobs.release(session, self._worker)


def versions_to_look_through(session: Session, entry_ids: Sequence[int]) -> list[int]:
    """Versions in whose texts or paths a name of these entries may stand, or stood; newest first.

    All that have a text where the names are many, or one has no word to be looked for.
    """
    words = _words(session, entry_ids) if len(entry_ids) <= MOST_LOOKED_FOR else None
    texts = select(Page.version_id).distinct()
    paths = select(Sighting.version_id).where(Sighting.path.is_not(None)).distinct()
    found: set[int] = set()
    if words is None or len(words) > MOST_LOOKED_FOR:
        found.update(session.scalars(texts))
        found.update(session.scalars(paths))
    elif words:
        patterns = [containing(word) for word in words]
        in_text = or_(*(Page.text.ilike(pattern, escape="\\") for pattern in patterns))
        in_path = or_(*(Sighting.path.ilike(pattern, escape="\\") for pattern in patterns))
        found.update(session.scalars(texts.where(in_text)))
        found.update(session.scalars(paths.where(in_path)))
    for chunk in chunked(entry_ids):
        named = Reference.dictionary_entry_id.in_(chunk)
        standing = select(Reference.version_id).where(named, Reference.retracted_at.is_(None))
        found.update(session.scalars(standing))
    return sorted(with_inside(session, found))  # an attachment lies in the folders of its mail


def _words(session: Session, entry_ids: Sequence[int]) -> set[str]:
    """The longest run of letters or digits of each number and name that they bear or bore."""
    bearing = Identifier.entry_id.in_(entry_ids)
    every = session.scalars(select(Identifier.groups).where(bearing).distinct())
    return {max(_RUN.findall(groups), key=len) for groups in every}


def _pages(session: Session, version_ids: Sequence[int]) -> dict[int, list[PageText]]:
    rows = session.execute(
        select(Page.version_id, Page.number, Page.text)
        .where(Page.version_id.in_(version_ids))
        .order_by(Page.version_id, Page.number)
    )
    found: dict[int, list[PageText]] = {}
    for version_id, number, text in rows:
        found.setdefault(version_id, []).append(PageText(number, text))
    return found
