"""When a contract ends: a day that its term clause says, or a length counted from a start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from archive.keys import lower_case
from archive.reading import FactFound, PageText
from indexer.extract.contract_day_rules import ORDINALS, day_rules
from indexer.extract.contract_rules import (
    NUMBERS,
    TERM_WORDS,
    ContractRules,
    contract_rules,
)
from indexer.extract.dates import add_term
from indexer.extract.facts_trade import Dates, evidence
from indexer.extract.windows import places_of

MOST_SENTENCES: Final = 1_000  # on a page that are looked at for the term
TERM_CHARS: Final = 400_000  # of a contract's text that is looked through for its term
SENTENCE_BACK: Final = 300
SENTENCE_ON: Final = 500
START_CHARS: Final = 70  # in which the start of a term is named: "the date of this Agreement"
LONGEST_YEARS: Final = 100
LEAST_DAYS: Final = 60  # shorter ones are of notice
_UNITS: Final = ("year", "month", "day", "week", "annivers", "år", "mån", "dag")
_DIGITS: Final = re.compile(r"\d\d")  # each date has them
_SENTENCE_END: Final = re.compile(r"(?<!\.[A-Za-z])\.(?=[ \n])|\n(?=\n)|;")


@dataclass(frozen=True, slots=True)
class Start:
    """From where a contract's term may count, as ISO dates."""

    made: str | None
    effective: str | None

    @property
    def usual(self) -> str | None:
        return self.effective or self.made


@dataclass(frozen=True, slots=True)
class _Clause:
    """One sentence that may be about the term."""

    page: PageText
    lower: str  # the page's text in lower case, of the same length
    start: int
    end: int


def expiry(pages: Sequence[PageText], dates: Dates, start: Start) -> FactFound | None:
    """The day on which the contract ends: said, or counted by its first term."""
    rules = contract_rules()
    left = TERM_CHARS
    counted: FactFound | None = None
    for page in pages:
        lower = lower_case(page.text[: max(0, left)])
        for begin, end in _term_sentences(page.text[: max(0, left)], lower):
            if not _may_say_when(lower[begin:end]) or not rules.clause.search(lower, begin, end):
                continue
            clause = _Clause(page, lower, begin, end)
            said = _said_end(rules, clause, dates)
            if said is not None:
                return said
            counted = counted or _counted(rules, clause, dates, start)
        left -= len(page.text)
        if left <= 0:
            break
    return counted


def _may_say_when(sentence: str) -> bool:
    """Is there a length, an anniversary or a day? Quicker told than a clause on the term."""
    return any(unit in sentence for unit in _UNITS) or _DIGITS.search(sentence) is not None


def _term_sentences(text: str, lower: str) -> list[tuple[int, int]]:
    """The sentences that may be about the term, each once."""
    places = places_of(lower, TERM_WORDS)
    return sorted({_sentence(text, place) for place in places[:MOST_SENTENCES]})


def _sentence(text: str, position: int) -> tuple[int, int]:
    """The sentence around a position, within limits; `p.m.` and `t.o.m.` do not end one."""
    start, end = max(0, position - SENTENCE_BACK), min(len(text), position + SENTENCE_ON)
    before, behind = [start], [end]
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() <= position:
            before.append(match.end())
        elif match.start() >= position + 20 and not match.group().startswith(";"):
            behind.append(match.start())
            break
    return max(before), min(behind)


def _said_end(rules: ContractRules, clause: _Clause, dates: Dates) -> FactFound | None:
    page = clause.page
    for date in dates.within(page, clause.start, clause.end):
        before = max(clause.start, date.start - 60)
        if date.iso and rules.until.search(page.text, before, date.start):
            where = evidence(page, date.start, date.end)
            return FactFound("expires_on", date.iso, where, confidence=0.85, rule="term clause")
    return None


def _counted(rules: ContractRules, clause: _Clause, dates: Dates, start: Start) -> FactFound | None:
    """By the length or the anniversary, whichever the sentence names first."""
    length = rules.duration.search(clause.page.text, clause.start, clause.end)
    anniversary = day_rules().anniversary.search(clause.page.text, clause.start, clause.end)
    if anniversary and (length is None or anniversary.start() < length.start()):
        return _anniversary(clause, anniversary, dates, start)
    return _counted_end(clause, length, dates, start) if length else None


