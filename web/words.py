"""How the closed lists of archive.vocabulary are said to people: letters, colours, words.

The words are English message ids; catalogues in web/locale translate them. `say` only marks them
for extraction (tools/catalogues.py). Letters are the same in all languages, so that two people at
one screen mean the same: they follow PAGES (O order, I invoice, K credit note, C contract).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


def say(message: str) -> str:
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence in two forms; its param `by` says how many there are."""

    one: str
    many: str
    by: str


def say_counted(one: str, many: str, *, by: str) -> Plural:
    """Mark a sentence that counts for the catalogues; see `say`."""
    return Plural(one, many, by)


@dataclass(frozen=True, slots=True)
class KindWord:
    """A kind's one or two letters, its colour (class `k-FAMILY` of app.css) and its name."""

    letters: str
    family: str  # money | order | goods | contract | design | change | report | other
    name: str


OTHER_KIND: Final = KindWord("–", "other", say("other"))

#: All of vocabulary.KINDS and vocabulary.REGISTERS, and "person".
KINDS: Final[dict[str, KindWord]] = {
    "invoice": KindWord("I", "money", say("invoice")),
    "credit-note": KindWord("K", "money", say("credit note")),
    "purchase-order": KindWord("O", "order", say("purchase order")),
    "order-response": KindWord("OR", "order", say("order response")),
    "order-change": KindWord("OC", "order", say("order change")),
    "order-cancellation": KindWord("OX", "order", say("order cancellation")),
    "delivery-note": KindWord("D", "goods", say("delivery note")),
    "receipt-advice": KindWord("RA", "goods", say("receipt advice")),
    "quotation": KindWord("Q", "contract", say("quotation")),
    "request-for-quotation": KindWord("RQ", "contract", say("request for quotation")),
    "contract": KindWord("C", "contract", say("contract")),
    "amendment": KindWord("A", "contract", say("amendment")),
    "specification": KindWord("S", "design", say("specification")),
    "drawing": KindWord("DR", "design", say("drawing")),
    "change-request": KindWord("R", "change", say("change request")),
    "minutes": KindWord("M", "report", say("minutes")),
    "plan": KindWord("P", "report", say("plan")),
    "quality-report": KindWord("QR", "report", say("quality report")),
    "return-report": KindWord("RR", "goods", say("return report")),
    "sales-report": KindWord("SR", "report", say("sales report")),
    "reminder": KindWord("RM", "money", say("reminder")),
    "statement": KindWord("ST", "money", say("statement of account")),
    "catalogue": KindWord("CT", "design", say("catalogue")),
    "remittance": KindWord("RE", "money", say("remittance advice")),
    "message": KindWord("E", "other", say("message")),
    "receipt": KindWord("RC", "money", say("receipt")),
    "letter": KindWord("L", "other", say("letter")),
    "other": OTHER_KIND,
    "product": KindWord("PR", "design", say("product")),
    "milestone": KindWord("MS", "report", say("milestone")),
    "party": KindWord("PA", "other", say("party")),
    "concern": KindWord("QC", "report", say("quality concern")),
    "person": KindWord("PE", "other", say("person")),
}


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A relation as its source says it, and as its target does."""

    out: str
    into: str


#: All of vocabulary.RELATIONS, and "bears", which is said of a hit.
RELATIONS: Final[dict[str, RelationWord]] = {
    "bears": RelationWord(say("bears"), say("is borne by")),
    "cites": RelationWord(say("cites"), say("cited by")),
    "bills": RelationWord(say("bills"), say("billed by")),
    "under": RelationWord(say("under"), say("covers")),
    "amends": RelationWord(say("amends"), say("amended by")),
    "supersedes": RelationWord(say("supersedes"), say("superseded by")),
    "superseded-by": RelationWord(say("superseded by"), say("supersedes")),
    "changes": RelationWord(say("changes"), say("changed by")),
    "delivers": RelationWord(say("delivers"), say("delivered by")),
    "concerns": RelationWord(say("concerns"), say("concerned by")),
    "requires": RelationWord(say("requires"), say("required by")),
    "responds-to": RelationWord(say("responds to"), say("answered by")),
    "credits": RelationWord(say("credits"), say("credited by")),
    "confirms": RelationWord(say("confirms"), say("confirmed by")),
    "quotes-for": RelationWord(say("quotes for"), say("quoted by")),
    "attached-to": RelationWord(say("attached to"), say("has attached")),
    "about": RelationWord(say("about"), say("subject of")),
    "derived-from": RelationWord(say("derived from"), say("origin of")),
}

#: Schemes built in; one from the configuration is shown by its own name.
SCHEMES: Final[dict[str, str]] = {
    **{name: word.name for name, word in KINDS.items()},
    "sales-order": say("sales order"),
    "tender": say("tender"),
    "project": say("project"),
    "statute": say("statute"),
    "regulation": say("regulation"),
    "standard": say("standard"),
    "rfc": "RFC",
    "vat": say("VAT number"),
    "organisation": say("organisation number"),
}

#: vocabulary.REASONS, which stand there as sentences in English.
REASONS: Final[dict[str, str]] = {
    "encrypted": say("The file is encrypted; it needs its password."),
    "locked-in-part": say("Some of the files inside need a password."),
    "damaged": say("The file is damaged or cut off."),
    "unknown-format": say("No reader knows this format."),
    "too-large": say("The file exceeds a limit of size, pages or nesting."),
    "refused": say("The file holds a construct that is refused because it serves attacks."),
    "reader-failed": say("The reader crashed or ran out of time or memory on this file."),
    "no-text": say("The file carries no text that can be read."),
    "pictures-unread": say("Some pages are pictures whose text was not read."),
    "truncated": say("Only a part of the file was read."),
}

#: Facts, fields of register entries, options of a trail: labels of rows and inputs.
FIELDS: Final[dict[str, str]] = {
    "kind": say("kind"),
    "number": say("number"),
    "revision": say("revision"),
    "title": say("title"),
    "date": say("date"),
    "due_date": say("due date"),
    "effective_from": say("effective from"),
    "expires_on": say("expires on"),
    "language": say("language"),
    "currency": say("currency"),
    "total": say("total"),
    "net_total": say("total without tax"),
    "governing_law": say("governing law"),
    "approval": say("approval"),
    "planned_reason": say("why anew"),
    "party": say("party"),
    "product": say("product"),
    "change": say("change request"),
    "milestone": say("milestone"),
    "collection": say("collection"),
    "status": say("status"),
    "year": say("year"),
    "path": say("path"),
    "paper": say("paper original"),
    "code": say("code"),
    "name": say("name"),
    "other_names": say("other names"),
    "other_codes": say("other codes"),
    "family": say("family"),
    "replaced_by": say("replaced by"),
    "organisation_number": say("organisation number"),
    "vat": say("VAT number"),
    "other_numbers": say("other numbers"),
    "country": say("country"),
    "contact": say("contact"),
    "requester": say("requested by"),
    "products": say("products"),
    "cause": say("cause"),
    "description": say("description"),
    "role": say("role"),
    "state": say("state"),
    "reason": say("reason"),
    "reference": say("reference"),
    "opened_on": say("opened on"),
    "closed_on": say("closed on"),
    "seeds": say("seeds"),
    "searches": say("searches"),
    "word_lists": say("word lists"),
    "folders": say("folders"),
    "custodians": say("answered for by"),
    "all_versions": say("in all versions"),
    "collections": say("collections"),
    "relations": say("relations followed"),
    "kinds": say("kinds"),
    "through": say("lists followed"),
    "relevance": say("relevance"),
    "risks": say("risks"),
    "benefits": say("benefits"),
    "costs": say("costs"),
    "cost_amount": say("costs, amount"),
    "cost_currency": say("costs, currency"),
    "cost_kind": say("costs, once or running"),
    "state_reason": say("reason of the last move"),
    "decision": say("decision"),
    "authority": say("authority"),
    "affects": say("affects"),
    "phase": say("phase"),
    "planned_on": say("planned for"),
    "actual_on": say("reached on"),
    "received_on": say("received on"),
    "happened_on": say("holds since"),
    "decided_on": say("decided on"),
    "owner": say("owner"),
    "seed": say("start from"),
    "depth": say("steps"),
    "days": say("days"),
    "version": say("version"),
    "document": say("document"),
    "changes": say("change requests"),
    "concerns": say("quality concerns"),
    "seen": say("what was seen"),
    "reporter": say("reported by"),
    "reported_on": say("reported on"),
    "due_on": say("answer by"),
    "answer": say("answer"),
    "answered_by": say("answer by whom"),
    "answered_on": say("answered on"),
    "person": say("person"),
    "discrepancy": say("discrepancy"),
    "against": say("against"),
    "found": say("says"),
    "allowed": say("should be"),
    "explained": say("explained"),
    "notice_period": say("notice"),
    "notice_by": say("notice by"),
    "renewal": say("goes on for"),
    "amended_by": say("amended by"),
    "within": say("within days"),
    "within_30": say("up to 30 days"),
    "within_90": say("31 to 90 days"),
    "within_365": say("91 to 365 days"),
    "older": say("more than 365 days"),
    "oldest": say("the oldest"),
    "to": say("to"),
    "how": say("how"),
    "note": say("note"),
    "sent_on": say("sent on"),
    "acknowledged_on": say("acknowledged on"),
    "current_version": say("current version"),
    "since": say("since"),
    "until": say("until"),
    "as_of": say("as known on"),
    "as-of": say("as known on"),
    "on": say("as it held on"),
    "cites": say("cites"),
    "cited-by": say("cited by"),
    "versions": say("versions"),
    "documents": say("documents"),
}

#: Roles of parties (vocabulary.PARTY_ROLES).
PARTY_ROLES: Final[dict[str, str]] = {
    "seller": say("seller"),
    "buyer": say("buyer"),
    "payee": say("payee"),
    "carrier": say("carrier"),
    "authority": say("authority"),
    "party": say("party"),
}

ROLES: Final[dict[str, str]] = {
    "administrator": say("administrator"),
    "manager": say("manager"),
    "coordinator": say("coordinator"),
    "staff": say("staff"),
    "legal": say("legal"),
}

#: What a grant allows in a collection.
RIGHTS: Final[dict[str, str]] = {
    "read": say("read"),
    "write": say("file and set right"),
}

#: Status of documents and references, states of entries; others are shown as they are.
STATES: Final[dict[str, str]] = {
    "queued": say("queued"),
    "searchable": say("searchable"),
    "unreadable": say("unreadable"),
    "resolved": say("resolved"),
    "waiting": say("waiting"),
    "ambiguous": say("ambiguous"),
    "rejected": say("rejected"),
    "suspect": say("suspect"),
    "received": say("received"),
    "under-review": say("under review"),
    "presented": say("presented"),
    "approved": say("approved"),
    "deferred": say("deferred"),
    "to-be-sent": say("to be sent"),
    "sent": say("sent"),
    "withdrawn": say("withdrawn"),
    "incorporated": say("incorporated"),
    "answered": say("answered"),
    "closed": say("closed"),
    "planned": say("planned"),
    "developing": say("in development"),
    "launched": say("launched"),
    "serviced": say("in service"),
    "reached": say("reached"),
    "ended": say("ended"),
    "one-off": say("once"),
    "running": say("every year"),
    "open": say("open"),
    "included": say("included"),
    "excluded": say("excluded"),
    "review": say("to be looked at"),
    "destroy": say("to be destroyed"),
    "proposed": say("proposed"),
    "called-off": say("called off"),
    "done": say("done"),
    "disposed": say("disposed of"),
    "erased": say("erased"),
    "destroyed": say("destroyed"),
}

#: What a document says of itself (vocabulary.APPROVALS).
APPROVALS: Final[dict[str, str]] = {
    "draft": say("draft"),
    "approved": say("approved"),
}

ORIGINS: Final[dict[str, str]] = {
    "text": say("read in the text"),
    "data": say("from structured data"),
    "folder": say("from the folder"),
    "person": say("set by a person"),
    "ocr": say("in a scan, with a letter or digit misread"),
}

#: Places outside the text (archive.reading.Evidence); others are in the format's own words.
PLACES: Final[dict[str, str]] = {
    "name": say("file name"),
    "folder": say("folder"),
}

#: vocabulary.PAPER_FORMS.
PAPER_FORMS: Final[dict[str, str]] = {
    "signed": say("signed original"),
    "copy": say("copy"),
}

TEXT_SOURCES: Final[dict[str, str]] = {
    "embedded": say("text of the file"),
    "ocr": say("read from the picture"),
    "mixed": say("partly read from the picture"),
    "data": say("structured data"),
    "none": say("no text"),
}

LANGUAGES: Final[dict[str, str]] = {
    "sv": say("Swedish"),
    "en": say("English"),
    "de": say("German"),
    "da": say("Danish"),
    "no": say("Norwegian"),
    "nb": say("Norwegian"),
    "fi": say("Finnish"),
    "fr": say("French"),
    "nl": say("Dutch"),
    "es": say("Spanish"),
    "it": say("Italian"),
    "pl": say("Polish"),
}

SORTS: Final[dict[str, str]] = {
    "best": say("best match"),
    "newest": say("newest first"),
    "oldest": say("oldest first"),
    "number": say("by number"),
    "title": say("by title"),
    "path": say("by path"),
    "total": say("by total"),
}
