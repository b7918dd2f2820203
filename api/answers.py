"""What the API answers with, field by field, so that its description shows it: documents."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A part of an answer. Clients have to pass over fields that they do not know."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class PartyTold(Answer):
    """A party that a document names."""

    role: str | None
    name: str
    id: str | None


class HistoryLine(Answer):
    """A version, in short."""

    version: int
    sha256: str
    path: str
    revision: str | None
    date: str | None
    recorded_at: str
    current: bool


class DocumentTold(Answer):
    """A document in the fields of the export."""

    document: str
    path: str
    paths: list[str]
    collection: str
    parent: str | None
    sha256: str
    media_type: str | None
    kind: str | None
    number: str | None
    revision: str | None
    title: str | None
    date: str | None
    due_date: str | None
    effective_from: str | None
    expires_on: str | None
    language: str | None
    currency: str | None
    total: str | None
    parties: list[PartyTold]
    products: list[str]
    change_requests: list[str]
    milestones: list[str]
    pages: int
    text_source: str
    received_at: str
    held: bool
    status: str
    reason_code: str | None
    reason: str | None
    history: list[HistoryLine]


class DocumentListing(Answer):
    """Some of the documents, and how many there are."""

    items: list[DocumentTold]
    total: int


class Evidence(Answer):
    """Where something was read: code points into a page's text, or a place in the file's words."""

    page: int | None
    start: int | None
    end: int | None
    quote: str | None
    where: str | None


class FactTold(Evidence):
    """One value, who said it and since when; `counts`: it is what the document shows."""

    name: str
    value: str
    role: str | None
    id: str | None
    counts: bool
    origin: str
    by: str
    rule: str
    confidence: float
    recorded_at: str
    retracted_at: str | None


class OpenedDocument(DocumentTold):
    """A document with its facts."""

    version: int
    facts: list[FactTold]


class SightingTold(Answer):
    """Where a version was seen, from when until when."""

    path: str
    since: str
    until: str | None


class VersionTold(Answer):
    """A version with where it was seen."""

    version: int
    sha256: str
    size_bytes: int
    file_name: str
    media_type: str | None
    path: str
    revision: str | None
    date: str | None
    title: str | None
    pages: int
    status: str
    reason_code: str | None
    reason: str | None
    recorded_at: str
    current: bool
    sightings: list[SightingTold]


class Versions(Answer):
    """All versions, from first to latest."""

    items: list[VersionTold]


class PartTold(Answer):
    """Pages of a bundle that are a document of their own; null while it is being made."""

    id: int
    first: int
    last: int
    document: str | None
    recorded_at: str


class Parts(Answer):
    """The parts of a bundle in the order of its pages."""

    items: list[PartTold]


class Place(Evidence):
    """One mention; `more` are (page, start, end) where it goes on over a page's end."""

    more: list[list[int]]


class ReferenceTold(Evidence):
    """A reference in the fields of the export."""

    source: str
    source_path: str
    version: int
    mentions: int
    scheme: str | None
    identifier: str | None
    key: str | None
    issuer: str | None
    relation: str
    target_type: str | None
    target: str | None
    target_path: str | None
    candidates: list[str]
    status: str
    suspect: bool
    origin: str
    recorded_at: str


class RulingTold(Answer):
    """What a person decided on a reference."""

    decision: str
    reason: str
    recorded_at: str


class OpenedReference(ReferenceTold):
    """A reference with its mentions and the ruling on it."""

    id: int
    places: list[Place]
    ruling: RulingTold | None


class References(Answer):
    """The references out of a version and into its document."""

    document: str
    version: int
    out: list[OpenedReference]
    into: list[OpenedReference] = Field(alias="in")


class MarkTold(Answer):
    """A stretch of a page's text: a `hit`, a `reference` with what it reaches, a `fact`.

    `boxes` are left, top, width and height as shares of the picture's, from its top left.
    """

    start: int
    end: int
    what: str
    boxes: list[tuple[float, float, float, float]]


class PageTold(Answer):
    """A page's text and what stands on it; width and height of the picture in points.

    `confidence` is that of OCR, 0 to 1; none where the text is the file's own.
    """

    page: int
    text: str
    source: str
    confidence: float | None
    label: str
    width: float | None
    height: float | None
    marks: list[MarkTold]


class EventTold(Answer):
    """What was done with a document, by whom."""

    number: int
    at: str
    what: str
    by: str


class EventListing(Answer):
    """Some of the events, and how many there are."""

    items: list[EventTold]
    total: int


class ProvedEvent(Answer):
    """An event as it was written; `path` leads its leaf to the head of the checkpoint."""

    number: int
    line: str
    leaf: str
    path: list[str] | None


class DocumentProof(Answer):
    """Hashes, sightings and events of a document, under a signed checkpoint."""

    document: str
    kind: str | None
    number: str | None
    title: str | None
    collection: str
    made_at: str
    versions: list[dict[str, Any]]
    events: list[ProvedEvent]
    checkpoint: str | None
    key: str | None
    fingerprint: str | None


class ValueChanged(Answer):
    """A fact that says something else in the later version."""

    name: str
    before: str | None
    after: str | None


class IdentifierChanged(Answer):
    """An identifier that only one of two versions cites: `gone` or `new`."""

    relation: str
    scheme: str
    identifier: str
    change: str


class PassageTold(Answer):
    """A paragraph; `changed` are stretches of its text that the other side has not."""

    page: int
    text: str
    changed: list[tuple[int, int]]


class ChangeTold(Answer):
    """A paragraph before and after; `figures`: words with digits that took each other's place."""

    before: PassageTold | None
    after: PassageTold | None
    figures: list[tuple[str, str]]


class DifferenceTold(Answer):
    """Two versions of one document beside each other."""

    document: str
    from_: int = Field(alias="from")
    to: int
    facts: list[ValueChanged]
    identifiers: list[IdentifierChanged]
    changes: list[ChangeTold]
    alike: int
    truncated: bool
