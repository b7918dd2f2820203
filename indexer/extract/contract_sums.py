"""The greatest sum that a contract allows, or what it comes to, as its clauses word it.

`the total value of orders under this agreement shall not exceed EUR 50,000` is 50000.00 EUR. What
somebody answers for at the most, a penalty or an insurance is a sum of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from archive.keys import lower_case
from archive.reading import FactFound, PageText
from indexer.extract.amounts import (
    CODES,
    SIGNS,
    AmountFound,
    amount_rules,
    currency_of,
    find_amounts,
    plain,
)
from indexer.extract.facts_trade import evidence
from indexer.extract.windows import windows

CHARS: Final = 400_000  # of a contract's text that are looked through
BEHIND: Final = 60  # characters behind the wording in which the sum begins
_AROUND: Final = 240
#: Without one of these near it, no wording says a sum.
_WORDS: Final = (
    "exceed", "limited to", "capped", "no more than", "at most", "ceiling", "up to a",
    "contract sum", "contract price", "contract value", "överstig", "överskrid", "begränsa",
    "högst", "maximalt", "som mest", "takbelopp", "takvolym", "takvärde", "avtalssumm",
    "kontraktssumm", "kontraktsvärd",
    *(f"{most} {what}" for most in ("total", "aggregate", "maximum", "overall")
      for what in ("contract", "agreement", "order", "purchase", "call-off")),
)  # fmt: skip

#: What is bought, and what it comes to.
_BOUGHT_EN: Final = (
    r"(?:orders?|call-?\s?offs?|purchases?|deliver(?:y|ies)|services|goods|works?|supplies|assignments?|"
    r"contract|agreement)"
)
_WORTH_EN: Final = (
    r"(?:value|volume|amount|sum|price|spend(?:ing)?|consideration|fees|remuneration|cost)s?"
)
_ALL_EN: Final = (
    r"(?:total|aggregate|maximum|combined|overall|cumulative|greatest|highest|estimated\s+total)"
)
_ALL_SV: Final = (
    r"(?:sammanlag(?:t|da)|total(?:t|a)|samla(?:t|de)|maximal(?:t|a)|högsta?|ackumulera(?:t|de))"
)
_WORTH_SV: Final = (
    r"(?:(?:order|avtals|kontrakts|avrops|inköps|beställnings|upphandlings)?"
    r"(?:värdet?|beloppe?t?|volym(?:en)?|summan?|kostnad(?:en)?|ersättning(?:en)?))"
)
_NOT_OVER_EN: Final = (
    r"(?:(?:shall|must|may|will|can|does|do)\s+(?:not|never|in\s+no\s+(?:event|case))\s+"
    r"(?:in\s+(?:total|aggregate)\s+|together\s+)?exceed|not\s+exceeding|"
    r"(?:is|are|shall\s+be|will\s+be)\s+(?:limited\s+to|capped\s+at|no\s+more\s+than|at\s+most))"
)
_NOT_OVER_SV: Final = (
    r"(?:(?:får|ska(?:ll)?|kan)\s+(?:(?:sammanlagt|tillsammans|totalt)\s+)?(?:inte|ej|aldrig)\s+"
    r"(?:sammanlagt\s+|tillsammans\s+|totalt\s+)?(?:överstiga|överskrida)|"
    r"(?:överstiger|överskrider)\s+(?:inte|ej)|(?:inte|ej)\s+(?:överstiger|överskrider)|"
    r"(?:uppgår|uppgå)\s+till\s+(?:högst|maximalt|som\s+mest)|"
    r"(?:är|begränsas\s+till|är\s+begränsa[td]\s+till)\s+(?:högst|maximalt)|"
    r"(?:begränsas|är\s+begränsa[td])\s+till)"
)
_IS: Final = (
    r"(?:\s*[:|]|\s+(?:is|of|shall\s+be|amounts?\s+to|är|om|på|uppgår\s+till|ska(?:ll)?\s+vara))"
)
_UP_TO: Final = r"[^.;\n]{0,120}?"

#: Wordings, each with sentences of which the sum is read, and what it comes to.
WORDINGS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        rf"\b{_ALL_EN}\s+(?:\w+\s+)?{_WORTH_EN}\s+(?:of|for|under){_UP_TO}\b{_NOT_OVER_EN}",
        (
            ("The total value of orders under this agreement shall not exceed EUR 50,000.",
             "50000.00 EUR"),
            ("The aggregate amount of all purchases will in no event exceed USD 1.5 million.",
             "1500000.00 USD"),
            ("The maximum value of the call-offs is limited to 250 000 SEK.", "250000.00 SEK"),
        ),
    ),
    (
        rf"\b(?:contract|agreement|order)\s+{_WORTH_EN}\s+{_NOT_OVER_EN}",
        (("The contract value shall not exceed £75,000.00.", "75000.00 GBP"),),
    ),
    (
        rf"\b{_BOUGHT_EN}\s+(?:placed\s+|made\s+)?(?:under|pursuant\s+to)\s+(?:this|the)\s+\w+(?:\s+agreement)?\s+"
        rf"{_NOT_OVER_EN}",
        (("Orders under this agreement may not in total exceed EUR 20,000.", "20000.00 EUR"),),
    ),
    (
        rf"\b(?:{_ALL_EN}\s+(?:contract|agreement|order|purchase|call-off)\s+{_WORTH_EN}|contract\s+(?:sum|price|value))"
        rf"{_IS}|\b(?:contract\s+|price\s+)?ceiling(?:\s+(?:price|amount|value))?{_IS}",
        (
            ("Total contract value: EUR 120,000", "120000.00 EUR"),
            ("The contract sum is SEK 900 000.", "900000.00 SEK"),
            ("Ceiling amount: 30,000 EUR", "30000.00 EUR"),
        ),
    ),
    (
        rf"\bup\s+to\s+an?\s+{_ALL_EN}\s+(?:\w+\s+)?{_WORTH_EN}\s+of",
        (("The buyer may call off goods up to a total value of EUR 10,000.", "10000.00 EUR"),),
    ),
    (
        rf"\b(?:det\s+|den\s+)?{_ALL_SV}\s+{_WORTH_SV}\b{_UP_TO}\b{_NOT_OVER_SV}",
        (
            ("Det sammanlagda värdet av beställningar enligt avtalet får inte överstiga"
             " 500 000 kronor.", "500000.00 SEK"),
            ("Det totala ordervärdet är begränsat till 2 miljoner kronor.", "2000000.00 SEK"),
            ("Den totala avtalssumman uppgår till högst 1,5 MSEK.", "1500000.00 SEK"),
        ),
    ),
    (
        r"\b(?:beställningar(?:na)?|order|avrop(?:en)?|inköp(?:en)?|köp(?:en)?|leveranser(?:na)?)\s+"
        rf"(?:enligt|under|på|inom)\s+(?:detta\s+|det\s+här\s+)?\w*avtal\w*\s+{_NOT_OVER_SV}",
        (("Avrop enligt detta ramavtal får sammanlagt inte överstiga 300 tkr.", "300000.00 SEK"),),
    ),
    (
        rf"\b(?:takbelopp(?:et)?|takvolym(?:en)?|takvärdet?|avtalssumman?|kontraktssumman?|kontraktsvärdet?|"
        rf"(?:maximalt|högsta)\s+{_WORTH_SV}){_IS}",
        (
            ("Takbelopp: 400 000 kr", "400000.00 SEK"),
            ("Ramavtalets takvolym är 10 miljoner kronor.", "10000000.00 SEK"),
            ("Kontraktssumman uppgår till 750 000 SEK.", "750000.00 SEK"),
        ),
    ),
)  # fmt: skip
#: Sentences of other sums, and of none.
COUNTER_EXAMPLES: Final = (
    "The aggregate liability of the supplier shall not exceed EUR 50,000.",
    "The total amount of damages under this agreement shall not exceed EUR 50,000.",
    "Det sammanlagda skadeståndet enligt avtalet får inte överstiga 500 000 kronor.",
    "Vitets totala belopp är begränsat till 100 000 kronor.",
    "The total number of orders under this agreement shall not exceed 50.",
    "The total value of orders under this agreement shall not exceed the budget. Late: EUR 50.",
)
#: What a clause says that is about another sum.
_OTHER: Final = re.compile(
    r"liab|damage|penalt|indemn|insur|warrant|royalt|interest|deposit|guarant|\bbond|expens|per\s+(?:order|day|year|month)|"
    r"ansvar|skadest|vite|försäkr|ränt|garanti|borgen|säkerhet|\bböter|per\s+(?:år|månad|dag|order|beställning)",
    re.IGNORECASE,
)
_SCALES: Final = {"m": 1_000_000, "t": 1_000, "k": 1_000}


@cache
def _wordings() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern, _ in WORDINGS)


@cache
def _scaled() -> re.Pattern[str]:
    """What stands behind a number that means thousands or millions, and their currency."""
    return re.compile(
        r"\s*(?:(?P<word>(?i:millions?|miljon(?:er)?|mn|thousand|tusen))\b"
        rf"(?:\s*(?P<sign>{amount_rules().currency.pattern}))?"
        rf"|(?P<short>[MTKmtk])(?:(?P<code>{'|'.join(CODES)})|kr)\b)"
    )


def contract_sum(pages: Sequence[PageText], language: str | None) -> Iterator[FactFound]:
    """Total and currency by the first clause that says them; nothing where none does."""
    for page, amount, currency in _said(pages):
        where = evidence(page, amount.start, amount.end)
        yield FactFound("total", plain(amount.value), where, confidence=0.8, rule="sum clause")
        code = currency_of(currency, language)
        yield FactFound("currency", code, where, confidence=0.8, rule="sum clause")
        return


def _said(pages: Sequence[PageText]) -> Iterator[tuple[PageText, AmountFound, str]]:
    left = CHARS
    for page in pages:
        text = page.text[: max(0, left)]
        for start, end in windows(lower_case(text), _WORDS, _AROUND, _AROUND):
            found = [match for one in _wordings() for match in one.finditer(text, start, end)]
            for match in sorted(found, key=lambda one: one.start()):
                clause = text[_clause_start(text, match.start()) : match.end()]
                amount = None if _OTHER.search(clause) else _amount(text, match.end())
                if amount is not None:
                    yield page, *amount
        left -= len(page.text)
        if left <= 0:
            return


def _clause_start(text: str, position: int) -> int:
    begin = max(0, position - _AROUND)
    return max(text.rfind(mark, begin, position) for mark in (". ", ";", "\n\n")) + 1 or begin


def _amount(text: str, start: int) -> tuple[AmountFound, str] | None:
    """The first amount with a currency behind the wording, in the same clause."""
    stop = min((end for mark in (". ", ";", "\n\n") if (end := text.find(mark, start)) >= 0),
               default=len(text))  # fmt: skip
    for amount in find_amounts(text, start, min(len(text), start + BEHIND + 40)):
        if amount.start > min(stop, start + BEHIND):
            return None
        scaled = _scaled().match(text, amount.end)
        if scaled is None:
            if amount.currency:
                return amount, amount.currency
            continue
        size = _SCALES[(scaled["word"] or scaled["short"]).lower()[0]]
        sign = (
            scaled["sign"]
            or scaled["code"]
            or amount.currency
            or ("kr" if scaled["short"] else None)
        )
        if sign is None:
            return None
        value = amount.value * size
        return replace(amount, end=scaled.end(), value=value), SIGNS.get(sign, sign)
    return None
