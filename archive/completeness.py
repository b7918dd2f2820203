"""How complete milestones are: each need missing, there but not usable, or there, and by what.

A document answers one need of a milestone at most: of all ways to give documents to needs the one
counts in which most are answered. Of a product the same need (kind, party and name) in several
milestones counts once, and is there when it is in each of them; no document answers two needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.models import Need, NeedState
from archive.need_documents import (
    Offer,
    against,
)
from archive.plan_templates import DOCUMENT
from archive.records import file_number

MISSING, UNUSABLE, THERE = STATES = ("missing", "unusable", "there")


@dataclass(frozen=True, slots=True)
class NeedView:
    """One need as it stands: by which document (file number), or by whose word."""

    id: int
    what: str
    name: str
    kind: str
    party: str
    wanted: str
    responsible: str
    status: str
    document: str | None = None
    version: int | None = None
    reasons: tuple[str, ...] = ()  # of need_documents.REASONS, why it is not usable
    said: str = ""  # what a person said of it
    who: str = ""
    happened_on: str | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the needs are there. `percent` is None where nothing is needed."""

    there: int
    total: int

    @property
    def percent(self) -> int | None:
        """Rounded down: 100 is said of nothing that lacks something."""
        return 100 * self.there // self.total if self.total else None


@dataclass(slots=True)
class _Group:
    """Needs that one document has to answer."""

    needs: list[tuple[Need, int, str]]  # with milestone and the ISO day that counts for it
    offers: list[tuple[Offer, tuple[str, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Standing:
    """All that is known of some milestones (archive.milestone_standing)."""

    needs: dict[int, list[Need]]  # by milestone
    days: dict[int, str]
    offers: dict[int, Offer]
    linked: dict[int, list[int]]  # by milestone the documents that may serve it, the best first
    said: dict[int, tuple[NeedState, str]]
    named: Mapping[str, frozenset[int]]

    def needs_of(self, milestone_id: int) -> tuple[NeedView, ...]:
        """The needs of a milestone, in the order of its plan."""
        needs = self.needs.get(milestone_id, [])
        day = self.days[milestone_id]
        groups = [_Group([(need, milestone_id, day)]) for need in needs if need.what == DOCUMENT]
        given = {group.needs[0][0].id: one for group, one in self._give(groups)}
        return tuple(
            self._by_document(need, given.get(need.id))
            if need.what == DOCUMENT
            else self._by_word(need)
            for need in needs
        )

    def completeness_of(self, milestone_ids: Sequence[int]) -> Completeness:
        """Of one milestone, or of several together, as of a product."""
        groups: dict[tuple[Any, ...], _Group] = {}
        there = total = 0
        for milestone_id in milestone_ids:
            times: Counter[tuple[str, ...]] = Counter()
            for need in self.needs.get(milestone_id, []):
                if need.what != DOCUMENT:
                    total += 1
                    there += self._by_word(need).status == THERE
                    continue
                name = (need.kind, need.party, need.name)
                group = groups.setdefault((*name, times[name]), _Group([]))
                group.needs.append((need, milestone_id, self.days[milestone_id]))
                times[name] += 1
        there += self._count_answered(list(groups.values()))
        return Completeness(there, total + len(groups))

    def _count_answered(self, groups: Sequence[_Group]) -> int:
        """Groups that one document answers, and then those that several documents do together."""
        given = self._give(groups)
        answered = [one for _, one in given if one is not None and not one[1]]
        taken = {offer.document_id for offer, _ in answered}
        rest = [group for group, one in given if (one is None or one[1]) and len(group.needs) > 1]
        parts = [_Group([need]) for group in rest for need in group.needs]
        several = self._give(parts, taken)
        lacking = {part.needs[0][0].id for part, one in several if one is None or one[1]}
        return len(answered) + sum(
            all(need.id not in lacking for need, _, _ in group.needs) for group in rest
        )

    def _give(
        self, groups: Sequence[_Group], but: Collection[int] = ()
    ) -> list[tuple[_Group, tuple[Offer, tuple[str, ...]] | None]]:
        """To each group a document that no other has: usable ones first, as many as can be."""
        for group in groups:
            group.offers = [one for one in self._offers_for(group) if one[0].document_id not in but]
        chosen = _matched([[o.document_id for o, why in g.offers if not why] for g in groups])
        taken = {number for number in chosen if number is not None}
        found: list[tuple[_Group, tuple[Offer, tuple[str, ...]] | None]] = []
        for group, number in zip(groups, chosen, strict=True):
            fit = (one for one in group.offers if one[0].document_id == number)
            rest = (one for one in group.offers if one[0].document_id not in taken and one[1])
            one = next(fit if number is not None else rest, None)
            if one is not None:
                taken.add(one[0].document_id)
            found.append((group, one))
        return found

    def _offers_for(self, group: _Group) -> list[tuple[Offer, tuple[str, ...]]]:
        """The documents that all its milestones share, with what speaks against each of them."""
        shared = self.linked.get(group.needs[0][1], [])
        for _, milestone_id, _ in group.needs[1:]:
            also = set(self.linked.get(milestone_id, ()))
            shared = [number for number in shared if number in also]
        kind = group.needs[0][0].kind
        offers = []
        for offer in (self.offers[number] for number in shared):
            if offer.version.kind != kind:
                continue
            why = [against(need, offer, day, self.named) for need, _, day in group.needs]
            offers.append((offer, tuple(dict.fromkeys(one for every in why for one in every))))
        return sorted(offers, key=lambda one: len(one[1]))

    def _by_document(self, need: Need, given: tuple[Offer, tuple[str, ...]] | None) -> NeedView:
        if given is None:
            return NeedView(*_told(need), need.responsible, MISSING)
        offer, why = given
        return NeedView(
            *_told(need), need.responsible, UNUSABLE if why else THERE,
            file_number(offer.document_id), offer.version.number, why,
        )  # fmt: skip

    def _by_word(self, need: Need) -> NeedView:
        row, who = self.said.get(need.id, (None, ""))
        if row is None:
            return NeedView(*_told(need), need.responsible, MISSING)
        return NeedView(
            *_told(need), row.responsible or need.responsible, row.state,
            said=row.reason, who=who, happened_on=row.happened_on,
        )  # fmt: skip


def _told(need: Need) -> tuple[int, str, str, str, str, str]:
    return (need.id, need.what, need.name, need.kind, need.party, need.wanted)


def _matched(edges: Sequence[Sequence[int]]) -> list[int | None]:
    """To each row one of its numbers, none twice, so that most rows have one (Kuhn, 1955)."""
    owner: dict[int, int] = {}
    given: list[int | None] = [None] * len(edges)
    for row in range(len(edges)):
        came: dict[int, int] = {}  # by number the row from which it was reached
        queue, free = [row], None
        for one in queue:  # grows meanwhile
            for number in edges[one]:
                if number in came:
                    continue
                came[number] = one
                if number not in owner:
                    free = number
                    break
                queue.append(owner[number])
            if free is not None:
                break
        while free is not None:  # each row on the way takes the number found for it
            one = came[free]
            owner[free] = one
            given[one], free = free, given[one]
    return given
