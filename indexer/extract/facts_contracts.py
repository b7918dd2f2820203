"""What a contract's preamble and term clause say: parties, day of signing, effect and expiry.

English and Swedish. The preamble is "… made as of DATE by and between X ("Seller") and Y …"; a term
is either a day or a length that is counted from the day of effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from archive.reading import FactFound, PageText
from indexer.extract.contract_rules import (
    BUYER_WORDS,
    NUMBERS,
    SELLER_WORDS,
    TERM_WORDS,
    ContractRules,
    contract_rules,
)
from indexer.extract.dates import DateFound, add_term
from indexer.extract.facts_trade import Dates, evidence
from indexer.extract.parties import Organisation, organisations

#: The preamble stands on one of the first pages; long single-page texts are cut.
PREAMBLE_PAGES: Final = 8
PREAMBLE_CHARS: Final = 40_000
PREAMBLE_LENGTH: Final = 2_000
MOST_ANCHORS: Final = 60  # on a page; nobody writes "between" so often before the parties are named
MOST_SENTENCES: Final = 1_000  # on a page that are looked at for the term
BEFORE_PREAMBLE: Final = 700
TERM_CHARS: Final = 400_000  # of a contract's text that is looked through for its term
SENTENCE_BACK: Final = 300
SENTENCE_ON: Final = 500


@dataclass(frozen=True, slots=True)
class Preamble:
    """Where the parties are named: from behind `between` to the recitals."""

    page: PageText
    anchor: int  # where `between` begins
    start: int
    end: int


def find_preamble(pages: Sequence[PageText]) -> Preamble | None:
    """The first `between` that is followed by two organisations and preceded by a making of one."""
    rules = contract_rules()
    second_best: Preamble | None = None
    left = PREAMBLE_CHARS
    for page in pages[:PREAMBLE_PAGES]:
        anchors = islice(rules.between.finditer(page.text, 0, max(0, left)), MOST_ANCHORS)
        for match in anchors:
            stop = rules.preamble_end.search(page.text, match.end(), match.end() + PREAMBLE_LENGTH)
            end = stop.start() if stop else min(len(page.text), match.end() + PREAMBLE_LENGTH)
            named = list(organisations(page.text, match.end(), end, wrapped=True))
            if not named or named[0].start - match.end() > 120:
                continue
            preamble = Preamble(page, match.start(), match.end(), end)
            made = rules.made.search(page.text, max(0, match.start() - 300), match.start())
            aliased = rules.alias.search(page.text, match.end(), min(end, match.end() + 600))
            if made and aliased:
                return preamble
            second_best = second_best or (preamble if len(named) > 1 else None)
        left -= len(page.text)
    return second_best or _without_between(pages)


def _without_between(pages: Sequence[PageText]) -> Preamble | None:
    """From the first organisation with an alias, `Acme, Inc. (“Acme”)`, on the first two pages."""
    rules = contract_rules()
    for page in pages[:2]:
        for one in organisations(page.text, 0, PREAMBLE_LENGTH * 2):
            if rules.alias_follows.match(page.text, one.end):
                stop = rules.preamble_end.search(page.text, one.end, one.end + PREAMBLE_LENGTH)
                end = stop.start() if stop else min(len(page.text), one.end + PREAMBLE_LENGTH)
                return Preamble(page, one.start, one.start, end)
    return None


def contract_parties(preamble: Preamble) -> Iterator[FactFound]:
    """The parties, in order. `the Seller`, `Köparen` as alias says the role, else it is `party`."""
    rules = contract_rules()
    text = preamble.page.text
    found = [
        one
        for one in organisations(text, preamble.start, preamble.end, wrapped=True)
        if not rules.no_party.search(text, max(preamble.start, one.start - 60), one.start)
    ]
    for match in rules.aliased.finditer(text, preamble.anchor, preamble.end):
        name = match.group(1).partition(",")[0].rstrip()
        start, end = match.start(1), match.start(1) + len(name)
        if rules.proper.fullmatch(name) and not any(
            one.start < end and start < one.end for one in found
        ):
            found.append(Organisation(start, end, " ".join(name.split())))
    found.sort(key=lambda one: one.start)
    seen: set[str] = set()
    for index, one in enumerate(found):
        key = re.sub(r"[\W_]+", "", one.name.casefold())
        if key in seen:
            continue
        seen.add(key)
        stop = found[index + 1].start if index + 1 < len(found) else preamble.end
        role = _role(rules, text, one.end, min(stop, one.end + 500))
        where = evidence(preamble.page, one.start, one.end)
        yield FactFound("party", one.name, where, confidence=0.85, role=role, rule="preamble")


def _role(rules: ContractRules, text: str, start: int, end: int) -> str:
    for match in rules.alias.finditer(text, start, end):
        words = set(match.group(1).lower().split())
        if words & SELLER_WORDS:
            return "seller"
        if words & BUYER_WORDS:
            return "buyer"
    return "party"


def agreement_dates(preamble: Preamble, dates: Dates) -> Iterator[FactFound]:
    """The day of the agreement and, where it says "as of" or "effective", the day of effect."""
    rules = contract_rules()
    page, text = preamble.page, preamble.page.text
    start = max(0, preamble.anchor - BEFORE_PREAMBLE)
    near = [
        date
        for date in dates.within(page, start, preamble.end)
        if rules.before_date.search(text, max(start, date.start - 40), date.start)
    ]
    signed = min(near, key=lambda date: abs(date.start - preamble.anchor), default=None)
    if signed is not None and signed.iso:
        where = evidence(page, signed.start, signed.end)
        made = rules.made_on.search(text, max(start, signed.start - 60), signed.start)
        sure = 0.92 if made else 0.7
        yield FactFound("date", signed.iso, where, confidence=sure, rule="preamble")
    effective = _effective(rules, preamble, near, dates)
    if effective is not None and effective[1].iso:
        where = evidence(effective[0], effective[1].start, effective[1].end)
        yield FactFound(
            "effective_from", effective[1].iso, where, confidence=0.91, rule="effective date"
        )


def _effective(
    rules: ContractRules, preamble: Preamble, near: Sequence[DateFound], dates: Dates
) -> tuple[PageText, DateFound] | None:
    page, text = preamble.page, preamble.page.text
    for date in near:
        if re.match(r"[\s,]*\(?[^)]{0,40}effective\s+date", text[date.end : date.end + 60], re.I):
            return page, date
    for one in dates.pages[:PREAMBLE_PAGES]:
        for match in rules.effective_means.finditer(one.text, 0, PREAMBLE_CHARS):
            for date in dates.within(one, match.end(), match.end() + 40):
                return one, date
    for date in near:
        if rules.takes_effect.search(text, max(0, date.start - 50), date.start):
            return page, date
    return None


def expiry(pages: Sequence[PageText], dates: Dates, started: str | None) -> FactFound | None:
    """The day on which the contract ends: said, or counted from `started` by its first term."""
    rules = contract_rules()
    left = TERM_CHARS
    counted: FactFound | None = None
    for page in pages:
        for start, end in _term_sentences(page.text[: max(0, left)]):
            if not rules.clause.search(page.text, start, end):
                continue
            said = _said_end(rules, page, start, end, dates)
            if said is not None:
                return said
            if counted is None and started is not None:
                counted = _counted_end(rules, page, start, end, started)
        left -= len(page.text)
        if left <= 0:
            break
    return counted


def _term_sentences(text: str) -> list[tuple[int, int]]:
    """The sentences that may be about the term, each once."""
    lower = text.lower()
    places = []
    for word in TERM_WORDS:
        place = lower.find(word)
        while place >= 0:
            places.append(place)
            place = lower.find(word, place + len(word))
    return sorted({_sentence(text, place) for place in sorted(places)[:MOST_SENTENCES]})


def _sentence(text: str, position: int) -> tuple[int, int]:
    """The sentence around a position, within limits; abbreviations may cut it short."""
    start = max(0, position - SENTENCE_BACK)
    for mark in (". ", ".\n", "\n\n", ";"):
        start = max(start, text.rfind(mark, start, position) + 1)
    end = min(len(text), position + SENTENCE_ON)
    for mark in (". ", ".\n", "\n\n"):
        found = text.find(mark, position + 20, end)
        end = found if found >= 0 else end
    return start, end


def _said_end(
    rules: ContractRules, page: PageText, start: int, end: int, dates: Dates
) -> FactFound | None:
    for date in dates.within(page, start, end):
        before = max(start, date.start - 60)
        if date.iso and rules.until.search(page.text, before, date.start):
            where = evidence(page, date.start, date.end)
            return FactFound("expires_on", date.iso, where, confidence=0.85, rule="term clause")
    return None


def _counted_end(
    rules: ContractRules, page: PageText, start: int, end: int, started: str
) -> FactFound | None:
    """The first length in a sentence on the term, where nothing before it says another matter."""
    match = rules.duration.search(page.text, start, end)
    if match is None or rules.not_the_term.search(page.text, start, match.start()):
        return None
    if not rules.clause.search(page.text, start, match.start()):
        return None
    other = rules.other_start.search(page.text, start, end)
    if other and other.group(1).split()[-1] not in (
        "Effective",
        "Execution",
        "Signing",
        "Agreement",
    ):
        return None
    number = match.group("d") or match.group("n").lower()
    count = int(number) if number.isdigit() else NUMBERS[number]
    unit = match.group("unit").lower()[0]
    if unit == "w" or count == 0 or (unit == "d" and count < 60):
        return None
    years, months, days = (
        (count, 0, 0) if unit in "yå" else (0, count, 0) if unit == "m" else (0, 0, count)
    )
    if years > 100:
        return None
    ends = add_term(started, years=years, months=months, days=days)
    where = evidence(page, *match.span())
    return FactFound("expires_on", ends, where, confidence=0.7, rule="term counted from its start")
