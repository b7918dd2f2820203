"""What a change request says of itself beside its labels, on its first pages.

A mail is a change request where a line of its own says the number, as a form does: not in what it
quotes or sends on, and not where it speaks of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from archive.change_letters import address_in
from archive.change_opening import AskedFor
from archive.reading import PageText
from indexer.extract.amounts import find_amounts, plain
from indexer.extract.plain_text import without_marks

PAGES: Final = 2  # forms say it at their head
MOST_LINES: Final = 20  # of what stands below a heading
MOST_CHARS: Final = 2000
#: By field of the register its labels; "": what is no field of ours and ends the one before.
LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        "title", "subject", "short description", "titel", "rubrik", "ärende", "benämning",
        "betreff", "objet",
    ),
    "requester": (
        "requested by", "requester", "requestor", "raised by", "submitted by", "proposed by",
        "originator", "initiator", "begärd av", "begärs av", "begäran från", "beställare",
        "sökande", "förslagsställare", "föreslagen av", "initiativtagare", "anmäld av",
        "beantragt von", "antragsteller", "antragstellerin", "demandeur", "demandé par",
    ),
    "contact": (
        "contact", "contact details", "e-mail", "email", "phone", "kontakt", "kontaktuppgifter",
        "e-post", "telefon",
    ),
    "products": (
        "product", "products", "affected product", "affected products", "products affected",
        "produkt", "produkter", "berörd produkt", "berörda produkter", "påverkade produkter",
        "produkte", "betroffene produkte", "produit", "produits", "produits concernés",
    ),
    "relevance": (
        "reason", "reason for change", "reason for the change", "background", "relevance",
        "justification", "orsak", "orsak till ändring", "orsak till ändringen", "skäl",
        "anledning", "bakgrund", "motivering", "relevans", "grund der änderung", "motif",
    ),
    "risks": (
        "risk", "risks", "risks and consequences", "consequences", "risker", "konsekvenser",
        "risiken", "risques",
    ),
    "benefits": ("benefit", "benefits", "nytta", "fördelar", "nutzen", "avantages"),
    "costs": (
        "cost", "costs", "estimated cost", "estimated costs", "cost estimate", "kostnad",
        "kostnader", "uppskattad kostnad", "beräknad kostnad", "kosten", "coût", "coûts",
    ),
    "affects": (
        "affects", "affected", "affected documents", "affected document", "documents affected",
        "affected specifications", "affected drawings", "affected items", "impacts", "impacted",
        "impacted documents", "documents impacted", "påverkar", "påverkas", "påverkade dokument",
        "påverkade handlingar", "påverkade specifikationer", "påverkade ritningar", "berör",
        "berörs", "berörda dokument", "berört dokument", "berörda handlingar",
        "berörda specifikationer", "berörda ritningar", "betrifft", "betroffen",
        "betroffene dokumente", "betroffene unterlagen", "concerne", "documents concernés",
    ),
    "": (
        "number", "no", "nr", "nummer", "date", "datum", "status", "priority", "prioritet",
        "decision", "beslut", "approved by", "godkänd av", "approval", "godkännande", "signature",
        "underskrift", "description", "description of change", "proposed change", "beskrivning",
        "föreslagen ändring", "ändring", "attachments", "bilagor", "distribution",
    ),
}  # fmt: skip
SHORT: Final = frozenset({"title", "requester", "contact"})  # one line, one cell
LISTS: Final = frozenset({"products", "affects"})
#: Forms with what is found in them.
EXAMPLES: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("Requested by: Eva Sandmark", {"requester": "Eva Sandmark"}),
    ("| Begärd av | Åsa Öst, kvalitet |", {"requester": "Åsa Öst"}),
    ("Antragsteller:\tJ. Müller (QS)", {"requester": "J. Müller"}),
    ("Sökande  Bo Ek", {"requester": "Bo Ek"}),
    ("Requested by 4 May", {}),
    ("Requester:", {}),
    (
        "Titel: Ny tätning\nKontakt: eva@example.com",
        {"title": "Ny tätning", "contact": "eva@example.com"},
    ),
    ("Product:\tX100-B", {"products": "X100-B"}),
    ("Produkter: X100-B, X200", {"products": "X100-B;X200"}),
    (
        "Affected documents\nSPEC-104\nSPEC-105, SPEC-106\n\nDecision",
        {"affects": "SPEC-104;SPEC-105;SPEC-106"},
    ),
    ("Affects: SPEC-310", {"affects": "SPEC-310"}),
    ("**Affects:** `SPEC-310`, `SPEC-311`", {"affects": "SPEC-310;SPEC-311"}),
    ("Påverkar: SPEC-310 och SPEC-311", {"affects": "SPEC-310;SPEC-311"}),
    ("| Berör | SPEC-310 |", {"affects": "SPEC-310"}),
    ("Affected products: X100-B", {"products": "X100-B"}),
    ("This affects SPEC-310.", {}),
    (
        "Reason for change\nThe seal leaks.\nTwo came back.\nRisks\nA new tool.",
        {"relevance": "The seal leaks.\nTwo came back.", "risks": "A new tool."},
    ),
    ("**Nytta:** Färre returer.", {"benefits": "Färre returer."}),
    (
        "Kostnad: 12 000 kr för verktyget",
        {"costs": "12 000 kr för verktyget", "cost_amount": "12000.00", "cost_currency": "SEK"},
    ),
    ("Costs: SEK 500 now, SEK 700 later", {"costs": "SEK 500 now, SEK 700 later"}),
    ("The costs of this are high.", {}),
    ("Risk is low, they say: we doubt it.", {}),
)  # fmt: skip

_FIELD_OF: Final = {label: field for field, labels in LABELS.items() for label in labels}
_LINE: Final = re.compile(
    rf"[\s|*#>-]*(?P<label>{'|'.join(sorted(_FIELD_OF, key=len, reverse=True))})[*_]{{0,2}}"
    r"(?:[ ]*[:\t|][\s|*_]*|[ ]{2,}|[ ]*$)(?P<value>[^\n]*)",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(r"[,;\t|]")
_NUMBERS: Final = re.compile(r"[,;\t|]|\s(?:and|och|samt|und|et|&)\s")
_PERSON: Final = re.compile(r"[^\W\d_][^\t|,;(<:*]{1,80}")
#: Of a mail: the line that says which change request it is.
NUMBERED: Final = re.compile(
    r"^[ \t|*#]*(?:change (?:request|proposal|order)|cr|ändringsbegäran|ändringsförslag|äb|"
    r"änderungsantrag|demande de modification)(?:[ -]?(?:no|nr|number|nummer|n°))?[ .]*[:#][ \t*]*"
    r"(?P<number>(?=[^\s]*\d)[^\s,;:<>|*]{2,40})[ \t|*]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENT_ON: Final = re.compile(r"^(?:from|från|von|de)[ ]?:", re.IGNORECASE | re.MULTILINE)
_SENDER: Final = re.compile(r"^From: *\"?(?P<name>[^\"<\n]*?)\"? *(?:<[^>\n]*>)?$", re.MULTILINE)
#: Bodies of mails with the number that they ask for; None: they ask for nothing.
MAILS: Final = (
    ("Change request no: CR-131\nThe seal leaks.", "CR-131"),
    ("Hej!\n\nÄndringsbegäran nr: ÄB-7\nTätningen läcker.", "ÄB-7"),
    ("What became of change request CR-131?", None),
    ("> Change request no: CR-131", None),
    ("See below.\n\nFrom: Bo\nSubject: x\n\nChange request no: CR-131", None),
    ("Change request no: CR-131\nChange request no: CR-132", None),
    ("Change request: none", None),
)


def asked_in_mail(pages: Sequence[PageText]) -> AskedFor | None:
    """What a mail asks for, as its first page has it below its headers; None where nothing."""
    if not pages:
        return None
    head, _, body = pages[0].text.partition("\n\n")
    own = _SENT_ON.split(body)[0]
    numbers = {match["number"] for match in NUMBERED.finditer(own)}
    if len(numbers) != 1:
        return None
    sender = _SENDER.search(head)
    line = sender[0] if sender else ""
    name = sender["name"].strip() if sender else ""
    address = address_in(line)
    fields = {"requester": name or address, "contact": address}
    return AskedFor(fields | said_in_form([PageText(1, own)]), numbers.pop())


def said_in_form(pages: Sequence[PageText]) -> dict[str, str]:
    """By field of the register what stands beside its label, as an import would write it."""
    found: dict[str, str] = {}
    for page in pages[:PAGES]:
        for field, text in _fields(without_marks(page.text).text.splitlines()):
            if text and field not in found:
                found[field] = text
    amounts = [one for one in find_amounts(found.get("costs", "")) if one.currency]
    if len(amounts) == 1:
        found["cost_amount"] = plain(amounts[0].value)
        found["cost_currency"] = amounts[0].currency or ""
    return found


def _fields(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        # "Rısk:" matches without regard to case and is no label
        field = _FIELD_OF.get(match["label"].casefold(), "") if match else ""
        if match and field:
            yield field, _value(field, [match["value"], *_below(lines[at + 1 :])])


def _below(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a section, as far as a blank one or the next label."""
    for line in lines[:MOST_LINES]:
        if not line.strip() or _LINE.fullmatch(line):
            return
        yield line


def _value(field: str, lines: Sequence[str]) -> str:
    """`lines`: what stands at the label, then what stands below; the one counts or the other."""
    beside, *below = [line.strip(" \t|*_`") for line in lines]
    own = [beside] if beside else below
    if field in LISTS:
        parts = _NUMBERS if field == "affects" else _NAMES
        names = (name.strip(" \t*_`") for line in own for name in parts.split(line))
        return ";".join(name for name in names if name)
    if field in SHORT:
        first = own[0] if beside else ""
        if field == "requester":
            person = _PERSON.match(first)
            return " ".join(re.split(r"[ ]{2,}", person[0])[0].split()) if person else ""
        return re.split(r"[\t|]", first)[0].strip()
    return "\n".join(own)[:MOST_CHARS]
