"""Which versions are one document: from what they say alone, whatever came first.

Versions at one place follow one another until one differs. Those of one number belong together
where the evidence is exact: a revision mark that no other bears, or, for kinds that are revised, no
mark and text that mostly agrees. All else stays apart, and a person may say more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from archive.keys import meets
from archive.told import Told
from archive.units import Unit

T = TypeVar("T")

#: Kinds that are revised under one number without always saying so by a mark.
REVISED: Final = frozenset({"specification", "drawing", "contract", "plan", "minutes"})
AGREES: Final = 0.5  # share of the words of the longer text that stand in the shorter one too
#: A number behind its label and hardly a word more: "moved", "withdrawn". It has nothing to agree.
NOTICE_WORDS: Final = 40
MOST_ALIKE: Final = 200  # a number that more units bear tells nothing apart
MOST_COMPARED: Final = 2000  # pairs of texts of one number; where that is too few, marks alone say


@dataclass(slots=True)
class Parted:
    """Groups of units, each one document, and pairs of groups that may be one."""

    groups: list[list[Unit]] = field(default_factory=list)
    proposed: list[tuple[list[Unit], list[Unit]]] = field(default_factory=list)  # (these, home)


def part(
    units: Iterable[Unit],
    words: Callable[[Sequence[int]], Mapping[int, Counter[str]]],
    apart: frozenset[frozenset[int]],
    *,
    joins: bool = True,
) -> Parted:
    """Group units by the numbers that they bear.

    `words` gives the words of versions by id; `apart` are pairs of documents of which a person has
    said that they are two. Without `joins` they stay in the documents that they are in, and what
    may be one is proposed.
    """
    parted = Parted()
    alike: dict[tuple[Any, ...], list[Unit]] = defaultdict(list)
    for unit in units:
        said = unit.said
        if said.key:
            who = (said.collection_id, said.scheme, said.key, said.kind or "other", said.issuer)
            alike[who].append(unit)
        else:
            parted.groups.append([unit])
    for several in alike.values():
        for one in _by_grouping(several):
            number = _Number(sorted(one, key=lambda unit: unit.order), words, apart)
            if joins:
                number.part(parted)
            else:
                number.propose(parted)
    return parted


def _by_grouping(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Units whose spellings are one number: 1-12 and 11-2 are two, and 112 is then neither."""
    spellings = sorted({unit.said.groups or "" for unit in units})
    for spelt in _components(spellings, meets):
        open_ended = [
            one for one in spelt if len(spelt) > 2 and all(meets(one, other) for other in spelt)
        ]
        if len(open_ended) == len(spelt):
            open_ended = []
        rest = [one for one in spelt if one not in open_ended]
        for same in [*_components(rest, meets), *([one] for one in open_ended)]:
            yield [unit for unit in units if (unit.said.groups or "") in same]


