"""Hit reports: what a word list found for a matter, in figures a term and document by document.

All is told as the viewer may see it. A family is a mail or container with what is inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.errors import NotFound
from archive.families import Families, families_of
from archive.legal_limits import LEFT_OUT
from archive.legal_searches import list_row, run_rows
from archive.matter_history import OF_THE_INDEX
from archive.matters import row_of
from archive.models import Account, Document, Version, WordListRun
from archive.package_files import csv_file
from archive.records import file_number

#: Columns of the report as a table.
TERM_FIELDS: Final = ("number", "term", "documents", "families", "with_families", "only", "new")
TOO_MANY: Final = "It finds more than can be listed and is not counted."


@dataclass(frozen=True, slots=True)
class TermHits:
    """What one term found."""

    number: int  # from 1
    term: str
    documents: int
    families: int
    with_families: int  # these documents with all of their families
    only: int  # documents that no other term finds
    new: int  # documents that were not found the time before
    notes: tuple[dict[str, Any], ...]
    is_too_many: bool


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document of the list; without terms it is there for its family alone."""

    document_id: int
    document: str
    family: int  # which block of the list: a family and what is nearly the same
    is_inside: bool  # in another file of the family
    kind: str | None
    title: str
    number: str | None
    date: str | None
    versions: tuple[int, ...]  # those that were found
    terms: tuple[int, ...]
    alike: tuple[str, ...]  # near-duplicates among those that were found
    is_new: bool


@dataclass(frozen=True, slots=True)
class HitReport:
    """One time that a word list was asked."""

    number: int
    name: str
    asked: dict[str, Any]
    run: int
    at: datetime
    who: str
    index: dict[str, int]  # versions indexed, waiting to be; documents without text
    terms: tuple[TermHits, ...]
    documents: int
    families: int
    with_families: int
    versions: int
    new: int
    lost: int  # found the time before, and not now
    left_out: dict[str, int]  # documents, by reason
    is_alike_whole: bool
    found: tuple[FoundDocument, ...]


def report(
    session: Session, viewer: Viewer, matter_id: int, number: int, run: int = 0
) -> HitReport:
    """What a word list found; `run` 0 is the last time. Raises `NotFound`."""
    row_of(session, viewer, matter_id)
    row = list_row(session, matter_id, number)
    runs = {one.number: one for one in run_rows(session, row.id)}
    this = runs.get(run or max(runs, default=0))
    if this is None:
        raise NotFound("search of this list", run)
    before = runs.get(this.number - 1)
    seen = _Seen(session, viewer, this, before)
    families = families_of(session, viewer, seen.hits, known_at=this.at)
    who = session.scalar(select(Account.name).where(Account.id == this.user_id))
    known = set(seen.before)
    lost = {one for one in known - seen.hits.keys() if seen.collections[one] in this.reads}
    return HitReport(
        number, row.name, row.asked, this.number, this.at, who or "",
        _index(this, viewer), _terms(row.asked["terms"], this, viewer, seen, families),
        len(seen.hits), len(families.of(seen.hits)), len(families.whole(seen.hits)),
        sum(map(len, seen.versions.values())),
        len(seen.hits.keys() - known) if before else 0, len(lost), seen.left_out(this),
        this.found["is_alike_whole"], _documents(session, viewer, seen, families, this, before),
    )  # fmt: skip


def terms_of_documents(
    session: Session, viewer: Viewer, matter_id: int, number: int
) -> dict[int, list[str]]:
    """By document the terms that found it, the last time that a list was asked."""
    found = report(session, viewer, matter_id, number)
    terms = {one.number: one.term for one in found.terms}
    return {
        one.document_id: [terms[place] for place in one.terms] for one in found.found if one.terms
    }


class _Seen:
    """What was found, as documents that the viewer may read."""

    def __init__(
        self, session: Session, viewer: Viewer, this: WordListRun, before: WordListRun | None
    ) -> None:
        told = [this.found, *([before.found] if before else [])]
        ids = {version for one in told for version, _ in one["hits"]}
        ids |= {version for why in this.found["left_out"].values() for version in why}
        self.home: dict[int, int] = {}  # by version its document
        self.numbers: dict[int, int] = {}
        self.collections: dict[int, int] = {}
        for chunk in chunked(ids):
            rows = session.execute(
                select(Version.id, Version.number, Document.id, Document.collection_id)
                .join(Document, Document.id == Version.document_id)
                .where(
                    Version.id.in_(chunk), Document.collection_id.in_(viewer.reads),
                    Document.current_version_id.is_not(None),
                )
            )  # fmt: skip
            for version, number, document, collection in rows:
                self.home[version], self.numbers[version] = document, number
                self.collections[document] = collection
        self.hits: dict[int, set[int]] = defaultdict(set)  # by document its terms, from 1
        self.versions: dict[int, set[int]] = defaultdict(set)
        for version, terms in this.found["hits"]:
            if version in self.home:
                self.hits[self.home[version]] |= {term + 1 for term in terms}
                self.versions[self.home[version]].add(self.numbers[version])
        self.before = {
            self.home[version]
            for version, _ in (before.found["hits"] if before else ())
            if version in self.home
        }

    def left_out(self, this: WordListRun) -> dict[str, int]:
        """Documents that terms find and that no version of which is within the limits."""
        by_reason = {}
        counted = set(self.hits)
        for why in LEFT_OUT:
            versions = this.found["left_out"].get(why, ())
            documents = {self.home[one] for one in versions if one in self.home} - counted
            counted |= documents
            by_reason[why] = len(documents)
        return by_reason


