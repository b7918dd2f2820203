"""The page of one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Amount, Choice, Source, Thing
from web.views.concerns import ConcernsCard


@dataclass(frozen=True, slots=True)
class Head:
    """The line that says what it is."""

    document: str  # file number
    kind: str | None
    title: str
    number: str = ""
    revision: str = ""
    issuer: Thing | None = None
    date: str | None = None
    total: Amount | None = None
    version: int = 1
    versions: int = 1
    is_current: bool = True
    current_href: str = ""  # the current version, where another is shown
    status: str = "searchable"
    reason_code: str | None = None
    password_action: str = ""  # where a password that may open it is posted
    reason: str = ""  # what is to be said beside the words for `reason_code`, in the language
    collection: str = ""
    original_href: str = ""
    original_name: str = ""
    media_type: str = ""
    size_bytes: int = 0
    sha256: str = ""
    is_held: bool = False
    gone: datetime | None = None  # since when it lies nowhere in the tree


@dataclass(frozen=True, slots=True)
class Tab:
    """One page in the strip at the left. Long documents: see `nearby`."""

    number: int
    href: str
    label: str = ""  # name of a sheet, "Slide 3"; "" for plain numbers
    hits: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page picture, 0 to 1 from its left and top edge."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the page's text that is shown, in text and picture."""

    start: int  # code points into the page's text, end-exclusive
    end: int
    what: str  # hit | reference | evidence (what ?mark= asks for; gets the anchor #mark)
    boxes: tuple[Box, ...] = ()
    type: str = ""  # of a reference: its target's kind or register, for the colour
    href: str = ""  # of a reference: the target's page; waiting: #reference-ID on this page
    label: str = ""  # "bills PO-2024-113", in the frame's language


@dataclass(frozen=True, slots=True)
class Leaf:
    """The page of the document that is open."""

    number: int
    count: int  # pages of this version
    text: str
    marks: tuple[Mark, ...] = ()
    source: str = "embedded"  # vocabulary.TEXT_SOURCES
    confidence: float | None = None  # of OCR, 0 to 1
    label: str = ""
    picture_href: str = ""  # PNG; "" where the format has no pictures
    width: float = 0.0  # of the picture, in points
    height: float = 0.0
    previous_href: str = ""  # page before
    next_href: str = ""
    is_text_cut: bool = False  # `text` is only the first part, to keep the page small


@dataclass(frozen=True, slots=True)
class OldValue:
    """A reading that was replaced and stays visible."""

    value: str
    recorded_at: datetime
    retracted_at: datetime | None
    by: str  # person, or name and version of the reader


@dataclass(frozen=True, slots=True)
class PaperCard:
    """The paper original. POST /documents/{D}/paper with `answer` = set | returned | removed.

    To set: `place`, `form`, `lent_to`, `lent_until`, all of them.
    """

    place: str = ""  # "": there is none any more
    form: str = "signed"  # vocabulary.PAPER_FORMS
    lent_to: str = ""
    lent_until: str = ""  # ISO
    is_overdue: bool = False
    older: tuple[OldValue, ...] = ()
    is_ruled: bool = False  # a person's word stands, and can be taken back


@dataclass(frozen=True, slots=True)
class PartRow:
    """Pages that are a document of their own.

    Taken back by POST /documents/{D}/parts/{id}/take-back.
    """

    id: int
    pages: str  # "3-5"
    thing: Thing | None = None  # None: it is being made
    title: str = ""


