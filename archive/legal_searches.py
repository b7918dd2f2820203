"""Searches for a matter: word lists with limits, asked and kept with what they found.

As a gathering it has two halves: `collect` only reads, and may take its time; `keep` writes. A list
can be asked again; what is new in it, and all figures, archive/hit_reports.py tells.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.config import Config
from archive.errors import NotFound, UsageError
from archive.events import canonical
from archive.folder_custodians import FolderCustodians, known_custodians
from archive.legal_limits import LEFT_OUT, OutsideLimits, outside_limits
from archive.matters import record, row_of, writable
from archive.models import Account, Collection, Page, WordList, WordListRun, utc_text
from archive.near_duplicates import near_duplicates
from archive.times import parse_day, parse_moment
from archive.told import words_of

MOST_TERMS: Final = 200
LONGEST_TERM: Final = 500
LONGEST_NAME: Final = 200
MOST_LIMITS: Final = 100  # folders, custodians
MOST_ALIKE: Final = 2000  # versions that are compared with one another …
MOST_TEXT: Final = 20_000_000  # … and characters of theirs: their words are held in memory


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A word list with its limits. Each term is a query of its own."""

    terms: tuple[str, ...]
    folders: tuple[str, ...] = ()  # ROOT/relative/path
    custodians: tuple[str, ...] = ()
    since: date | None = None  # of the document's date
    until: date | None = None
    as_of: datetime | None = None
    all_versions: bool = False

    def __post_init__(self) -> None:
        """Each line once. Raises `UsageError` for what makes no sense."""
        for name in ("terms", "folders", "custodians"):
            lines = (line.strip() for line in getattr(self, name))
            object.__setattr__(self, name, tuple(dict.fromkeys(filter(None, lines))))
        if not 0 < len(self.terms) <= MOST_TERMS:
            raise UsageError("A word list has 1 to %(most)s terms, one a line.", most=MOST_TERMS)
        if too_long := [term for term in self.terms if len(term) > LONGEST_TERM]:
            raise UsageError(
                "A term has at most %(most)s characters: %(term)s.", most=LONGEST_TERM,
                term=too_long[0],
            )  # fmt: skip
        if max(len(self.folders), len(self.custodians)) > MOST_LIMITS:
            raise UsageError("Name at most %(most)s folders or custodians.", most=MOST_LIMITS)
        if self.since and self.until and self.until < self.since:
            raise UsageError("A period ends on or after the day on which it begins.")
        if self.as_of and self.all_versions:
            raise UsageError("Search all versions, or what was known at a time: not both.")

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "terms": list(self.terms), "folders": list(self.folders),
            "custodians": list(self.custodians),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "as_of": utc_text(self.as_of) if self.as_of else None,
            "all_versions": self.all_versions,
        }  # fmt: skip

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> ListAsked:
        """What was kept, to be asked again."""
        since, until = (parse_day(told[n]) if told[n] else None for n in ("since", "until"))
        return cls(
            tuple(told["terms"]), tuple(told["folders"]), tuple(told["custodians"]), since, until,
            parse_moment(told["as_of"]) if told["as_of"] else None, told["all_versions"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermAnswer:
    """What a term finds: versions with their dates (ISO days), and what was not understood."""

    versions: tuple[tuple[int, str | None], ...]
    notes: tuple[dict[str, Any], ...] = ()  # start, end, id, params, message
    is_too_many: bool = False  # it finds more than can be listed: none of them is counted


class TermSearching(Protocol):
    """What answers a term."""

    def __call__(
        self, session: Session, viewer: Viewer, term: str, asked: ListAsked, /
    ) -> TermAnswer:
        """All that has everything which the term asks for. Raises `UsageError`."""
        ...


@dataclass(slots=True)
class ListFound:
    """What a word list found, as it is kept."""

    asked: ListAsked
    index_state: dict[str, Any]
    terms_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    left_out: dict[str, list[int]] = field(default_factory=dict)
    notes: list[list[dict[str, Any]]] = field(default_factory=list)
    too_many: list[int] = field(default_factory=list)
    alike: tuple[tuple[int, int], ...] = ()
    is_alike_whole: bool = True

    def told(self) -> dict[str, Any]:
        return {
            "hits": [[version, terms] for version, terms in sorted(self.terms_of.items())],
            "left_out": self.left_out, "notes": self.notes, "too_many": self.too_many,
            "alike": [list(pair) for pair in self.alike], "is_alike_whole": self.is_alike_whole,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunView:
    """One time that a list was asked."""

    number: int
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A word list of a matter, with each time that it was asked, the last first."""

    number: int
    name: str
    asked: dict[str, Any]
    created_at: datetime
    who: str
    runs: tuple[RunView, ...]


def collect(
    session: Session, viewer: Viewer, asked: ListAsked, *,
    searching: TermSearching, config: Config, index_state: dict[str, Any],
) -> ListFound:  # fmt: skip
    """All that a word list finds, as the viewer sees it.

    Raises `UsageError` for a custodian or a term that makes no sense.
    """
    custodians = _checked(session, viewer, asked, config)
    found = ListFound(asked, index_state)
    dates: dict[int, str | None] = {}
    for place, term in enumerate(asked.terms):
        answer = searching(session, viewer, term, asked)
        found.notes.append(list(answer.notes))
        if answer.is_too_many:
            found.too_many.append(place)
        for version, day in answer.versions:
            dates[version] = day
            found.terms_of[version].append(place)
    outside = outside_limits(session, viewer, dates, OutsideLimits(
        asked.folders, custodians, asked.custodians, asked.since, asked.until, asked.as_of
    ))  # fmt: skip
    for version in outside:
        del found.terms_of[version]
    found.left_out = {
        why: sorted(version for version, one in outside.items() if one == why) for why in LEFT_OUT
    }
    compared = _compared(session, found.terms_of)
    alike = near_duplicates(words_of(session, compared))
    found.alike = alike.pairs
    found.is_alike_whole = alike.is_whole and len(compared) == len(found.terms_of)
    return found


def _compared(session: Session, versions: Iterable[int]) -> list[int]:
    """Those of the versions, the shortest first, whose texts are not too much to compare."""
    sizes = dict.fromkeys(versions, 0)
    for chunk in chunked(sizes):
        rows = session.execute(
            select(Page.version_id, func.sum(func.length(Page.text)))
            .where(Page.version_id.in_(chunk))
            .group_by(Page.version_id)
        )
        sizes |= {row[0]: int(row[1]) for row in rows}
    kept: list[int] = []
    left = MOST_TEXT
    for version in sorted(sizes, key=lambda version: (sizes[version], version))[:MOST_ALIKE]:
        left -= sizes[version]
        if left < 0:
            break
        kept.append(version)
    return sorted(kept)


def _checked(
    session: Session, viewer: Viewer, asked: ListAsked, config: Config
) -> FolderCustodians:
    ids = {row[0]: row[1] for row in session.execute(select(Collection.name, Collection.id))}
    known = known_custodians(ids, viewer, config)
    if unknown := [name for name in asked.custodians if name not in known]:
        raise UsageError(
            "Nobody called %(name)s answers for a folder here; there are: %(known)s.",
            name=unknown[0], known=", ".join(known) or "–",
        )  # fmt: skip
    return FolderCustodians(config)


def keep(
    session: Session, viewer: Viewer, matter_id: int, found: ListFound, at: datetime, *,
    number: int = 0, name: str = "",
) -> tuple[int, int]:  # fmt: skip
    """Write a word list and what it found into the matter; `number`: one that is there, again.

    The number of the list, and how often it was asked by now. Raises `NotFound`, `NotAllowed`,
    `UsageError`, and `Conflict` where the matter is closed.
    """
    writable(session, viewer, matter_id)
    row = (
        list_row(session, matter_id, number)
        if number
        else _new(session, viewer, matter_id, found.asked, name, at)
    )
    of_list = WordListRun.word_list_id == row.id
    run = (session.scalar(select(func.max(WordListRun.number)).where(of_list)) or 0) + 1
    session.add(
        WordListRun(
            word_list_id=row.id, number=run, found=found.told(), index_state=found.index_state,
            reads=sorted(viewer.reads), at=at, user_id=viewer.account_id,
        )
    )  # fmt: skip
    session.flush()
    digest = hashlib.sha256(canonical(found.asked.told()).encode()).hexdigest()
    record(
        session, viewer, matter_id, "matter-searched", at, list=row.number, run=run,
        asked_sha256=digest,
    )  # fmt: skip
    return row.number, run


def _new(
    session: Session, viewer: Viewer, matter_id: int, asked: ListAsked, name: str, at: datetime
) -> WordList:
    name = " ".join(name.split()) or asked.terms[0][:LONGEST_NAME]
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError("A name is one line of at most %(most)s characters.", most=LONGEST_NAME)
    of_matter = WordList.matter_id == matter_id
    number = (session.scalar(select(func.max(WordList.number)).where(of_matter)) or 0) + 1
    row = WordList(
        matter_id=matter_id, number=number, name=name, asked=asked.told(), created_at=at,
        user_id=viewer.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def list_lists(session: Session, viewer: Viewer, matter_id: int) -> tuple[ListView, ...]:
    """The word lists of a matter, the last first. Raises `NotFound`."""
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(WordList, Account.name)
        .outerjoin(Account, Account.id == WordList.user_id)
        .where(WordList.matter_id == matter_id)
        .order_by(WordList.number.desc())
    ).all()
    runs: dict[int, list[RunView]] = defaultdict(list)
    for list_id, number, at, who in session.execute(
        select(WordListRun.word_list_id, WordListRun.number, WordListRun.at, Account.name)
        .join(WordList, WordList.id == WordListRun.word_list_id)
        .outerjoin(Account, Account.id == WordListRun.user_id)
        .where(WordList.matter_id == matter_id)
        .order_by(WordListRun.number.desc())
    ):
        runs[list_id].append(RunView(number, at, who or ""))
    return tuple(
        ListView(row.number, row.name, row.asked, row.created_at, who or "", tuple(runs[row.id]))
        for row, who in rows
    )


def get_list(session: Session, viewer: Viewer, matter_id: int, number: int) -> ListView:
    """One of them. Raises `NotFound`."""
    for one in list_lists(session, viewer, matter_id):
        if one.number == number:
            return one
    raise NotFound("word list", number)


def list_row(session: Session, matter_id: int, number: int) -> WordList:
    """The row of a list; for whom the matter is there. Raises `NotFound`."""
    row = session.scalar(
        select(WordList).where(WordList.matter_id == matter_id, WordList.number == number)
    )
    if row is None:
        raise NotFound("word list", number)
    return row


def run_rows(session: Session, list_id: int) -> Sequence[WordListRun]:
    """All times that a list was asked, the first first."""
    return session.scalars(
        select(WordListRun).where(WordListRun.word_list_id == list_id).order_by(WordListRun.number)
    ).all()
