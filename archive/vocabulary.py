"""The closed lists of words in tables, exports and pages: the glossary's, no synonyms."""

from __future__ import annotations

from typing import Final

KINDS: Final = (
    "invoice", "credit-note", "purchase-order", "order-response", "order-change",
    "order-cancellation", "delivery-note", "receipt-advice", "quotation", "request-for-quotation",
    "contract", "amendment", "specification", "drawing", "change-request", "minutes", "plan",
    "quality-report", "return-report", "sales-report", "reminder", "statement", "catalogue",
    "remittance", "message", "receipt", "letter", "other",
)  # fmt: skip

RELATIONS: Final = (
    "cites", "bills", "under", "amends", "supersedes", "superseded-by", "changes", "delivers",
    "concerns", "requires", "responds-to", "credits", "confirms", "quotes-for", "attached-to",
    "about", "derived-from",
)  # fmt: skip

PARTY_ROLES: Final = ("seller", "buyer", "payee", "carrier", "authority", "party")

#: What may bear an identifier beside a kind of document.
REGISTERS: Final = ("product", "change-request", "milestone", "party", "concern")

STATUSES: Final = ("queued", "searchable", "unreadable")

#: Why a file is not read, or not wholly. Those of IN_PART go with `searchable`.
REASONS: Final = {
    "encrypted": "The file is encrypted; it needs its password.",
    "locked-in-part": "Some of the files inside need a password.",
    "damaged": "The file is damaged or cut off.",
    "unknown-format": "No reader knows this format.",
    "too-large": "The file exceeds a limit of size, pages or nesting.",
    "refused": "The file holds a construct that is refused because it serves attacks.",
    "reader-failed": "The reader crashed or ran out of time or memory on this file.",
    "no-text": "The file carries no text that can be read.",
    "pictures-unread": "Some pages are pictures whose text was not read.",
    "truncated": "Only a part of the file was read.",
}
#: Formats that are opened by a password where one is known: see indexer.parsers.unlock.
UNLOCKABLE: Final = (
    "application/pdf", "application/x-ole-storage", "application/msword",
    "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/zip",
    "application/x-7z-compressed", "application/vnd.rar", "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
)  # fmt: skip
#: Formats whose pages can be shown as pictures; of others a text may still be read page by page.
PAGED: Final = (
    "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/gif", "image/bmp",
    "image/webp",
)  # fmt: skip
IN_PART: Final = (None, "no-text", "pictures-unread", "truncated", "locked-in-part")
#: Reasons that a person may do something about; a picture without text is none.
WANTING: Final = tuple(code for code in REASONS if code != "no-text")
#: What a password would help.
LOCKED: Final = ("encrypted", "locked-in-part")

#: What a paper original is.
PAPER_FORMS: Final = ("signed", "copy")

TEXT_SOURCES: Final = ("embedded", "ocr", "mixed", "data", "none")

#: The origin of a number that stands in a scan only if a letter was read for a digit, or a digit
#: for a letter: a doubt, and no reference to anybody before a person says so (archive/misread.py).
MISREAD: Final = "ocr"
#: Where a fact or mention was read.
ORIGINS: Final = ("text", "data", "folder", "person", MISREAD)

#: The facts of a version that have one value each and a column that shows it, in the order of the
#: export: what lists are made and searched by.
COLUMN_FACTS: Final = (
    "kind", "number", "revision", "title", "date", "due_date", "effective_from", "expires_on",
    "language", "currency", "total",
)  # fmt: skip
#: The rule of facts that are two readings of one place, as 03/04/2024: none of them counts until a
#: person says which.
UNDECIDED: Final = "day or month first"
#: The rule of facts that a PDF's page says otherwise than the XML in it: see
#: indexer.extract.disagreement. The data counts until a person says which.
PRINTED: Final = "the page says otherwise"
NOT_COUNTING: Final = (UNDECIDED, PRINTED)

#: Facts by which versions belong together: once they are set right, that is decided anew.
IDENTIFYING: Final = frozenset({"number", "revision", "kind", "date", "party"})
#: The rule of the kind `other` where nothing says what a document is.
NOTHING: Final = "nothing"

#: All facts that have one value each. Those without a column stand on the document's page.
SINGLE_FACTS: Final = (
    *COLUMN_FACTS, "net_total", "governing_law", "approval", "notice_period", "renewal",
)  # fmt: skip

#: What a document says of itself, or a person of it.
APPROVALS: Final = ("draft", "approved")
