"""What readers and extractors hand to the archive: plain data, no rows, no session.

Offsets are code points into `PageText.text`, 0-based, end-exclusive; pages are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch in which page text and the reader's own characters run side by side."""

    start: int  # in PageText.text
    own: int  # index of the same character in the reader's own numbering
    length: int


@dataclass(frozen=True, slots=True)
class PageText:
    """One page, sheet, slide or message body, as people see it.

    `text` is cleaned: NFC, ligatures spelled out, soft hyphens gone, words broken by a hyphen at a
    line end joined, line ends as one newline. `runs` maps it to the reader's own character
    indexes (PDFium's, for PDF); empty where there are no boxes to be made.
    """

    number: int
    text: str
    source: str = "embedded"  # embedded | ocr | data | none
    label: str = ""  # the sheet's name, "Slide 3", "body"
    width: float | None = None  # points (1/72 inch) of the page picture; None: shown as text
    height: float | None = None
    runs: tuple[Run, ...] = ()
    confidence: float | None = None  # of OCR, 0 to 1
    words: tuple[tuple[int, int, float, float, float, float], ...] = ()
    """For OCR: (start, end, left, top, right, bottom) of each word, in points from top left."""


@dataclass(frozen=True, slots=True)
class Child:
    """A file inside the file: an attachment, a member of a container."""

    position: int  # 1-based, in the order of the container
    name: str
    data: bytes
    media_type: str | None = None  # as the container says; the reader looks at the bytes anyway


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one blob.

    `reason_code` is set where something is missing: with pages for `truncated` and `no-text`,
    without pages where the file can't be read. `data` is the XML of an e-document (the file
    itself, or the one inside a hybrid PDF). `headers` are a mail's, in order.
    """

    reader: str  # "pdf", "docx", …
    reader_version: int
    media_type: str
    pages: tuple[PageText, ...] = ()
    children: tuple[Child, ...] = ()
    title: str | None = None  # as the file's own properties say
    properties: tuple[tuple[str, str], ...] = ()  # author, created, modified, producer, …
    headers: tuple[tuple[str, str], ...] = ()
    data: bytes | None = None
    reason_code: str | None = None
    reason: str | None = None
    scans: tuple[int, ...] = ()  # pages that are pictures with hardly any text; what waits for OCR


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was read: a stretch of a page's text, or a place in the file's own words."""

    page: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    where: str | None = None  # XPath, "Sheet1!C4", "header Subject", "name", "folder"
    more: tuple[tuple[int, int, int], ...] = ()  # further (page, start, end), over a page's end


@dataclass(frozen=True, slots=True)
class FactFound:
    """One metadata value and where it was read.

    Names are those of vocabulary.SINGLE_FACTS and `party`; of a party `role` is one of PARTY_ROLES
    and `identifier` its VAT or organisation number. Dates are ISO, amounts plain decimals
    ("1250.00"), languages ISO 639-1. `confidence` is 0 to 1, for what is shown as doubtful.
    """

    name: str
    value: str
    evidence: Evidence
    origin: str = "text"  # text | data | folder
    confidence: float = 1.0
    role: str | None = None
    identifier: str | None = None
    rule: str = ""  # the name of the rule that found it, for "why"


@dataclass(frozen=True, slots=True)
class MentionFound:
    """One place where an identifier is read.

    `key` is the normalised form, `groups` its parts joined by `|` ("PO|2024|113"), see
    archive.schemes. `relation` is what the words around it say, `cites` where none does.
    """

    scheme: str
    identifier: str  # as people write it, cleaned: "PO-2024-113"
    key: str
    groups: str
    evidence: Evidence
    relation: str = "cites"
    origin: str = "text"  # vocabulary.ORIGINS
    issuer: str | None = (
        None  # folded name of the party whose number it is, where the scheme says so
    )
    rule: str = ""  # pattern, label or list that found it


@dataclass(frozen=True, slots=True)
class IdentifierFound:
    """A number that this document itself bears, by the strongest evidence for it."""

    scheme: str
    identifier: str
    key: str
    groups: str
    evidence: Evidence
    origin: str = "text"
    issuer: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the text of one version says: facts, numbers borne, numbers cited."""

    facts: tuple[FactFound, ...] = ()
    identifiers: tuple[IdentifierFound, ...] = ()
    mentions: tuple[MentionFound, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A registered name without a shape of its own, looked for by dictionary."""

    scheme: str  # product, milestone, party, change-request
    key: str
    text: str
    entry_id: int
    groups: str = ""  # as the register has them; empty: those of the text
    collection_id: int = 0  # of the entry: what is registered in one hides no name of another
    beside: str = ""  # key of a product: without a word of that, the name means nothing


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What extraction may know beside the bytes: where the file lies, never other files."""

    path: str  # ROOT/relative/path, or PARENT!/name for a child
    file_date: str | None = None  # ISO date of the file's modification, a last resort for nothing
    names: tuple[Name, ...] = field(default=())