@dataclass(frozen=True, slots=True)
class PartsCard:
    """Which pages are documents of their own. POST /documents/{D}/parts with `pages` = 3-5."""

    rows: tuple[PartRow, ...]
    may_say: bool = False


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact; set right by POST /documents/{D}/facts with `fact`, `value`, `version`.

    A party's form adds `role` and `was`, the name that is replaced.
    """

    name: str  # vocabulary.SINGLE_FACTS or "party"
    value: str  # as exported
    source: Source | None = None
    amount: Amount | None = None  # of the total
    thing: Thing | None = None  # of a party
    role: str | None = None  # of a party
    is_doubtful: bool = False
    readings: tuple[str, ...] = ()  # of one place that can be read in two ways; then no value
    older: tuple[OldValue, ...] = ()
    is_ruled: bool = False  # a person's word stands, and can be taken back
    is_printed: bool = False  # so says the page; the data, which counts, says otherwise
    choices: tuple[str, ...] = ()  # all values that it may have; empty: it is written


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible target of an ambiguous reference, with what speaks for it."""

    value: str  # posted as `target`
    thing: Thing
    date: str | None = None
    revision: str = ""
    path: str = ""  # of its file, from the root's folder
    parties: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()  # short phrases in the frame's language


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One reference, out or in.

    Ruled by POST /documents/{D}/references/{id}/ruling with `ruling` = confirm | reject | withdraw
    | choose (then `target`) | redirect (then `target`: a number or name), each with a `reason`.
    `id` is whatever the handler recognises.
    """

    id: str
    relation: str
    identifier: str  # as people write it; "" where none is read (by hand, attached-to)
    status: str  # resolved | waiting | ambiguous | rejected
    scheme: str | None = None
    thing: Thing | None = None  # the other end, where there is exactly one
    date: str | None = None  # of the other end
    title: str = ""  # of the other end
    source: Source | None = None
    mentions: int = 1
    candidates: tuple[Candidate, ...] = ()
    is_suspect: bool = False
    ruled_by: str = ""  # the person whose ruling stands
    ruled_at: datetime | None = None
    reason: str = ""  # which that person gave
    change_href: str = ""  # of a suspect one: what changed in its target since
    is_confirmed: bool = False
    may_rule: bool = False
    is_of_entries: bool = False  # what bears its number is no document, so none is missing
    wanted_href: str = ""  # of one that waits: who else cites the number
    others: tuple[Thing, ...] = ()  # of one that waits: documents of other parties that bear it
    revision: str = (
        ""  # that is named where it is cited; `thing` leads to the version that bears it
    )
    is_old: bool = False  # the newest revision of the other end is another one
    is_there: bool = True  # there is a version of that revision
    current_href: str = ""  # the newest, where `thing` leads to an older one


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    href: str
    received_at: datetime
    revision: str = ""
    date: str | None = None
    path: str = ""
    is_current: bool = False
    is_shown: bool = False
    status: str = "searchable"
    difference_href: str = ""  # to the one before; "" for the first


@dataclass(frozen=True, slots=True)
class VersionDay:
    """The versions that came on one day, folded into a line where they are several."""

    day: str  # ISO
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class SightingRow:
    path: str  # ROOT/relative/path, or parent!/name
    since: datetime
    until: datetime | None = None
    version: int = 1
    parent: Thing | None = None  # for a child


@dataclass(frozen=True, slots=True)
class HistoryRow:
    at: datetime
    text: str  # a whole sentence in the frame's language
    who: str = ""
    ruled: tuple[str, ...] = ()  # facts that stand as they were set then: can be taken back


@dataclass(frozen=True, slots=True)
class SendingRow:
    """A version that went to somebody. POST /sent/{id}/acknowledged (`on`), /sent/{id}/taken-back,
    /sent/{id}/not-acknowledged."""

    id: int
    version: int
    href: str
    to: str
    how: str  # of web.words.HOWS
    sent_on: str
    note: str
    who: str
    acknowledged_on: str  # "" where they did not say so
    is_old: bool  # another version is the current one by now


@dataclass(frozen=True, slots=True)
class SentCard:
    """What was sent. POST /documents/{D}/sent (`to`, `how`, `sent_on`, `version`, `note`)."""

    rows: tuple[SendingRow, ...] = ()
    hows: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()  # that can be chosen, the newest first


NO_CONCERNS = ConcernsCard()


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """GET /documents/{D}?page=&view=&q=&mark=&version=&as_of=&on=

    Posts to /documents/{D}/facts (FactRow), /documents/{D}/references (`relation`, `target`: by
    hand), /documents/{D}/references/{id}/ruling (ReferenceRow), /documents/{D}/reread (try again),
    /documents/{D}/paper (PaperCard).
    """

    template: ClassVar[str] = "document.html"
    head: Head
    leaf: Leaf | None  # None where nothing could be read
    tabs: tuple[Tab, ...]
    view: str  # picture | text
    other_view_href: str
    facts: tuple[FactRow, ...]
    references_out: tuple[ReferenceRow, ...]
    references_in: tuple[ReferenceRow, ...]
    versions: tuple[VersionDay, ...]
    sightings: tuple[SightingRow, ...]
    history: tuple[HistoryRow, ...]
    trail_href: str
    graph_href: str = ""  # the picture of what is around it
    chain_href: str = ""  # of papers of trade: contract, orders, invoices with their sums
    parent: Thing | None = None
    children: tuple[Thing, ...] = ()
    missing_facts: tuple[str, ...] = ()  # names of facts that could be added by hand
    relations: tuple[str, ...] = ()  # that can be chosen by hand; empty: may not add
    parties: tuple[Choice, ...] = ()
    previous_mark_href: str = ""  # hit or mention before the one asked for, on any page
    next_mark_href: str = ""
    back_href: str = ""  # the list where one was
    as_of: str = ""
    on: str = ""
    may_edit: bool = False
    paper_forms: tuple[str, ...] = ()  # that can be chosen by hand
    paper: PaperCard | None = None  # None: nothing was ever said of one
    parts: PartsCard | None = None  # None: it has none, and can't have any
    sent: SentCard = SentCard()
    concerns: ConcernsCard = NO_CONCERNS
    history_href: str = ""  # the whole history, where only the newest lines are here
    all_out_href: str = ""  # the search for all that it cites, where not all is here
    all_in_href: str = ""  # the same for what cites it


def nearby(tabs: tuple[Tab, ...], *, current: int, limit: int = 60) -> tuple[Tab, ...]:
    """The tabs worth showing of a long document: ends, marked pages, neighbours of `current`.

    At most `limit`, in order of pages; those nearest to `current` win.
    """
    if len(tabs) <= limit:
        return tabs
    ends = {tabs[0].number, tabs[-1].number, current}

    def importance(tab: Tab) -> tuple[bool, bool, int]:
        distance = abs(tab.number - current)
        return (tab.number not in ends, distance > 3 and not tab.hits, distance)

    kept = sorted(tabs, key=importance)[:limit]
    return tuple(sorted(kept, key=lambda tab: tab.number))
