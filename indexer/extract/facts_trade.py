"""Dates, totals, currency and revision from labels: what forms and letterheads say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from archive.reading import Evidence, FactFound, PageText
from archive.words import only_words
from indexer.extract import facts_till
from indexer.extract.amounts import (
    SIGNS,
    AmountFound,
    currency_of,
    find_currencies,
    plain,
)
from indexer.extract.dates import DateFound, date_order, find_dates
from indexer.extract.fact_labels import Label
from indexer.extract.numbered_titles import numbered_titles
from indexer.extract.phrases import first_written
from indexer.extract.rules import kind_rules

#: A date without a label is the document's own if it stands this near the top.
HEAD_LINES: Final = 14
HEAD_CHARS: Final = 1_200
#: `Version: A string of …` is prose, `Revision: A dated …` is none.
_REVISION: Final = re.compile(
    r"(?![AI] (?!(?:dated|of|from|and|av|den|daterad|från|och)\b)[a-zåäö])"
    r"(?:[A-Z]{1,2}(?![\w-])|[A-Z]?\d{1,3}(?:\.\d{1,3}){0,2}[A-Za-z]?(?![\w-]|[.,/]\d))"
)
_OF: Final = re.compile(r"(?i)\d\S*\s+(?:vom|von|of|dated|du|den|av den|från)\s+$")
_OF_DATE: Final = re.compile(r"(?i)\s+(?:vom|von|of|dated|du|den|av den|från)\s+")
_INCLUDED: Final = re.compile(r"(?i)\b(?:exkl|excl|ex\.|ohne|hors|netto)\b")


@dataclass(slots=True)
class Dates:
    """The dates of one document, with its order of day and month found out when first needed."""

    pages: Sequence[PageText]
    language: str | None
    _order: str | None = None
    _asked: bool = False

    def within(self, page: PageText, start: int, end: int) -> list[DateFound]:
        """Dates in a stretch; those that stay open are left out."""
        return [date for date in self.every(page, start, end) if date.iso]

    def every(self, page: PageText, start: int, end: int) -> list[DateFound]:
        """Dates in a stretch; of those that stay open `iso` is None."""
        found = list(find_dates(page.text, start, end))
        if any(date.iso is None for date in found):
            if not self._asked:
                text = "\n".join(page.text for page in self.pages)
                self._order, self._asked = date_order(text, self.language), True
            found = list(find_dates(page.text, start, end, order=self._order))
        return found


def evidence(page: PageText, start: int, end: int) -> Evidence:
    return Evidence(page.number, start, end, page.text[start:end])


def labelled_date(labels: Sequence[Label], dates: Dates, kind: str, fact: str) -> FactFound | None:
    """The first date behind the best label of a fact."""
    best: tuple[int, FactFound] | None = None
    for label in labels:
        meaning = label.means(fact, kind)
        if meaning is None or (best is not None and meaning.rank <= best[0]):
            continue
        found = value_date(label, dates)
        if found is not None and found.iso is not None:
            where = evidence(label.page, found.start, found.end)
            confidence = {3: 0.97, 2: 0.92}.get(meaning.rank, 0.9)
            best = (
                meaning.rank,
                FactFound(fact, found.iso, where, confidence=confidence, rule="label"),
            )
    return None if best is None else best[1]


def value_date(label: Label, dates: Dates) -> DateFound | None:
    """The date beside its label; or below, where as many dates stand as labels above them."""
    if label.below is None:
        return next(iter(dates.every(label.page, label.start, label.end)), None)
    found = dates.every(label.page, *label.below)
    return found[label.column] if label.column < len(found) else None


def numbered_date(pages: Sequence[PageText], dates: Dates, kind: str) -> FactFound | None:
    """The date of `Rechnung Nr. 4711 vom 05.03.2018`: behind the title and its number."""
    page = first_written(pages)
    if page is None:
        return None
    titles = kind_rules().titles
    numbers = [end for _, end in numbered_titles(page.text, kind)]
    for date in dates.within(page, 0, HEAD_CHARS):
        if any(
            end <= date.start and _OF_DATE.fullmatch(page.text, end, date.start) for end in numbers
        ):
            where = evidence(page, date.start, date.end)
            return FactFound("date", date.iso or "", where, confidence=0.9, rule="numbered title")
        line = page.text.rfind("\n", 0, page.text.rfind(" ", 0, date.start)) + 1
        if not _OF.search(page.text, line, date.start) or date.iso is None:
            continue
        words = only_words(page.text[line : date.start]).split()
        found = (titles.at(words, at) for at in range(len(words)))
        if any(title is not None and title[1] == kind for title in found):
            where = evidence(page, date.start, date.end)
            return FactFound("date", date.iso, where, confidence=0.9, rule="numbered title")
    return None


def head_date(
    pages: Sequence[PageText], labels: Sequence[Label], dates: Dates, title_end: int | None
) -> FactFound | None:
    """A date without a label: on the title's line, else the only one in the head of page one.

    A date that belongs to any label is not the document's own.
    """
    page = first_written(pages)
    if page is None:
        return None
    taken = [label.below or (label.start, label.end) for label in labels if label.page is page]
    if title_end is not None:
        line_end = page.text.find("\n", title_end + 1)
        two = _line_end(page.text, title_end, 2)
        beside = dates.within(page, title_end, max(line_end, two))
        if beside and beside[0].iso and not _within(beside[0], taken):
            where = evidence(page, beside[0].start, beside[0].end)
            return FactFound("date", beside[0].iso, where, confidence=0.85, rule="title line")
    end = _line_end(page.text, 0, HEAD_LINES, HEAD_CHARS)
    free = [date for date in dates.within(page, 0, end) if not _within(date, taken)]
    if free and free[0].iso and len({date.iso for date in free}) == 1:
        where = evidence(page, free[0].start, free[0].end)
        return FactFound("date", free[0].iso, where, confidence=0.6, rule="head")
    return None


def _within(date: DateFound, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= date.start < end for start, end in taken)


def _line_end(text: str, start: int, lines: int, chars: int = 400) -> int:
    end = start
    for _ in range(lines):
        end = text.find("\n", end + 1)
        if end < 0:
            return min(len(text), start + chars)
    return min(end, start + chars)


def total(labels: Sequence[Label], language: str | None) -> Iterator[FactFound]:
    """The total with tax, and its currency where one is written at it."""
    found: list[tuple[int, Label, AmountFound]] = []
    is_receipt = facts_till.is_receipt(labels)
    for label in labels:
        meaning = label.means("total", "")
        if meaning is None or (meaning.rank == 1 and not is_receipt):
            continue
        said_from = label.start if label.is_over else label.label_end
        if _INCLUDED.search(label.page.text, said_from, label.end):
            continue
        amount = _value_amount(label)
        if amount is not None and not facts_till.is_misread(label.page, amount):
            found.append((meaning.rank, label, amount))
    paid = facts_till.paid(labels)
    best = _best_total([row for row in found if row[2].value in paid] or found)
    if best is None:
        return
    rank, label, amount = best
    agree = sum(other.value == amount.value for _, _, other in found)
    confidence = {4: 0.93, 3: 0.85}.get(rank, 0.75) + (0.05 if agree > 1 else 0.0)
    where = evidence(label.page, amount.start, amount.end)
    yield FactFound("total", plain(amount.value), where, confidence=confidence, rule="label")
    if amount.currency:
        code = currency_of(amount.currency, language)
        yield FactFound("currency", code, where, confidence=0.9, rule="at the total")


def _best_total(
    found: Sequence[tuple[int, Label, AmountFound]],
) -> tuple[int, Label, AmountFound] | None:
    """The best label's amount; of `total` the largest, as the sums above it are parts.

    What is to be paid is taken where nothing else is said, and where `total` is smaller by no more
    than a tax: then that one was without.
    """
    by_rank: dict[int, tuple[int, Label, AmountFound]] = {}
    for row in found:
        rank = row[0]
        if rank not in by_rank or abs(row[2].value) > abs(by_rank[rank][2].value):
            by_rank[rank] = row
    if 4 in by_rank:
        return by_rank[4]
    plain_total, payable = by_rank.get(3), by_rank.get(2)
    if plain_total is None or payable is None:
        return plain_total or payable or by_rank.get(1)
    low, high = plain_total[2].value, payable[2].value
    return payable if low < high <= low * Decimal("1.3") else plain_total


def _value_amount(label: Label) -> AmountFound | None:
    """The last amount on the label's line, else the first below: net, tax and gross go so."""
    text = label.page.text
    if label.below is None:
        amounts = facts_till.amounts_of(label.page, label.start, label.end)
        return amounts[-1] if amounts else None
    amounts = facts_till.amounts_of(label.page, *label.below)
    if label.column < len(amounts) and _opens_line(text, amounts[0]):
        return amounts[label.column]
    return None