class _Number:
    """The units of one number, kind and issuer, in their order."""

    def __init__(
        self,
        units: Sequence[Unit],
        words: Callable[[Sequence[int]], Mapping[int, Counter[str]]],
        apart: frozenset[frozenset[int]],
    ) -> None:
        self.units = units
        documents = {document for unit in units for document in unit.documents}
        self.apart = [pair for pair in apart if pair <= documents]
        self.is_revised = units[0].said.kind in REVISED
        self.compared = 0
        self.words: Mapping[int, Counter[str]] = {}
        if (
            self.is_revised
            and 1 < len(units) <= MOST_ALIKE
            and not all(unit.marks for unit in units)
        ):
            self.words = words([told.version_id for unit in units for told in _ends(unit)])
        self.length = {version_id: text.total() for version_id, text in self.words.items()}

    def part(self, parted: Parted) -> None:
        """Add the groups of this number, and what a person has to say of them."""
        if not 1 < len(self.units) <= MOST_ALIKE:
            parted.groups += _as_they_are(self.units)
            return
        main, left = self._by_mark()
        by_mark = [main] if main else []
        unmarked = [unit for unit in self.units if not unit.marks]
        groups = self._by_text(by_mark, unmarked)
        if self.compared > MOST_COMPARED:
            parted.groups += [*by_mark, *([unit] for unit in [*unmarked, *left])]
            return
        self._ask(parted, groups, [[unit] for unit in left])

    def propose(self, parted: Parted) -> None:
        """Leave the units where they are; all that may be one document is a person's to say."""
        self._ask(parted, _as_they_are(self.units), [])

    def _ask(self, parted: Parted, groups: list[list[Unit]], left: list[list[Unit]]) -> None:
        """Of the largest group and each of the others, where what they say allows that."""
        home = max(groups, key=len, default=[])
        others = [group for group in groups if group is not home] + left
        parted.groups += [home, *others] if home else others
        if self.is_revised or self.units[0].said.issuer:
            parted.proposed += [(group, home) for group in others if self._may(home, group)]

    def _by_mark(self) -> tuple[list[Unit], list[Unit]]:
        """The units whose marks no other before them bears; and those with a mark that are left."""
        main: list[Unit] = []
        left: list[Unit] = []
        taken: set[Any] = set()
        for unit in self.units:
            marks = unit.marks
            if not marks:
                continue
            if marks & taken or not self._may(main, [unit]):
                left.append(unit)
            else:
                main.append(unit)
                taken |= marks
        return main, left

    def _by_text(self, groups: list[list[Unit]], unmarked: Sequence[Unit]) -> list[list[Unit]]:
        """Add the units without a mark to the groups with which their text agrees."""
        if not self.is_revised:
            return [*groups, *([unit] for unit in unmarked)]
        notices = [unit for unit in unmarked if self._is_notice(unit)]
        texts = [unit for unit in unmarked if unit not in notices]
        if not groups and not texts:
            texts, notices = notices, []
        for unit in texts:
            whole, rest = [unit], []
            for group in groups:
                is_near = any(self._agree(unit, other) for other in group)
                if is_near and self._may(whole, group):
                    whole = [*whole, *group]
                else:
                    rest.append(group)
            groups = [whole, *rest]
        if len(groups) != 1:
            return [*groups, *([unit] for unit in notices)]
        near = [unit for unit in notices if self._may(groups[0], [unit])]
        return [[*groups[0], *near], *([unit] for unit in notices if unit not in near)]

    def _is_notice(self, unit: Unit) -> bool:
        return all(told.is_labelled for told in unit.versions) and all(
            self.length[told.version_id] <= NOTICE_WORDS for told in _ends(unit)
        )

    def _agree(self, one: Unit, other: Unit) -> bool:
        pairs = ((a.version_id, b.version_id) for a in _ends(one) for b in _ends(other))
        return any(self._is_near(a, b) for a, b in pairs)

    def _is_near(self, a: int, b: int) -> bool:
        """Do two texts agree? Where their lengths allow it their words are compared."""
        shorter, larger = sorted((self.length[a], self.length[b]))
        if not larger or shorter < larger * AGREES or self.compared > MOST_COMPARED:
            return False
        self.compared += 1
        return in_common(self.words[a], self.words[b]) >= larger * AGREES

    def _may(self, group: Sequence[Unit], others: Sequence[Unit]) -> bool:
        """Has nobody said that they are two documents?"""
        if not self.apart:
            return True
        ours = {document for unit in group for document in unit.documents}
        theirs = {document for unit in others for document in unit.documents}
        return not any(
            pair & ours and pair & theirs and pair <= ours | theirs for pair in self.apart
        )


def _ends(unit: Unit) -> tuple[Told, ...]:
    """Its first version and its last: between them a text changes step by step."""
    return unit.versions if len(unit.versions) < 3 else (unit.versions[0], unit.versions[-1])


def in_common(a: Counter[str], b: Counter[str]) -> int:
    """How many words stand in both texts."""
    return sum(min(a[word], b[word]) for word in a.keys() & b.keys())


def _as_they_are(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units that hang together by the documents that they are in now."""
    leads: dict[int, int] = {}

    def first_of(document: int) -> int:
        while (next_one := leads.get(document, document)) != document:
            leads[document] = leads.get(next_one, next_one)
            document = next_one
        return document

    for unit in units:
        one, *others = sorted(unit.documents)
        for other in others:
            leads[first_of(other)] = first_of(one)
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        found[first_of(min(unit.documents))].append(unit)
    return list(found.values())


def _components(things: Sequence[T], are_one: Callable[[T, T], bool]) -> list[list[T]]:
    """Things that hang together by pairs."""
    found: list[list[T]] = []
    for thing in things:
        near = [group for group in found if any(are_one(thing, other) for other in group)]
        found = [group for group in found if group not in near]
        found.append([*(one for group in near for one in group), thing])
    return found
