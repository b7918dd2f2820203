"""Organisations in text: names by company form or public body, VAT and organisation numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

#: Endings that make a name an organisation's, as they are written. Short capitals that are words as
#: well (`AS`, `SE`) count only at the end of what looks like a name.
FORMS: Final = (
    "AB (publ)", "AB", "Aktiebolag", "Handelsbolag", "Kommanditbolag", "HB", "KB",
    "ekonomisk förening", "Ekonomisk förening", "Oyj", "Oy", "ASA", "A/S", "ApS", "AS",
    "GmbH & Co. KG", "GmbH & Co.KG", "GmbH", "GMBH", "mbH", "AG", "KG", "OHG", "e.V.", "e.K.",
    "UG", "a.G.", "SE", "SARL", "S.A.R.L.", "SAS", "S.A.S.", "S.A.", "SA", "SpA", "S.p.A.",
    "S.P.A.", "Srl", "S.r.l.", "SRL", "B.V.", "BV", "b.v.", "B.V", "N.V.", "NV", "Sp. z o.o.",
    "S.r.o.", "Pty Ltd", "Pty. Ltd.", "Pvt. Ltd.", "Pvt Ltd", "Private Limited",
    "PRIVATE LIMITED", "Co., Ltd.", "Co., Ltd", "Co., LTD.", "CO., LTD.", "Co. Ltd.", "Co. Ltd",
    "Ltd.", "Ltd", "LTD.", "LTD", "Ltda", "Limited", "LIMITED", "PLC", "plc", "Plc", "LLP",
    "L.L.P.", "LLC", "L.L.C.", "llc", "Inc.", "Inc", "INC.", "INC", "inc", "Incorporated",
    "INCORPORATED", "Corp.", "Corp", "CORP.", "CORP", "Corporation", "CORPORATION", "Company",
    "COMPANY", "Co.", "L.P.", "LP", "N.A.", "SDN BHD", "SDN. BHD.", "SDN.BHD.", "SDN BHD.",
    "Sdn Bhd", "Sdn. Bhd.", "BHD", "FSB", "Stiftung", "Trust", "Association", "Foundation",
)  # fmt: skip
WEAK_FORMS: Final = frozenset(
    {"AS", "SA", "SE", "KB", "HB", "AG", "KG", "UG", "LP", "Company", "COMPANY", "Co.", "Trust",
     "Association", "Foundation", "NV", "BV"}
)  # fmt: skip
#: Words of a name that need no capital.
LINKS: Final = frozenset({
    "&", "and", "och", "und", "et", "of", "de", "du", "des", "für", "i", "the", "e", "y", "la",
    "for",
})  # fmt: skip
#: What stands before a name on its line and is none of it.
STRANGERS: Final = frozenset({
    "by", "between", "from", "to", "with", "at", "is", "in", "or", "seller",
    "buyer", "supplier", "customer", "vendor", "client", "säljare", "köpare", "leverantör",
    "kund", "beställare", "till", "från", "mellan", "verkäufer", "käufer", "lieferant", "kunde",
    "company", "bill", "ship", "sold", "name", "namn", "via", "c/o", "issuer", "payee", "amongst",
    "among", "affiliates", "party", "parties", "zwischen", "entre",
})  # fmt: skip

MOST_WORDS: Final = 8
#: Ends a cell within what is written without a space: `Supplier;Tidewater`, `Supplier,Tidewater`.
_CELL_END: Final = re.compile(r"""["”]?[;|]["“]?|["”]?,["“]?(?=[^\W\d_])""")
_TOKEN: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A name and where it stands; `name` may differ from the text by line breaks only."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class PartyRules:
    forms: re.Pattern[str]
    public: re.Pattern[str]
    numbers: re.Pattern[str]


@cache
def party_rules() -> PartyRules:
    """The patterns, compiled once a process."""
    forms = "|".join(re.escape(form) for form in sorted(FORMS, key=lambda form: -len(form)))
    return PartyRules(
        re.compile(rf"(?<=[\w.&’'),\"”] )(?:{forms})(?![\w&/-])(?!\.\w)"),
        re.compile(
            r"(?<!\w)(?:[A-ZÅÄÖ][\w-]+ (?:kommun|stad|församling|landsting)(?!\w)"
            r"|Region [A-ZÅÄÖ][\w-]+(?: [A-ZÅÄÖ][\w-]+)?"
            r"|(?:City|Town|County|State|University) of (?:[A-Z][\w-]+ ?){1,3}(?<! ))"
        ),
        re.compile(
            r"(?<![\w-])(?:(?P<vat>(?:SE|DE|FI|DK|NO|NL|FR|GB|IT|ES|AT|BE|PL|EE|LV|LT|IE|EL)"
            r"[ -]?[0-9A-Z][0-9A-Z .-]{5,14}[0-9A-Z])|(?P<org>\d{6}-\d{4}))(?![\w-])"
        ),
    )


def organisations(
    text: str, start: int = 0, end: int | None = None, *, wrapped: bool = False
) -> Iterator[Organisation]:
    """Organisations in order of place. In `wrapped` running text a name may go over line ends."""
    stop = len(text) if end is None else end
    rules = party_rules()
    last = start
    found = [(m, True) for m in rules.forms.finditer(text.replace("\n", " "), start, stop)]
    found += [(m, False) for m in rules.public.finditer(text, start, stop)]
    for match, has_form in sorted(found, key=lambda pair: pair[0].start()):
        if match.start() < last:
            continue
        first = _name_start(text, match, last, wrapped) if has_form else match.start()
        if first is None:
            continue
        last = match.end()
        yield Organisation(first, last, " ".join(text[first:last].split()))


def _name_start(text: str, form: re.Match[str], floor: int, wrapped: bool) -> int | None:
    """Where the name before a company form begins, or nothing if there is no name.

    Walks back over capitalised words, up to a stop, a label or the line's beginning; over a line
    break only where the form opens its line, or in wrapped text.
    """
    line = floor if wrapped else max(floor, text.rfind("\n", floor, form.start()) + 1)
    if line > floor and not text[line : form.start()].strip():
        line = max(floor, text.rfind("\n", floor, line - 1) + 1)
    first: int | None = None
    for count, token in enumerate(
        reversed(list(_TOKEN.finditer(text, max(line, form.start() - 200), form.start())))
    ):
        cell = _last_cell(token.group())
        word = token.group()[cell:]
        bare = word.strip("\"“”'’(),.")
        if count >= MOST_WORDS or not bare or _stops(word, bare, last=count == 0):
            break
        if bare[0].isupper() or _brand(bare) or (bare[0].isdigit() and not bare.isdigit()):
            first = token.end() - len(word.lstrip("\"“'’("))
        elif bare.lower() not in LINKS:
            whole = None if wrapped else _whole_line(text, line, form)
            first = first if whole is None else whole
            break
        if cell or word[0] in '("“':
            break
    return None if first is None or not _form_fits(text, first, form) else first


def _last_cell(word: str) -> int:
    """Where the last cell within what is written without a space begins; 0 where it is one."""
    ends = [match.end() for match in _CELL_END.finditer(word) if match.end() < len(word)]
    return ends[-1] if ends else 0


def _whole_line(text: str, line: int, form: re.Match[str]) -> int | None:
    """A name with small words, `Au bon moulin SARL`: if it opens its line and something ends it."""
    before = text[line : form.start()].split()
    follows = text[form.end() : form.end() + 3].lstrip(" ")[:1]
    fits = len(before) <= 4 and before[0][0].isupper() and follows in ("", "\n", "-", "–", ",", "|")
    if (
        not fits
        or form.group() in WEAK_FORMS
        or any(word.lower() in STRANGERS or word.isdigit() for word in before)
    ):
        return None
    return form.start() - len(text[line : form.start()].lstrip())


def _stops(word: str, bare: str, *, last: bool) -> bool:
    """Whether a name can't reach back over this word; `last` is the one before the form."""
    if word[-1] in ":;":
        return True
    if last:
        return False
    if bare.lower() in STRANGERS or word in FORMS:
        return True
    ends_sentence = word.endswith(".") and len(bare) > 3 and "." not in bare
    return ends_sentence or word[-1] in ')(,"”'


def _form_fits(text: str, first: int, form: re.Match[str]) -> bool:
    """Short capitals that are words too need a name's surroundings."""
    if form.group() not in WEAK_FORMS:
        return True
    follows = text[form.end() : form.end() + 1]
    if form.group().isupper() and text[first : form.start()].isupper():
        return follows in ("", "\n", ",", "(")
    return follows in ("", "\n", ",", ".", ")", "(", ";", " ")


def _brand(word: str) -> bool:
    """`theglobe.com`, `iShip`, `i3`: names that begin with a small letter."""
    inside = any(char.isupper() or char.isdigit() for char in word[1:])
    return inside or word.lower().endswith((".com", ".se", ".net"))


def party_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[Organisation]:
    """VAT and organisation numbers that pass their checksum, by python-stdnum."""
    stop = len(text) if end is None else end
    for match in party_rules().numbers.finditer(text, start, stop):
        number = match.group()
        if match.group("org"):
            from stdnum.se import orgnr

            if orgnr.is_valid(number):
                yield Organisation(match.start(), match.end(), number)
        else:
            from stdnum.eu import vat

            number = re.sub(r"[ .-]", "", number)
            if vat.is_valid(number):
                yield Organisation(match.start(), match.end(), number)
