"""What the API answers with, field by field: search, trails, status, attention."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.answers import Answer, ReferenceTold


class HitTold(Answer):
    """A hit; `marks` are code points of the snippet."""

    document: str
    version: int
    number: str | None
    title: str | None
    kind: str | None
    date: str | None
    path: str
    page: int | None
    snippet: str
    marks: list[tuple[int, int]]
    why: list[str]
    has_all: bool


class FacetCount(Answer):
    """How many hits have a value."""

    value: str
    count: int


class PieceTold(Answer):
    """A piece of the query as it was understood."""

    start: int
    end: int
    text: str
    role: str
    field: str | None
    value: str | None
    also: list[str]


class NoteTold(Answer):
    """What was not understood, and where in the query."""

    start: int
    end: int
    text: str


class SuggestionTold(Answer):
    """Another query that finds something."""

    query: str
    total: int
    text: str


class Found(Answer):
    """A search's answer: `total` have all of it, `total_any` beside them some of it."""

    total: int
    total_any: int
    hits: list[HitTold]
    facets: dict[str, list[FacetCount]]
    query: list[PieceTold]
    notes: list[NoteTold]
    suggestions: list[SuggestionTold]
    opens: str | None
    took_ms: float


class BecauseTold(Answer):
    """Why an entry is in a trail."""

    source: str = Field(alias="from")
    to: str | None
    to_type: str | None
    relation: str
    identifier: str | None
    quote: str | None
    page: int | None
    where: str | None


class EntryTold(Answer):
    """A document of a trail."""

    document: str
    version: int
    kind: str | None
    number: str | None
    title: str | None
    date: str | None
    received_at: str
    path: str
    depth: int
    because: list[BecauseTold]


class MissingTold(Answer):
    """What a document of a trail cites and is not in it."""

    source: str = Field(alias="from")
    scheme: str | None
    identifier: str | None
    key: str | None
    relation: str
    status: str
    candidates: list[str]
    page: int | None
    quote: str | None
    where: str | None


class SeedTold(Answer):
    """Where a trail begins."""

    asked: str
    type: str
    id: str


class ListTold(Answer):
    """A document of a trail that cites so many that the trail does not go on through it."""

    document: str
    references: int


class Trail(Answer):
    """A trail, by date. `through` follows what `not_followed` names."""

    seeds: list[SeedTold]
    entries: list[EntryTold]
    missing: list[MissingTold]
    not_followed: list[ListTold]
    truncated: bool
    as_of: str | None
    on: str | None
    since: str | None
    until: str | None
    depth: int
    through: list[str]


class ReasonTold(Answer):
    """Why a document speaks of an entry."""

    relation: str
    identifier: str | None
    quote: str | None
    page: int | None
    where: str | None
    status: str
    origin: str


class SpeakingTold(Answer):
    """A document that speaks of an entry; `bears`: it bears the entry's own number.

    `roles`: as what it names the party that the entry is.
    """

    document: str
    version: int
    kind: str | None
    number: str | None
    title: str | None
    date: str | None
    path: str
    bears: bool
    roles: list[str]
    because: list[ReasonTold]


class SpeakingListing(Answer):
    """Some of the documents that speak of an entry, by date, and how many there are."""

    items: list[SpeakingTold]
    total: int


class TroubleTold(Answer):
    """A path that can't be taken."""

    path: str
    reason: str
    since: str


class Status(Answer):
    """How the archive stands; more of it for administrators."""

    documents: dict[str, int]
    versions: int
    reasons: dict[str, int]
    troubles: list[TroubleTold]
    collections: list[str]


class PaperLine(Answer):
    """Where a paper original is, as it was known from `recorded_at` until `retracted_at`."""

    place: str
    form: str
    lent_to: str | None
    lent_until: str | None
    by: str | None
    recorded_at: str
    retracted_at: str | None


class PaperTold(Answer):
    """The paper original of a document, and what was said of it before."""

    document: str
    paper: PaperLine | None
    history: list[PaperLine]


class SentenceTold(Answer):
    """A sentence by name, for those who have it in their language."""

    id: str
    params: dict[str, str]


class MergeTold(Answer):
    """Two parties that may be one (`other_id` null: a name that documents say), and why."""

    id: int
    party: str
    party_id: int
    other: str
    other_id: int | None
    because: list[dict[str, Any]]


class SpellingTold(Answer):
    """A name, and how many documents write it so."""

    name: str
    documents: int


class MergedTold(Answer):
    """A party that was merged into another one."""

    id: int
    name: str


class PartySpellings(Answer):
    """How documents write a party, what was merged into it, and what may be it too."""

    id: int
    spellings: list[SpellingTold]
    merged: list[MergedTold]
    proposals: list[MergeTold]


class ChangeWanting(Answer):
    """An approved change request, and the documents that no version carries it into."""

    id: int
    number: str
    documents: list[str]


class ChangedTarget(Answer):
    """What a person decided of a reference, and the versions of its target: then, and now.

    `before` is null where that version belongs to another document by now.
    """

    document: str
    before: int | None
    now: int | None
    decision: str
    by: str | None
    at: str
    reason: str


class AttentionLine(Answer):
    """A line of the list: what wants a person, what would help, and, by kind, what it is about.

    `owners` are those whom the configuration names for the roots below which it lies, else the
    coordinators who may write in the collection; `owner` is the first of the former.
    """

    item: str
    kind: str
    sentence: SentenceTold
    text: str
    helps: list[str]
    owner: str | None
    owners: list[str]
    is_answerable: bool  # by the one who asks
    since: str
    age_days: int
    document: str | None = None
    path: str | None = None
    reference: ReferenceTold | None = None
    candidates: list[dict[str, Any]] | None = None
    cited_by: list[ReferenceTold] | None = None
    readings: list[dict[str, Any]] | None = None  # of a fact, by the data of a file and its page
    merge: MergeTold | None = None
    need: dict[str, Any] | None = None  # of a milestone that comes near
    against: list[str] | None = None  # documents with which it does not agree
    change: ChangeWanting | None = None
    concern: dict[str, Any] | None = None  # a quality concern that is late, or nobody's
    changed: ChangedTarget | None = None  # of what is suspect


class AttentionGroup(Answer):
    """How many lines of a kind there are; unreadable ones by reason. `is_more`: over 1000."""

    kind: str
    reason_code: str | None
    count: int
    is_more: bool


class Attention(Answer):
    """Some lines of the list, and how many there are. `owners` are whom one may ask for."""

    items: list[AttentionLine]
    total: int
    is_more: bool
    groups: list[AttentionGroup]
    owners: list[str]