def _index(this: WordListRun, viewer: Viewer) -> dict[str, int]:
    """The state of the index of what the viewer may read."""
    return {
        name: sum(count for key, count in counts.items() if int(key) in viewer.reads)
        for name, counts in this.index_state.items()
    }


def _terms(
    terms: Iterable[str], this: WordListRun, viewer: Viewer, seen: _Seen, families: Families
) -> tuple[TermHits, ...]:
    reads_all = set(this.reads) <= viewer.reads
    by_term: dict[int, set[int]] = defaultdict(set)
    for document, numbers in seen.hits.items():
        for number in numbers:
            by_term[number].add(document)
    told = []
    for number, term in enumerate(terms, 1):
        documents = by_term[number]
        notes = this.found["notes"][number - 1]
        told.append(
            TermHits(
                number, term, len(documents), len(families.of(documents)),
                len(families.whole(documents)),
                sum(1 for one in documents if len(seen.hits[one]) == 1),
                len(documents - seen.before) if this.number > 1 else 0,
                tuple(one for one in notes if reads_all or one["id"] not in OF_THE_INDEX),
                number - 1 in this.found["too_many"],
            )
        )  # fmt: skip
    return tuple(told)


def _documents(
    session: Session, viewer: Viewer, seen: _Seen, families: Families, this: WordListRun,
    before: WordListRun | None,
) -> tuple[FoundDocument, ...]:  # fmt: skip
    """The documents with their families and near-duplicates together, the first date first."""
    alike: dict[int, set[int]] = defaultdict(set)
    for one, other in this.found["alike"]:
        ends = seen.home.get(one), seen.home.get(other)
        if ends[0] and ends[1] and ends[0] != ends[1]:
            alike[ends[0]].add(ends[1])
            alike[ends[1]].add(ends[0])
    facts = _facts(session, families.whole(seen.hits))
    shown = _shown_in(families)
    block = _blocks(shown, alike)
    begins: dict[int, str] = {}
    for one, first in block.items():
        day = facts[one].date or "9999"
        begins[first] = min(begins.get(first, day), day)
    order = sorted(
        block, key=lambda one: (begins[block[one]], block[one], shown[one], shown[one] != one, one)
    )
    return tuple(
        FoundDocument(
            one, file_number(one), block[one], shown[one] != one, facts[one].kind,
            facts[one].title or facts[one].file_name, facts[one].own_number, facts[one].date,
            tuple(sorted(seen.versions.get(one, ()))), tuple(sorted(seen.hits.get(one, ()))),
            tuple(file_number(other) for other in sorted(alike.get(one, ()))),
            before is not None and one in seen.hits and one not in seen.before,
        )
        for one in order
    )  # fmt: skip


def _shown_in(families: Families) -> dict[int, int]:
    """By document the outermost file under which it is shown: its own, else the first."""
    shown: dict[int, int] = {}
    for top in sorted(families.members, reverse=True):
        shown |= dict.fromkeys(families.members[top], top)
    return shown | {top: top for top in families.members}


def _blocks(shown: Mapping[int, int], alike: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """By document the first family of its block: near-duplicates bring theirs together."""
    leads: dict[int, int] = {}

    def first(one: int) -> int:
        while (further := leads.setdefault(one, one)) != one:
            leads[one] = leads[further]
            one = leads[one]
        return one

    for one, others in alike.items():
        for other in others:
            ends = sorted((first(shown[one]), first(shown[other])))
            leads[ends[1]] = ends[0]
    return {one: first(top) for one, top in shown.items()}


def _facts(session: Session, documents: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for chunk in chunked(documents):
        rows = session.execute(
            select(
                Document.id, Version.kind, Version.title, Version.file_name, Version.own_number,
                Version.date,
            )
            .join(Version, Version.id == Document.current_version_id)
            .where(Document.id.in_(chunk))
        )  # fmt: skip
        found |= {row.id: row for row in rows}
    return found


def report_csv(found: HitReport) -> bytes:
    """The figures as a table, a line a term and one for all; of a term that finds too many none."""
    rows: list[list[Any]] = []
    for one in found.terms:
        figures = [getattr(one, name) for name in TERM_FIELDS[2:]]
        notes = [note["message"] for note in one.notes]
        if one.is_too_many:
            figures, notes = [None] * len(figures), [TOO_MANY, *notes]
        rows.append([one.number, one.term, *figures, " ".join(notes)])
    whole = (found.documents, found.families, found.with_families, None, found.new, None)
    return csv_file([*TERM_FIELDS, "notes"], [*rows, [None, "all", *whole]])
