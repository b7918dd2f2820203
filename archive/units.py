"""What stays together whatever the numbers say: the versions of one place, until one differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from archive.fitting import same_party
from archive.keys import meets
from archive.ledger import Place
from archive.told import Told
from archive.versions import revision_order


@dataclass(frozen=True, slots=True)
class Unit:
    """Versions that stay together whatever their numbers say: a place's, or what a person said."""

    versions: tuple[Told, ...]

    @property
    def said(self) -> Told:
        """The first version that says its number, else the first."""
        return next((told for told in self.versions if told.key), self.versions[0])

    @property
    def marks(self) -> frozenset[tuple[Any, ...]]:
        return frozenset(revision_order(told.revision) for told in self.versions if told.revision)

    @property
    def documents(self) -> frozenset[int]:
        return frozenset(told.document_id for told in self.versions)

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands among others: by mark, then date, then its bytes; never by arrival."""
        first = self.versions[0]
        return (min(self.marks, default=()), self.said.date or "", first.sha256)


def units_of(
    told: Sequence[Told],
    places: Mapping[int, Set[Place]],
    on_labels: Mapping[int, int],
    pinned: Set[int | None],
    came_apart: Set[frozenset[int]],
) -> tuple[list[Unit], list[tuple[Told, Told]]]:
    """The units of all versions of some documents; and what was parted from what at its place.

    `on_labels` has the document by the version that shows its label, `pinned` are documents that a
    person has said to stay as they are, `came_apart` pairs that parted at a place before: what was
    read since may say that they part elsewhere.
    """
    by_document: dict[int, list[Told]] = defaultdict(list)
    for one in sorted(told, key=lambda one: one.version_id):
        by_document[one.document_id].append(one)
    units = [Unit(tuple(by_document[one])) for one in by_document if one in pinned]
    derived: list[tuple[Told, Told]] = []
    for documents in _families([one for one in by_document if one not in pinned], came_apart):
        versions = [one for document in documents for one in by_document[document]]
        # a scan of the paper is often read wrongly, and its label says better what it is
        loose = [one for one in versions if on_labels.get(one.version_id) == one.document_id]
        chains = _chains([one for one in versions if one not in loose], places)
        parts: list[list[Told]] = []
        for chain in chains:
            some = segments(chain)
            derived += [(after[0], before[0]) for before, after in pairwise(some)]
            says_nothing = len(some) == 1 and not any(one.key for one in chain)
            if says_nothing and _is_met_elsewhere(chain, chains):
                loose += chain  # it came here by more than its number
            else:
                parts += some
        units += [Unit(tuple(part)) for part in _with_loose(parts, loose)]
    return units, derived


def _families(documents: Sequence[int], came_apart: Set[frozenset[int]]) -> list[list[int]]:
    """Documents with those that they came apart from."""
    mates: dict[int, set[int]] = defaultdict(set)
    for pair in came_apart:
        for one in pair:
            mates[one] |= pair
    left = dict.fromkeys(documents)
    found = []
    while left:
        family, wanted = [], {next(iter(left))}
        while wanted:
            one = wanted.pop()
            if one in left:
                del left[one]
                family.append(one)
                wanted |= mates[one]
        found.append(family)
    return found


def _is_met_elsewhere(chain: Sequence[Told], chains: Sequence[Sequence[Told]]) -> bool:
    """Are there versions of the same document at other places?"""
    here = {one.document_id for one in chain}
    return any(one.document_id in here for other in chains if other is not chain for one in other)


def _with_loose(parts: list[list[Told]], loose: Sequence[Told]) -> list[list[Told]]:
    """Parts, each version that is at no place of its own with the first part of its document."""
    homes = {one.document_id: part for part in reversed(parts) for one in part}
    for one in loose:
        if one.document_id not in homes:
            homes[one.document_id] = []
            parts.append(homes[one.document_id])
        homes[one.document_id].append(one)
    return parts


def _chains(versions: Sequence[Told], places: Mapping[int, Set[Place]]) -> list[list[Told]]:
    """The versions of a family of documents by the places where they followed one another."""
    found: list[tuple[Set[Place], list[Told]]] = []
    for told in sorted(versions, key=lambda one: one.version_id):
        here = set(places.get(told.version_id, ()))
        near = [chain for chain in found if chain[0] & here]
        found = [chain for chain in found if chain not in near]
        seen = here.union(*(chain[0] for chain in near))
        whole = [*(one for chain in near for one in chain[1]), told]
        found.append((seen, sorted(whole, key=lambda one: one.version_id)))
    return sorted((chain for _, chain in found), key=lambda chain: chain[0].version_id)


def segments(chain: Sequence[Told]) -> list[list[Told]]:
    """The versions of one place, in their order, parted where one turns out to be another."""
    found: list[list[Told]] = []
    for told in chain:
        if found and not any(_differs(before, told) for before in found[-1]):
            found[-1].append(told)
        else:
            found.append([told])
    return found


def _differs(before: Told, after: Told) -> bool:
    """Do two versions at one path turn out to be different documents?"""
    kinds = {before.kind, after.kind} - {None, "other"}
    if len(kinds) > 1:
        return True
    has_numbers = before.key and after.key and before.scheme == after.scheme
    if has_numbers and not meets(before.groups or "", after.groups or ""):
        return True
    return bool(before.issuer and after.issuer and not same_party(before.issuer, after.issuer))
