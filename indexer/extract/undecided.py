"""Dates such as 03/04/2024 of which the document does not say whether day or month comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archive.reading import FactFound
from archive.vocabulary import UNDECIDED
from indexer.extract.fact_labels import Label
from indexer.extract.facts_trade import Dates, evidence, value_date

UNSURE: Final = 0.3  # of each of two readings


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


def _rank(label: Label, fact: str, kind: str) -> int:
    meaning = label.means(fact, kind)
    return meaning.rank if meaning else -1
