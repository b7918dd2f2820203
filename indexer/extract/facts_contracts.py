"""A contract's preamble and the parties that it names.

The preamble is "… made as of DATE by and between X ("Seller") and Y …".
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
    SELLER_WORDS,
    ContractRules,
    contract_rules,
)
from indexer.extract.facts_trade import evidence
from indexer.extract.parties import Organisation, organisations

#: The preamble stands on one of the first pages; long single-page texts are cut.
PREAMBLE_PAGES: Final = 8
PREAMBLE_CHARS: Final = 40_000
PREAMBLE_LENGTH: Final = 2_000
MOST_ANCHORS: Final = 60  # on a page; nobody writes "between" so often before the parties are named


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
    aliases = (*rules.alias.finditer(text, start, end), *rules.role.finditer(text, start, end))
    for match in aliases:
        words = set(match.group(1).lower().split())
        if words & SELLER_WORDS:
            return "seller"
        if words & BUYER_WORDS:
            return "buyer"
    return "party"
