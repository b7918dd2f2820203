"""What requests for matters and holds say, and what they are answered with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from api.parameters import Closed, DocumentNumber
from archive.holding import HoldSaid
from archive.matter_gathering import Asked
from archive.matters import MatterSaid
from archive.register_fields import LONGEST_LINE, LONGEST_TEXT
from archive.times import parse_moment
from archive.trail import DEFAULT_DEPTH

NO_NUL: Final = r"^[^\x00]*$"  # PostgreSQL keeps no text with one
MOST_LINES: Final = 100
Line = Annotated[str, Field(max_length=LONGEST_LINE, pattern=NO_NUL)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=NO_NUL)]
Given = Annotated[Line, Field(min_length=1)]
Seeds = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]],
    Field(max_length=MOST_LINES, default_factory=list),
]
UserName = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
MOST_DEPTH: Final = 10
ListNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Depth = Annotated[int, Field(ge=0, le=MOST_DEPTH)]


class NewMatter(Closed):
    """A matter; whoever opens it is its first member."""

    name: Given
    reference: Line = ""
    parties: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    opened_on: date | None = None
    closed_on: date | None = None
    state: Literal["open", "closed"] = "open"

    def said(self) -> MatterSaid:
        """The same for the archive."""
        return MatterSaid(
            self.name, self.reference, tuple(self.parties), self.opened_on, self.closed_on,
            self.state,
        )  # fmt: skip


class ChangedMatter(Closed):
    """What changes of a matter; what is not named stays. `revision` is that of what one read."""

    revision: int
    name: Given | None = None
    reference: Line | None = None
    parties: Annotated[list[Line], Field(max_length=100)] | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    state: Literal["open", "closed"] | None = None


class NewMember(Closed):
    """Somebody to be let in, by name."""

    user: UserName
    is_responsible: bool = False


class NewGathering(Closed):
    """What is gathered. With nothing named the latest gathering is made again."""

    seeds: Seeds
    searches: Seeds
    since: date | None = None
    until: date | None = None
    as_of: Annotated[str, Field(max_length=40)] | None = None
    on: date | None = None
    depth: Depth = DEFAULT_DEPTH
    through: Annotated[list[DocumentNumber], Field(max_length=100, default_factory=list)]
    relations: Annotated[list[Line], Field(max_length=50, default_factory=list)]
    kinds: Annotated[list[Line], Field(max_length=50, default_factory=list)]
    word_lists: Annotated[list[ListNumber], Field(max_length=MOST_LINES, default_factory=list)]

    def asked(self) -> Asked | None:
        """The same for the archive; None where the latest is meant. Raises `UsageError`."""
        if not (self.seeds or self.searches or self.word_lists):
            return None
        return Asked(
            tuple(self.seeds), tuple(self.searches), self.since, self.until,
            parse_moment(self.as_of) if self.as_of else None, self.on, self.depth,
            tuple(self.through), tuple(self.relations), tuple(self.kinds),
            tuple(self.word_lists),
        )  # fmt: skip


class NewSaying(Closed):
    """What is said of documents in a matter; an empty value takes it back."""

    documents: Annotated[list[DocumentNumber], Field(min_length=1, max_length=1000)]
    what: Literal["decision", "privileged", "confidential", "redacted", "note", "place"]
    value: Text
    reason: Text = ""


class NewHold(Closed):
    """What a hold is to cover, now and whatever arrives."""

    matter: Annotated[int, Field(ge=1, le=2**31 - 1)]
    name: Given
    ground: Annotated[Text, Field(min_length=1)]
    seeds: Seeds
    searches: Seeds
    collections: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    depth: Depth = DEFAULT_DEPTH

    def said(self) -> HoldSaid:
        """The same for the archive."""
        return HoldSaid(
            self.name, self.ground, tuple(self.seeds), tuple(self.searches),
            tuple(self.collections), self.depth,
        )  # fmt: skip


class ChangedHold(Closed):
    """A hold is released, or looked at again: what it covers by now."""

    act: Literal["release", "look"]
    reason: Text = ""


class MemberTold(BaseModel):
    """Somebody in a matter."""

    user: int
    name: str
    is_responsible: bool
    since: datetime


class MatterTold(BaseModel):
    """A matter."""

    id: int
    name: str
    reference: str
    parties: list[str]
    state: str
    opened_on: str
    closed_on: str | None
    created_at: datetime
    revision: int


class MattersTold(BaseModel):
    """Some of one's matters, the newest first, and how many there are."""

    items: list[MatterTold]
    total: int


class WholeMatter(MatterTold):
    """A matter with who is in it."""

    members: list[MemberTold]


class SaidTold(BaseModel):
    """What somebody said of a document in a matter."""

    value: str
    reason: str
    who: str
    at: datetime


class MatterEntryTold(BaseModel):
    """A document of a matter. `because`: the seed, the search, the references or the person."""

    document: str
    kind: str | None
    number: str | None
    title: str
    date: str | None
    received_at: datetime
    first: int
    last: int
    depth: int
    because: list[dict[str, Any]]
    said: dict[str, SaidTold]


class MatterEntriesTold(BaseModel):
    """Some of the documents of a matter, and how many there are."""

    items: list[MatterEntryTold]
    total: int


class NoteTold(BaseModel):
    """What was not understood of a search; `start` and `end` count characters of it."""

    asked: str = ""
    start: int
    end: int
    id: str
    message: str


class GatheringTold(BaseModel):
    """A gathering: what was asked, when, by whom, how much was new, what was left out."""

    number: int
    at: datetime
    who: str
    asked: dict[str, Any]
    new: int
    limits: list[dict[str, str]]
    lists: list[str]
    missing: list[dict[str, str]]
    unknown: list[str]
    refused: list[dict[str, str]]
    truncated: bool
    notes: list[NoteTold]


class ChronologyLine(BaseModel):
    """One line: what happened on a day, when that was filed; or what is missing."""

    date: str | None
    filed: str | None
    what: str
    document: str | None
    kind: str | None
    number: str | None
    title: str | None
    detail: str


class ChronologyTold(BaseModel):
    """All lines, in order of time."""

    items: list[ChronologyLine]


class EventsTold(BaseModel):
    """Some of the events of a matter, the newest first, and how many there are."""

    items: list[dict[str, Any]]
    total: int


class HoldTold(BaseModel):
    """A hold; `documents` counts those that one may read."""

    id: int
    matter: int
    name: str
    ground: str
    asked: dict[str, Any]
    placed_at: datetime
    who: str
    documents: int
    released_at: datetime | None
    release_reason: str


class HoldsTold(BaseModel):
    """Some of the holds of one's matters, the newest first, and how many there are."""

    items: list[HoldTold]
    total: int


class HeldTold(BaseModel):
    """Some of the documents that a hold covered when it was last looked at."""

    items: list[str]
    total: int
