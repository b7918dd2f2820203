"""Data that several pages share, and the frame around each page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol


class View(Protocol):
    """A page's data; `template` is its file in web/templates."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Thing:
    """Anything with a page of its own; shown as a link with its kind's letter and a hover card.

    The card is fetched from the path of `href` + "/card" (`CardPart`).
    """

    type: str  # of vocabulary.KINDS for a document, else of vocabulary.REGISTERS, or "person"
    text: str  # number or name, as people write it; a document without one: its file number
    href: str  # "/documents/D-000412", with ?page= and ?mark= where a place in it is meant
    title: str = ""  # what the link's title says, "" for nothing
    is_register: bool = False  # an entry of a register: tells the change request from its document

    @property
    def card(self) -> str:
        return self.href.partition("#")[0].partition("?")[0] + "/card"


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum: a plain decimal ("1250.00") and an ISO 4217 code, "" where none is known."""

    value: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Text with marked stretches: (start, end) in code points of `text`, end-exclusive."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or reference was read; the mark that opens its quote on the page picture."""

    href: str  # "/documents/D-000977?page=1&mark=120-131#mark"; "" where there is no such page
    origin: str = "text"  # vocabulary.ORIGINS
    page: int | None = None
    quote: str | None = None
    where: str | None = None  # the place in the format's own words: "BT-112", "Sheet1!C4"
    by: str | None = None  # the person, where origin is "person"
    because: str = ""  # a sentence in the frame's language: why it is taken for so


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: a sort order, a filter, an option of a select."""

    value: str
    label: str  # in the language of the frame
    href: str = ""  # the address with this chosen; "" inside a form
    is_chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form for a register entry or an option."""

    name: str  # as posted; its label is web.words.FIELDS[name]
    value: str = ""
    type: str = "text"  # text | date | number | select | long | password
    choices: tuple[Choice, ...] = ()  # of a select
    is_required: bool = False
    error: str = ""  # what is wrong with the value, a sentence in the frame's language


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part of a list is shown; None instead of a Pager where it is all on one page."""

    first: int  # 1-based number of the first line shown
    last: int
    total: int
    previous_href: str = ""  # "" on the first page
    next_href: str = ""  # "" on the last page


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as the head of each page needs it."""

    name: str
    role: str  # administrator | manager | coordinator | staff | legal
    may_file: bool = False  # has lists of what waits for somebody
    may_upload: bool = False  # has a collection to file into
    may_administer: bool = False  # users, grants, queue
    may_dispose: bool = False  # propose and approve what is to be destroyed


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, or why not, shown once at the top; a POST to `undo_action` undoes it."""

    text: str  # a whole sentence in the frame's language
    undo_action: str = ""
    undo_fields: tuple[tuple[str, str], ...] = ()
    is_wrong: bool = False  # nothing was done, and the text says why


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page; made by the HTTP edge from session, cookies and address.

    Preferences are set by POST /preferences with one of `language`, `theme`, `keys`.
    """

    language: str  # en | sv
    here: str  # path and query of this page, where forms come back to
    now: datetime  # aware UTC; ages are counted to it
    theme: str = "system"  # system | light | dark
    viewer: Viewer | None = None  # None: not signed in
    attention: int | None = None  # what waits for this viewer; None: not counted yet
    query: str = ""  # what stands in the search box
    notice: Notice | None = None
    keys: bool = True  # single-key shortcuts are on (WCAG 2.1.4: they can be turned off)


@dataclass(frozen=True, slots=True)
class HitRow:
    """One document in a list: a hit, a document of a register entry, the newest."""

    document: str  # file number
    href: str  # with ?q= and ?page= so that the hit is marked there
    original_href: str  # "/documents/D-000412/original"
    kind: str | None  # vocabulary.KINDS; None while unread
    title: str  # never empty: the name of the file where nothing better is known
    number: str = ""
    date: str | None = None  # ISO
    parties: tuple[Thing | str, ...] = ()  # sender, receiver; a Thing where it is registered
    total: Amount | None = None
    version: int = 1
    versions: int = 1
    page: int | None = None  # of the snippet
    snippet: Quote | None = None
    why: Why | None = None
    note: str = ""  # why it is here, where neither snippet nor `why` says it; a sentence
    path: str = ""
    status: str = "searchable"  # vocabulary.STATUSES
    reason_code: str | None = None  # vocabulary.REASONS
    collection: str = ""  # "" where the viewer has only one
    gone: datetime | None = None  # since when it lies nowhere in the tree


@dataclass(frozen=True, slots=True)
class Why:
    """Why a document is in the list: its relation to an identifier that was asked for."""

    relation: str  # vocabulary.RELATIONS, or "bears"
    text: str  # the identifier


@dataclass(frozen=True, slots=True)
class CardPart:
    """The small card on hover: a fragment without frame, at the thing's path + "/card"."""

    template: ClassVar[str] = "card.html"
    thing: Thing
    date: str | None = None
    state: str = ""  # status or state word of vocabulary or register
    lines: tuple[tuple[str, str], ...] = ()  # (name of web.words.FIELDS, value), at most four
