"""Where a PDF's page and the XML inside it disagree: what the page says otherwise.

Nobody is to be asked for nothing. So the page has to say its value plainly, by a label, a title or
a letterhead, and what the XML says has to stand nowhere on the pages, in any form that people give
it. A net sum beside the gross one, a trade name beside the registered one, a second date are none.
What OCR read is no evidence against data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from archive.parties import folded_name
from archive.reading import FactFound, PageText
from archive.vocabulary import PRINTED
from indexer.extract.dates import find_dates

#: What is compared, and how sure a reading of the page must be.
SURE: Final = {"number": 0.9, "date": 0.85, "total": 0.75, "currency": 0.8, "party": 0.65}
ROLES: Final = ("seller", "buyer")
_BY: Final = r"[\s.,'’]?"  # stands between the digits of a sum, where anything does
_OWN_SIGN: Final = ("EUR", "GBP")  # `kr` and `$` are signs of several currencies
_LONG: Final = 6  # characters of a number that no page bears by chance
_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Print:
    """The pages of one document, in the forms in which values are looked for."""

    text: str
    squeezed: str  # letters and digits alone: words that a PDF breaks apart are whole in it
    words: frozenset[str]

    def says_number(self, fact: FactFound) -> bool:
        return _squeezed(fact.value) in self.squeezed

    def says_date(self, fact: FactFound) -> bool:
        dates = find_dates(self.text)
        return any(fact.value in ((date.iso,) if date.iso else date.readings) for date in dates)

    def says_total(self, fact: FactFound) -> bool:
        """With or without cents and sign: a credit note is printed with either."""
        whole, _, cents = f"{abs(Decimal(fact.value)).normalize():f}".partition(".")
        digits = _BY.join(whole)
        more = f"{_BY}{cents}0?" if cents else rf"(?:{_BY}00?)?"
        return re.search(rf"(?<!\d){digits}{more}(?!\d)", self.text) is not None

    def says_currency(self, fact: FactFound) -> bool:
        return re.search(rf"(?<![A-Z]){re.escape(fact.value)}(?![A-Z])", self.text) is not None

    def says_party(self, fact: FactFound) -> bool:
        """By its name, by its number, or by half of the words of its name."""
        number = _squeezed(fact.identifier or "")
        if len(number) >= _LONG and number in self.squeezed:
            return True
        name = folded_name(fact.value)
        words = [word for word in name.split() if len(word) > 2]
        known = sum(word in self.words for word in words)
        return _squeezed(name) in self.squeezed or (known > 0 and 2 * known >= len(words))


_SAYS: Final[dict[str, Callable[[_Print, FactFound], bool]]] = {
    "number": _Print.says_number,
    "date": _Print.says_date,
    "total": _Print.says_total,
    "currency": _Print.says_currency,
    "party": _Print.says_party,
}


def disagreeing(
    pages: Sequence[PageText], facts: Sequence[FactFound], printed: Sequence[FactFound]
) -> list[FactFound]:
    """Those of the `printed` facts that contradict the data among `facts`; none of them counts.

    One for a fact, of parties one for the seller and one for the buyer.
    """
    if any(page.source == "ocr" for page in pages):
        return []
    text = "\n".join(page.text for page in pages)
    folded = folded_name(text)
    seen = _Print(text, _squeezed(text), frozenset(folded.split()))
    found = []
    for said in _first_of_each(facts):
        other = next((one for one in printed if _is_of(one, said) and _is_plain(one, seen)), None)
        if other is None or other.value == said.value:
            continue
        if not _SAYS[said.name](seen, said):
            found.append(replace(other, rule=PRINTED))
    return found


def _first_of_each(facts: Sequence[FactFound]) -> list[FactFound]:
    first: dict[tuple[str, str | None], FactFound] = {}
    for fact in facts:
        is_compared = fact.name in SURE and (fact.name != "party" or fact.role in ROLES)
        if fact.origin == "data" and is_compared:
            first.setdefault((fact.name, fact.role), fact)
    return list(first.values())


def _is_of(printed: FactFound, said: FactFound) -> bool:
    return (printed.name, printed.role) == (said.name, said.role)


def _is_plain(printed: FactFound, seen: _Print) -> bool:
    """Does the page itself say it, without much doubt?"""
    if printed.confidence < SURE[printed.name] or printed.evidence.page is None:
        return False
    is_clear = printed.value in _OWN_SIGN or seen.says_currency(printed)
    return printed.name != "currency" or is_clear


def _squeezed(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