def _anniversary(
    clause: _Clause, match: re.Match[str], dates: Dates, start: Start
) -> FactFound | None:
    """`until the third (3rd) anniversary of the Effective Date`."""
    text = clause.page.text
    if _is_other_matter(text[clause.start : match.start()]):
        return None
    said = (match.group("o") or match.group("n") or "").lower()
    digits = re.match(r"\d+", said)
    years = int(digits.group()) if digits else ORDINALS.get(said) or NUMBERS.get(said, 0)
    started = _start_of(clause.page, match.end(), dates, start)
    if not 0 < years <= LONGEST_YEARS or started is None:
        return None
    ends = add_term(started, years=years)
    where = evidence(clause.page, *match.span())
    return FactFound("expires_on", ends, where, confidence=0.75, rule="anniversary of its start")


def _counted_end(
    clause: _Clause, match: re.Match[str], dates: Dates, start: Start
) -> FactFound | None:
    """The first length in a sentence on the term, where nothing before it says another matter."""
    text = clause.page.text
    if _is_other_matter(text[clause.start : match.start()]):
        return None
    if not contract_rules().clause.search(clause.lower, clause.start, match.start()):
        return None
    length = _length(match)
    begins = day_rules().term_begins.search(text, clause.start, match.start())
    counted_from = day_rules().counted_from.match(text, match.end(), clause.end) or begins
    started = start.usual
    if counted_from is not None:
        started = _start_of(clause.page, counted_from.end(), dates, start)
    if length is None or started is None:
        return None
    years, months, days = length
    ends = add_term(started, years=years, months=months, days=days)
    where = evidence(clause.page, *match.span())
    return FactFound("expires_on", ends, where, confidence=0.7, rule="term counted from its start")


def _length(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Years, months and days of a term; nothing for what is too short or too long to be one."""
    number = match.group("d") or match.group("n").lower()
    count = int(number) if number.isdigit() else NUMBERS[number]
    unit = match.group("unit").lower()[0]
    if unit == "w" or count == 0 or (unit == "d" and count < LEAST_DAYS):
        return None
    if unit in "yå":
        return (count, 0, 0) if count <= LONGEST_YEARS else None
    return (0, count, 0) if unit == "m" else (0, 0, count)


def _is_other_matter(before: str) -> bool:
    """Whether words before a length speak of notice, renewal …; what is only excepted says less."""
    return contract_rules().not_the_term.search(day_rules().excepted.sub(" ", before)) is not None


def _start_of(page: PageText, position: int, dates: Dates, start: Start) -> str | None:
    """The day that the words from `position` name; nothing where they name a day not known."""
    end = min(len(page.text), position + START_CHARS)
    if day_rules().start_made.match(page.text, position, end):
        return start.made or start.effective
    if day_rules().start_effective.match(page.text, position, end):
        return start.usual
    for date in dates.within(page, position, end):
        if date.start - position <= 12:
            return date.iso
        break
    named = day_rules().start_named.match(page.text, position, end)
    if named:
        return _defined_day(named.group(1), dates)
    return None if day_rules().start_event.match(page.text, position, end) else start.usual


def _defined_day(name: str, dates: Dates) -> str | None:
    """The day of `"Launch Date" means 1 May 2010` or `1 May 2010 (the "Launch Date")`."""
    words = r"\s+".join(map(re.escape, name.split()))
    means = re.compile(
        rf"{words}[”\"]?\)?\s*(?:is|means|shall\s+be|shall\s+mean|will\s+be|:)\s", re.IGNORECASE
    )
    called = re.compile(rf"[\s,]*\([^()]{{0,30}}[“\"]{words}[”\"]", re.IGNORECASE)
    for page in dates.pages:
        for match in means.finditer(page.text, 0, TERM_CHARS):
            for date in dates.within(page, match.end(), match.end() + 40):
                return date.iso
        if called.search(page.text, 0, TERM_CHARS):
            for date in dates.within(page, 0, min(len(page.text), TERM_CHARS)):
                if called.match(page.text, date.end):
                    return date.iso
    return None
