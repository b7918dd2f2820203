"""Registers: products, parties, change requests, milestones, quality concerns; their entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.drawing import Drawing
from web.timeline_drawing import TimelineDrawing
from web.views.common import Choice, Field, HitRow, Pager, Thing
from web.views.concerns import ConcernBlock, ConcernLine
from web.views.decisions import ReviewRow
from web.views.notices import NoticeRow
from web.views.plans import NeedsBlock, PlanBlock
from web.views.questions import Cell


@dataclass(frozen=True, slots=True)
class EntryRow:
    thing: Thing
    title: str = ""
    state: str = ""  # state of a change request or milestone, a key of web.words.STATES
    date: str | None = None  # planned date, decision date
    documents: int = 0
    last_date: str | None = None  # of the newest document


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that a folder or document says and no register knows.

    POST /attention/{id} with `answer` = add | reject.
    """

    id: str
    name: str
    where: str  # folder or quote
    documents: int = 1


@dataclass(frozen=True, slots=True)
class ImportLine:
    number: int  # 1-based line of the file
    what: str  # new | changed | same | wrong
    text: str  # number and name as read
    detail: str = ""  # what changes, or what is wrong, in the frame's language


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do. Confirmed by POSTing `token` to the same address."""

    name: str
    new: int
    changed: int
    same: int
    wrong: int
    lines: tuple[ImportLine, ...]  # wrong ones first, at most 200
    token: str = ""  # "" when it cannot be done


@dataclass(frozen=True, slots=True)
class Spelling:
    """How documents write a party; the thing leads to them."""

    thing: Thing
    documents: int


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """GET /products (/parties, /change-requests, /milestones) ?q=&sort=&page=

    Posts to the same path (a new entry: the fields), to PATH/import (`file` or `token`).
    """

    template: ClassVar[str] = "register.html"
    register: str  # vocabulary.REGISTERS
    path: str  # "/products"
    query: str
    rows: tuple[EntryRow, ...]
    total: int
    pager: Pager | None = None
    sorts: tuple[Choice, ...] = ()
    states: tuple[Choice, ...] = ()
    new_fields: tuple[Field, ...] = ()  # empty: may not add
    proposals: tuple[Proposal, ...] = ()
    export_href: str = ""
    xlsx_href: str = ""
    wanted_href: str = ""  # what documents cite and the register does not have
    risks_href: str = ""  # milestones at risk
    preview: ImportPreview | None = None
    unregistered: tuple[Spelling, ...] = ()  # parties that documents name; posted as `name`


@dataclass(frozen=True, slots=True)
class DocumentYear:
    """Documents of one year, newest first; year "" for those without a date."""

    year: str
    rows: tuple[HitRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of an entry's history of values."""

    at: datetime
    field: str  # of web.words.FIELDS
    before: str
    after: str
    who: str


@dataclass(frozen=True, slots=True)
class MergedParty:
    """A party that was merged into another one. POST PATH/parted with `other`: its id."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class MergeQuestion:
    """Another party, or a name in documents, that may be this one.

    POST /attention/{id} with `answer` = same | other.
    """

    id: str
    thing: Thing
    speaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """What only parties have. POST PATH/merges with `other`: the name of a party."""

    spellings: tuple[Spelling, ...] = ()
    merged: tuple[MergedParty, ...] = ()
    questions: tuple[MergeQuestion, ...] = ()
    may_merge: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One person's word on a change request."""

    who: str
    role: str  # of web.words.ROLES
    decision: str  # approve | reject
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """A document that a change request affects, and how it is answered.

    POST PATH/affected/{id}/answer (`answer` = carried | waived, `version`, `reason`),
    PATH/affected/{id}/taken-back, PATH/affected/{id}/removed.
    """

    id: int
    thing: Thing
    version: int
    answer: str  # cited | carried | waived, "" where it is open
    answered_version: int | None
    answered_href: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a change request; the sentence is in the frame's language."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """What only change requests have. POST PATH/moves (`move`, `reason`, `revision`)."""

    moves: tuple[str, ...]  # that the viewer may make, of web.move_words.MOVES
    refusals: tuple[str, ...]  # why other moves are not for the viewer, in the frame's language
    persons: int
    missing: int
    roles: tuple[str, ...]
    approvals: tuple[ApprovalRow, ...]
    affected: tuple[AffectedRow, ...]
    answered: int
    is_past_decision: bool = False  # nobody decides any more
    may_answer: bool = False
    notices: tuple[NoticeRow, ...] = ()  # who was told of its decisions
    review: tuple[ReviewRow, ...] = ()
    steps: tuple[StepRow, ...] = ()  # the newest first


@dataclass(frozen=True, slots=True)
class InForceBlock:
    """What is in force for a product: heads and rows as web.views.questions has them."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    href: str  # the question


@dataclass(frozen=True, slots=True)
class EntryPage:
    """GET /products/{id} (and the others) ?kind=&page=&as_of=&on=

    Posts to the same path (the fields and `revision`), to PATH/documents (`target`: a document's
    number, and `relation`).
    """

    template: ClassVar[str] = "entry.html"
    thing: Thing
    register: str
    path: str
    title: str
    summary: str  # the sentence that matters, in the frame's language; "" for none
    fields: tuple[tuple[str, str], ...]  # (name of web.words.FIELDS, value) as shown
    years: tuple[DocumentYear, ...]
    total: int
    state: str = ""
    links: tuple[Thing, ...] = ()  # its products, changes, milestones, parties
    kinds: tuple[Choice, ...] = ()
    drawing: Drawing | None = None  # documents over time
    pager: Pager | None = None
    trail_href: str = ""
    edit_fields: tuple[Field, ...] = ()  # empty: may not edit
    revision: int = 0  # posted with the fields, so that two editors notice each other
    may_link: bool = False
    relations: tuple[str, ...] = ()  # by which a document can be linked
    changes: tuple[ChangeRow, ...] = ()
    as_of: str = ""
    on: str = ""
    party: PartyBlock | None = None
    change: ChangeBlock | None = None
    needs: NeedsBlock | None = None  # of a milestone
    plan: PlanBlock | None = None  # of a product
    concern: ConcernBlock | None = None
    concerns: tuple[ConcernLine, ...] = ()  # of a product, the newest first
    in_force: InForceBlock | None = None  # of a product
    timeline: TimelineDrawing | None = None  # of a product, in place of `drawing`
