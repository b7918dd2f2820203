"""What a citation means: the table of (kind of the source, bearer of the scheme, words near it).

Never from the target that is found: that one may be hidden from the one who looks, or not be there
yet. Where neither words nor the pair of kind and bearer say more, a number is merely cited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})
_ORDERS: Final = ("purchase-order", "order-response")
_DESIGNED: Final = ("specification", "drawing", "product", "plan", "other")
_THIS: Final = r"(?:this|the present|denna|detta|denne|diese[rsmn]?|ce|cette|le présent)"
#: "Tillägg 2 till", "Amendment No. 2 to".
_NTH: Final = r"(?: (?:no\.?|nr\.?|n°|number|nummer)? ?\d+)?"
#: Up to the number nothing but what it is the number of: parts are replaced too, and by others.
_OF_PAPER: Final = (
    r"(?=(?:\W+(?:the|den|det|our|vår|new|ny|nya|nytt|documents?|dokument(?:et)?|specifications?"
    r"|specifikation(?:en)?|drawings?|ritning(?:en)?|contracts?|agreements?|(?:ram)?avtal(?:et)?"
    r"|kontrakt(?:et)?|standards?|standarden|orders?|ordern|invoices?|faktura(?:n)?|no|nr))*\W*$)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say what a citation means. Patterns are matched without case.

    `before` stands before the number in its sentence, the nearest cue counting; `after` right
    behind it. Empty `kinds` or `bearers`: any. `examples`: (text, the number in it).
    """

    relation: str
    before: str = ""
    after: str = ""
    kinds: tuple[str, ...] = ()
    bearers: tuple[str, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()


CUES: Final = (
    Cue(
        "superseded-by",
        before=r"(?:(?:superseded|replaced|obsoleted)[ -]by|ersatt(?:s)? av|ersätts av"
        r"|ersatt genom|(?:abgelöst|ersetzt) durch|remplacée? par"
        rf"|(?:ersätts|ersatt) med{_OF_PAPER})(?!\W+{_THIS}\b)",
        examples=(
            ("superseded by SPEC-200", "SPEC-200"),
            ("ersätts av SPEC-200", "SPEC-200"),
            ("ersätts med ny specifikation SPEC-200", "SPEC-200"),
        ),
    ),
    Cue(
        "supersedes",
        before=r"supersed(?:es|ing)|replac(?:es|ing)|in place of|obsoletes|ersätter|upphäver"
        r"|ersetzt"
        r"|löst ab|remplace|annule et remplace"
        rf"|replacement (?:of|for){_OF_PAPER}"
        rf"|(?:superseded|replaced|ersätts|ersatts?|upphävs) (?:by|av|genom|med) {_THIS}"
        r"(?=(?:\W+\w+){0,2}\W*$)",
        after=rf"(?:is|are|was|were|has been|is hereby|shall be)? ?(?:superseded|replaced"
        rf"|ersätts|ersatts|upphävs)"
        rf"(?: by| av| genom| med) {_THIS}\b",
        examples=(
            ("This replaces SPEC-100", "SPEC-100"),
            ("som ersätter SPEC-100", "SPEC-100"),
            ("SPEC-100 is replaced by this specification", "SPEC-100"),
            ("Ersätts av denna specifikation: SPEC-100", "SPEC-100"),
            ("SPEC-100. Ersätts av denna specifikation", "SPEC-100"),
            ("Replacement of specification SPEC-100", "SPEC-100"),
        ),
    ),
    Cue(
        "amends",
        before=rf"amend(?:s|ing)|amendment{_NTH} (?:to|of)|addendum{_NTH} to"
        rf"|supplement{_NTH} to|tillägg(?:savtal)?{_NTH} till|ändring(?:savtal)? (?:av|till"
        r"|i)|ändrar"
        rf"|nachtrag{_NTH} zu[mr]?|änderung (?:des|der|zum)|ergänzung zu[mr]?"
        rf"|avenant{_NTH} (?:au|à)|modifie",
        bearers=("contract", "quotation", *_ORDERS, "other"),
        examples=(
            ("Amendment No. 2 to contract C-2024-001", "C-2024-001"),
            ("tillägg nr 1 till avtal 2024-001", "2024-001"),
            ("Tillägg 2 till avtal 2024-001", "2024-001"),
            ("lag om ändring i lagen (2010:1767)", "2010:1767"),
        ),
    ),
    Cue(
        "changes",
        before=r"change(?:s|d)?(?: request)? (?:to|of|in)|chang(?:es|ing)|modif(?:ies|ying)"
        r"|affects|affected|ändring(?:en)? (?:av|i|till)"
        r"|ändrar|påverkar|berör|ändert|änderung (?:von|an|der|des)|betrifft|modifi(?:e"
        r"|cation de)",
        kinds=("change-request", "order-change", "order-cancellation"),
        bearers=(*_DESIGNED, *_ORDERS),
        examples=(("Change to SPEC-100", "SPEC-100"),),
    ),
    Cue(
        "under",
        before=rf"under(?: the)?|pursuant to|call[- ]off{_NTH} (?:on|under|from|against)"
        r"|in accordance with|according to|governed by"
        rf"|avrop(?:as)?{_NTH} (?:på|från|mot|enligt|under)|enligt|i enlighet med|i anslutning till"
        r"|på grundval av"
        rf"|gemäß|auf grund(?:lage)?|abruf{_NTH} (?:aus|zu[mr]?)|im rahmen|aux termes d[ue]|selon"
        r"|conformément à",
        kinds=(
            "purchase-order",
            "order-response",
            "order-change",
            "invoice",
            "credit-note",
            "quotation",
            "delivery-note",
            "contract",
            "specification",
            "plan",
            "request-for-quotation",
            "catalogue",
        ),
        bearers=("contract",),
        examples=(
            ("avrop på ramavtal 2024-001", "2024-001"),
            ("under framework agreement FA-1", "FA-1"),
            ("Avrop nr 3 mot ramavtal 2024-001", "2024-001"),
        ),
    ),
    Cue(
        "credits",
        before=r"credit(?:s|ing)|credit (?:for|of|to)|krediterar|kredit(?:ering)? (?:av|för)"
        r"|gutschrift (?:für|zu[mr]?)|avoir sur",
        kinds=("credit-note",),
        bearers=("invoice",),
        examples=(
            ("This credits invoice INV-77", "INV-77"),
            ("kreditering av faktura 55123", "55123"),
        ),
    ),
    Cue(
        "bills",
        before=r"bills|billing (?:for|of)|invoic(?:es|ing) (?:for|of)?|fakturerar"
        r"|fakturering av|avser|berechnet",
        kinds=("invoice",),
        bearers=(*_ORDERS, "delivery-note"),
        examples=(("avser beställning 4711", "4711"),),
    ),
    Cue(
        "delivers",
        before=r"deliver(?:s|y of|y for|ing)|shipment (?:of|for)|levererar|leverans (?:av|till"
        r"|för|mot)|lieferung (?:zu[mr]?|von|für)|livraison de",
        kinds=("delivery-note",),
        bearers=_ORDERS,
        examples=(("Delivery of order 4711", "4711"),),
    ),
    Cue(
        "confirms",
        before=r"confirm(?:s|ing|ation of)|acknowledg(?:es|ing|ement of)|bekräft(?:ar|else av"
        r"|else på|elsen av)|erkänn(?:er|ande av)"
        r"|bestätigt|bestätigung (?:der|ihrer|zu[mr]?)|confirme|confirmation d[eu]",
        bearers=_ORDERS,
        examples=(("bekräftelse av er order 4711", "4711"),),
    ),
    Cue(
        "requires",
        before=r"requir(?:es|ing)|depends (?:up)?on|prerequisites?|compl(?:y|ies) with"
        r"|conforms? to|shall meet|kräver|förutsätter"
        r"|uppfyll(?:a|er)|erfordert|setzt voraus|exige|requiert|se conformer",
        bearers=_DESIGNED,
        examples=(("This requires SPEC-200", "SPEC-200"), ("förutsätter SPEC-7", "SPEC-7")),
    ),
    Cue(
        "quotes-for",
        before=r"quot(?:es|ing|ation) (?:for|on)|(?:in )?(?:response|answer|reply) to"
        r"|offert (?:på|avseende|enligt)|svar på|med anledning av"
        r"|angebot (?:auf|zu[mr]?)|auf ihre|en réponse à",
        kinds=("quotation",),
        bearers=("request-for-quotation",),
        examples=(("in response to RFQ-2024-007", "RFQ-2024-007"),),
    ),
    Cue(
        "responds-to",
        before=r"(?:in )?(?:response|reply|answer) to|respond(?:s|ing) to|repl(?:ies|ying) to"
        r"|svar på|som svar på|med anledning av"
        r"|antwort auf|en réponse à",
        examples=(("in response to CR-118", "CR-118"), ("svar på offert 5512", "5512")),
    ),
    Cue(
        "concerns",
        before=r"concern(?:s|ing)|regarding|in respect of|relat(?:es|ing) to|re:|avser"
        r"|avseende|angående|beträffande|gäller|rörande"
        r"|betrifft|betreff|bezüglich|concerne|concernant|objet ?:",
        kinds=(
            "quality-report",
            "return-report",
            "sales-report",
            "change-request",
            "reminder",
            "statement",
            "remittance",
            "letter",
            "minutes",
            "credit-note",
            "receipt-advice",
            "drawing",
            "plan",
            "specification",
        ),
        examples=(("angående order 4711", "4711"),),
    ),
    Cue(
        "cites",
        before=r"(?:see(?: also)?|se(?: även)?|siehe(?: auch)?|vgl\.|cf\.|voir(?: aussi)?"
        r"|compare|jfr|jämför|unlike|e\.g\.|"
        r"t\.ex\.|z\. ?b\.)",
        examples=(("see also SPEC-300", "SPEC-300"),),
    ),
)

_TRADE: Final = {"contract": "under", "product": "concerns"}
_OF_PRODUCT: Final = {"product": "concerns"}
_OF_INVOICE: Final = {"contract": "under", "invoice": "concerns", "credit-note": "concerns"}

#: Kind of the source → bearer of the scheme → relation, where no words near the number say more.
#: Only what the pair leaves no doubt of: an invoice that names an order bills it, but one
#: that names a delivery note may do so for any reason, and cites it.
DEFAULTS: Final[dict[str, dict[str, str]]] = {
    "invoice": _TRADE | {"purchase-order": "bills", "order-response": "bills"},
    "credit-note": _TRADE | {"invoice": "credits"},
    "purchase-order": _TRADE,
    "order-response": _TRADE | {"purchase-order": "confirms", "order-change": "confirms"},
    "order-change": _TRADE | {"purchase-order": "changes", "order-response": "changes"},
    "order-cancellation": _TRADE | {"purchase-order": "changes", "order-response": "changes"},
    "delivery-note": _TRADE | {"purchase-order": "delivers", "order-response": "delivers"},
    "receipt-advice": _TRADE | {"delivery-note": "confirms"},
    "quotation": _TRADE | {"request-for-quotation": "quotes-for"},
    "request-for-quotation": _TRADE,
    "catalogue": _TRADE,
    "amendment": {"contract": "amends", "product": "concerns"},
    "contract": _OF_PRODUCT,
    "specification": _OF_PRODUCT,
    "drawing": _OF_PRODUCT,
    "change-request": {"specification": "changes", "drawing": "changes", "product": "concerns"},
    "plan": _OF_PRODUCT,
    "minutes": _OF_PRODUCT,
    "quality-report": {"product": "concerns", "purchase-order": "concerns"},
    "return-report": {"product": "concerns", "purchase-order": "concerns"},
    "sales-report": _OF_PRODUCT,
    "reminder": _OF_INVOICE,
    "statement": _OF_INVOICE,
    "remittance": _OF_INVOICE,
}

_OF_THIS: Final = re.compile(rf"\W+{_THIS}\b")
_REACH: Final = 110  # characters before a number in which a cue still speaks of it
_NOT: Final = re.compile(
    r"(?i)\b(?:not|never|nor|inte|ej|icke|nicht|kein\w*|ne|pas)\b(?:\W+\w+){0,2}\W*$"
)
_SENTENCE_END: Final = re.compile(
    r"(?:[!?]|\.(?<!\bno\.)(?<!\bnr\.)(?<!n:o\.))[\"”')]?\s+(?=[^\W\da-zåäö])|;\s|\n[ \t]*\n"
)
_NOT_AFTER: Final = re.compile(r"\W*(?:not|inte|ej|icke|nicht|pas)\b(?! only| bara| nur)")
_BULLET: Final = re.compile(r"[ \t]*[-*•][ \t]")
_LONGEST_LIST: Final = 50  # items of a list over which its opening line still speaks
_NEW_LINE: Final = re.compile(r"\n(?=[ \t]*(?:[-*•#|]|\d+[.)][ \t]|[^\W\d_][^\n:]{0,40}:))")


@cache
def relation_table(kind: str) -> RelationTable:
    """The table for documents of one kind, made once a process."""
    return RelationTable(kind)


@cache
def _any_cue() -> re.Pattern[str]:
    """Matches where any cue of any kind stands: most sentences have none."""
    return _compiled("\\b(?:" + "|".join(cue.before for cue in CUES) + ")(?!\\w)")


class RelationTable:
    """The cues that can speak in a document of one kind, ready to match."""

    def __init__(self, kind: str) -> None:
        self.defaults = DEFAULTS.get(kind, {})
        self.cues = [
            (
                cue,
                _compiled(rf"\b(?:{cue.before})(?!\w)"),
                _compiled(rf"\W{{0,3}}(?:{cue.after})"),
            )
            for cue in CUES
            if not cue.kinds or kind in cue.kinds
        ]

    def relation(
        self, text: str, start: int, end: int, bearer: str, labels: Mapping[str, str] = NO_LABELS
    ) -> str:
        """What the words around `text[start:end]` say, else what kind and bearer say, else cites.

        `labels` are the scheme's own cue words (cite_labels), which go before those of the table.
        """
        behind = text[end : end + 90].lower()
        for cue, _, after in self.cues:
            if cue.after and _speaks(cue, bearer) and after.match(behind):
                return cue.relation
        before = sentence_before(text, start).lower()
        said = _by_label(before, labels) or self._before(before, bearer)
        return said or self.defaults.get(bearer, "cites")

    def has_cue(self, text: str, start: int) -> bool:
        """Whether any words of the table stand before an offset in its sentence."""
        before = sentence_before(text, start).lower()
        return any(pattern.search(before) for _, pattern, _ in self.cues)

    def _before(self, before: str, bearer: str) -> str | None:
        if not _any_cue().search(before):
            return None
        nearest, relation = -1, None
        for cue, pattern, _ in self.cues:
            if not _speaks(cue, bearer):
                continue
            for match in pattern.finditer(before):
                if match.end() > nearest:
                    negated = _NOT.search(
                        before, max(0, match.start() - 30), match.start()
                    ) or _NOT_AFTER.match(before, match.end())
                    nearest, relation = match.end(), "cites" if negated else cue.relation
        return relation


def _by_label(before: str, labels: Mapping[str, str]) -> str | None:
    """The relation of the scheme's own label that stands last before a number, unless negated."""
    nearest, relation = 0, None
    lower = re.sub(r"[-_\s]+", " ", before).lower()
    for label, meant in labels.items():
        found = lower.rfind(label.lower())
        if found >= 0 and _OF_THIS.match(lower, found + len(label)):
            continue  # "ersätts av denna specifikation: SPEC-100"
        at_word = found == 0 or (found > 0 and not lower[found - 1].isalnum())
        end = found + len(label)
        if meant != "cites" and at_word and end > nearest and not lower[end : end + 1].isalnum():
            nearest, relation = end, "cites" if _NOT.search(lower, 0, found) else meant
    return relation


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # over lower-cased text: several times faster


def _speaks(cue: Cue, bearer: str) -> bool:
    return not cue.bearers or bearer in cue.bearers


def sentence_before(text: str, start: int) -> str:
    """The part of the sentence, line or list item that stands before an offset.

    An item of a list hangs on the line that opens the list ("Replaces:").
    """
    line = text.rfind("\n", 0, start) + 1
    if _BULLET.match(text, line):
        opening = _opening_line(text, line)
        return f"{opening} {text[max(line, start - _REACH) : start]}"
    before = text[max(0, start - _REACH) : start]
    cuts = [match.end() for match in _SENTENCE_END.finditer(before)]
    cuts += [match.end() for match in _NEW_LINE.finditer(before)]
    return before[max(cuts, default=0) :]


def _opening_line(text: str, line: int) -> str:
    """The line that ends in a colon and opens the list of which an item begins at `line`."""
    for _ in range(_LONGEST_LIST):
        end, line = line - 1, text.rfind("\n", 0, max(0, line - 1)) + 1
        if end < 0 or not text[line:end].strip():
            return ""
        if not _BULLET.match(text, line):
            opening = text[line:end].rstrip()
            return opening[-_REACH:] if opening.endswith(":") else ""
    return ""
