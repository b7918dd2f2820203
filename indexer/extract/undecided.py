"""Dates such as 03/04/2024 of which the document does not say whether day or month comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from archive.reading import FactFound
from archive.vocabulary import UNDECIDED
from indexer.extract.dates import add_term
from indexer.extract.fact_labels import Label
from indexer.extract.facts_trade import Dates, evidence, value_date

UNSURE: Final = 0.3  # of each of two readings
#: Nobody is given longer to pay or to answer.
LONGEST_DUE_YEARS: Final = 2
#: Kinds that tell of what was due before they were written.
LOOKING_BACK: Final = frozenset({"reminder", "statement", "remittance", "credit-note"})
SURE_DATE: Final = 0.85


def undecided_date(labels: Sequence[Label], dates: Dates, kind: str, fact: str) -> list[FactFound]:
    """Both readings of a date behind a label of a fact, where the document does not decide."""
    for label in sorted(labels, key=lambda one: _rank(one, fact, kind), reverse=True):
        found = value_date(label, dates) if label.means(fact, kind) else None
        if found is not None and found.iso is None:
            where = evidence(label.page, found.start, found.end)
            return [
                FactFound(fact, reading, where, confidence=UNSURE, rule=UNDECIDED)
                for reading in found.readings
            ]
    return []


def due_after(readings: list[FactFound], dated: FactFound | None, kind: str) -> list[FactFound]:
    """The reading of a due date that lies on or after the document's own, and not years behind.

    Where that leaves several, or none, all of them stay.
    """
    if dated is None or dated.confidence < SURE_DATE or kind in LOOKING_BACK:
        return readings
    last = add_term(dated.value, years=LONGEST_DUE_YEARS)
    left = [fact for fact in readings if dated.value <= fact.value <= last]
    if len(left) != 1:
        return readings
    return [replace(left[0], confidence=0.9, rule="label")]


def _rank(label: Label, fact: str, kind: str) -> int:
    meaning = label.means(fact, kind)
    return meaning.rank if meaning else -1
