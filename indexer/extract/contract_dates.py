"""When a contract was made and from when it holds: by preamble, cover, clauses, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from archive.reading import FactFound, PageText
from indexer.extract.contract_day_rules import day_rules
from indexer.extract.contract_rules import ContractRules, contract_rules
from indexer.extract.dates import DateFound
from indexer.extract.facts_contracts import PREAMBLE_CHARS, PREAMBLE_PAGES, Preamble
from indexer.extract.facts_trade import Dates, evidence

BEFORE_PREAMBLE: Final = 700
COVER_CHARS: Final = 1_500  # of the first two pages, in which a cover says `DATED 5 March 2010`
SIGNATURES_CHARS: Final = 1_500  # from "in witness whereof" or the first signature
EFFECT_CHARS: Final = 200_000  # of a contract's text that is looked through for its day of effect

#: Without one of these a text has no such place; quicker found than by the patterns.
WITNESS_WORDS: Final = ("WITNESS", "TESTIMONY", "Ort", "Underskrifter", "upprättats")
SIGNATURE_WORDS: Final = ("/s/", "By:", "BY:", "Signed:", "SIGNED:", "Namnteckning:")

Place: TypeAlias = tuple[PageText, DateFound]


def contract_dates(
    pages: Sequence[PageText], preamble: Preamble | None, dates: Dates
) -> Iterator[FactFound]:
    """The day of the agreement, and the day of effect where the text says one."""
    near = _near(preamble, dates) if preamble else []
    made = _made(preamble, near) or _cover(pages, dates) or _signed(pages, dates)
    if made is not None:
        yield made
    effective = _effective(preamble, near, dates)
    if effective is not None and effective[1].iso:
        where = evidence(effective[0], effective[1].start, effective[1].end)
        yield FactFound(
            "effective_from", effective[1].iso, where, confidence=0.91, rule="effective date"
        )
        return
    same = _effective_when_made(pages, made, _signed(pages, dates))
    if same is not None:
        yield same


def _near(preamble: Preamble, dates: Dates) -> list[DateFound]:
    """The dates of the preamble that are said to be dates of the agreement."""
    page = preamble.page
    start = max(0, preamble.anchor - BEFORE_PREAMBLE)
    before = contract_rules().before_date
    return [
        date
        for date in dates.within(page, start, preamble.end)
        if before.search(page.text, max(start, date.start - 40), date.start)
    ]


def _made(preamble: Preamble | None, near: Sequence[DateFound]) -> FactFound | None:
    """The date nearest to where the parties begin."""
    signed = (
        min(near, key=lambda date: abs(date.start - preamble.anchor)) if preamble and near else None
    )
    if preamble is None or signed is None or not signed.iso:
        return None
    page = preamble.page
    made = contract_rules().made_on.search(page.text, max(0, signed.start - 60), signed.start)
    where = evidence(page, signed.start, signed.end)
    return FactFound("date", signed.iso, where, confidence=0.92 if made else 0.7, rule="preamble")


def _cover(pages: Sequence[PageText], dates: Dates) -> FactFound | None:
    """`DATED 5 March 2010` near the top of the first two pages."""
    for page in pages[:2]:
        for date in dates.within(page, 0, COVER_CHARS):
            dated = day_rules().cover.search(page.text, max(0, date.start - 40), date.start)
            if dated and date.iso:
                where = evidence(page, date.start, date.end)
                return FactFound("date", date.iso, where, confidence=0.85, rule="cover")
    return None


def signatures(pages: Sequence[PageText]) -> tuple[PageText, int, int] | None:
    """The stretch in which the parties sign: from the words before it, else the first signature."""
    for pattern, words in (
        (day_rules().witness, WITNESS_WORDS),
        (day_rules().signature, SIGNATURE_WORDS),
    ):
        for page in pages:
            has_word = any(word in page.text for word in words)
            match = pattern.search(page.text) if has_word else None
            if match:
                return page, match.start(), match.end() + SIGNATURES_CHARS
    return None


def _signed(pages: Sequence[PageText], dates: Dates) -> FactFound | None:
    """The last day on which a party signed: then all had agreed."""
    block = signatures(pages)
    if block is None:
        return None
    page, start, end = block
    before = day_rules().before_signing_date
    signed = [
        date
        for date in dates.within(page, start, min(end, len(page.text)))
        if date.iso and before.search(page.text, max(start, date.start - 30), date.start)
    ]
    if not signed:
        return None
    last = max(signed, key=lambda date: date.iso or "")
    where = evidence(page, last.start, last.end)
    return FactFound("date", last.iso or "", where, confidence=0.8, rule="last signature")


def _effective(preamble: Preamble | None, near: Sequence[DateFound], dates: Dates) -> Place | None:
    rules = contract_rules()
    named = _named_effective(preamble, near) if preamble else None
    if named is not None and preamble is not None:
        return preamble.page, named
    left = EFFECT_CHARS
    for page in dates.pages:
        found = _defined(rules, page, dates, left)
        if found is not None:
            return found
        left -= len(page.text)
        if left <= 0:
            break
    for date in near:
        if preamble and rules.takes_effect.search(
            preamble.page.text, max(0, date.start - 50), date.start
        ):
            return preamble.page, date
    return None


def _named_effective(preamble: Preamble, near: Sequence[DateFound]) -> DateFound | None:
    """The date right before `(the "Effective Date")`; another date between them is the one."""
    text = preamble.page.text
    for index, date in enumerate(near):
        following = near[index + 1].start if index + 1 < len(near) else len(text)
        end = min(date.end + 60, following)
        if day_rules().named_effective.match(text, date.end, end):
            return date
    return None


def _defined(rules: ContractRules, page: PageText, dates: Dates, chars: int) -> Place | None:
    """`"Effective Date" means 1 May 2010`, `shall commence on 1 May 2010`."""
    for pattern in (rules.effective_means, day_rules().begins_on):
        for match in pattern.finditer(page.text, 0, max(0, chars)):
            for date in dates.within(page, match.end(), match.end() + 40):
                if pattern is rules.effective_means or date.start - match.end() < 3:
                    return page, date
    return None


def _effective_when_made(
    pages: Sequence[PageText], made: FactFound | None, signed: FactFound | None
) -> FactFound | None:
    """`shall become effective upon the date first written above`, `on the last signature`."""
    for pattern, day in (
        (day_rules().effective_when_made, made),
        (day_rules().effective_when_signed, signed),
    ):
        if day is None:
            continue
        for page in pages[:PREAMBLE_PAGES]:
            match = pattern.search(page.text, 0, PREAMBLE_CHARS)
            if match:
                where = evidence(page, *match.span())
                return FactFound(
                    "effective_from", day.value, where, confidence=0.85, rule=f"as {day.rule}"
                )
    return None