def _opens_line(text: str, amount: AmountFound) -> bool:
    """Whether nothing but a currency stands before the amount on its line."""
    before = text[text.rfind("\n", 0, amount.start) + 1 : amount.start].strip()
    return before in SIGNS or not any(char.isalnum() for char in before) or len(before) == 3


def currency(
    pages: Sequence[PageText], labels: Sequence[Label], language: str | None
) -> FactFound | None:
    """The currency by its label, else the only one that the first pages write."""
    for label in labels:
        if label.means("currency", ""):
            span = next(find_currencies(label.page.text, label.start, label.end), None)
            if span:
                return _currency(label.page, span, language, 0.95, "label")
    spans = [(page, span) for page in pages[:2] for span in find_currencies(page.text, 0, 6_000)]
    codes = {currency_of(_code(page, span), language) for page, span in spans}
    return _currency(*spans[0], language, 0.8, "only one") if len(codes) == 1 else None


def _code(page: PageText, span: tuple[int, int]) -> str:
    written = page.text[span[0] : span[1]]
    return SIGNS.get(written, written)


def _currency(
    page: PageText, span: tuple[int, int], language: str | None, confidence: float, rule: str
) -> FactFound:
    code = currency_of(_code(page, span), language)
    return FactFound("currency", code, evidence(page, *span), confidence=confidence, rule=rule)


def revision(labels: Sequence[Label]) -> FactFound | None:
    """A revision mark behind its label on the first page: `B`, `1.2`, `3`."""
    for label in labels:
        if label.means("revision", "") and label.below is None:
            match = _REVISION.match(label.page.text, label.start)
            if match and match.end() <= label.end:
                where = evidence(label.page, *match.span())
                return FactFound("revision", match.group(), where, confidence=0.9, rule="label")
    return None
