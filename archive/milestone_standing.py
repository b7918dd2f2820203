"""What is known of milestones: their needs, what is said of them, the documents that may serve.

From that archive.completeness tells how complete they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.completeness import Standing
from archive.merges import merged
from archive.models import Account, Entry, EntryValue, Need, NeedState
from archive.need_documents import Then, load_offers, named_parties, speaking_of_entries
from archive.plan_templates import DOCUMENT
from archive.registers import EntryView
from archive.then import standing


def standing_of(
    session: Session, viewer: Viewer, milestones: Sequence[EntryView], then: Then
) -> Standing:
    """What is known of these milestones, in a number of queries that does not grow with them."""
    whole = merged(session, viewer, then.as_of).whole(one.id for one in milestones)
    needs = _needs(session, whole, then.as_of)
    every = [need for some in needs.values() for need in some]
    said = _said(session, [need.id for need in every if need.what != DOCUMENT], then)
    documents = [need for need in every if need.what == DOCUMENT]
    wanting = [one for one in milestones if any(n.what == DOCUMENT for n in needs.get(one.id, ()))]
    linked = _linked(session, viewer, wanting, then)
    numbers = {number for some in linked.values() for number in some}
    offers = load_offers(session, viewer, numbers, {need.kind for need in documents}, then)
    best = {
        milestone_id: sorted(
            (number for number in some if number in offers),
            key=lambda number: (some[number], offers[number].version.date or "", number),
            reverse=True,
        )
        for milestone_id, some in linked.items()
    }
    named = named_parties(session, viewer, {need.party for need in documents}, then.as_of)
    return Standing(needs, _days(milestones, then), offers, best, said, named)


def _days(milestones: Sequence[EntryView], then: Then) -> dict[int, str]:
    """The day on which what has to be valid is: that of the milestone, else of the question."""
    day = (then.on or then.today).isoformat()
    return {
        one.id: one.values.get("actual_on") or one.values.get("planned_on") or day
        for one in milestones
    }


def _needs(
    session: Session, whole: Mapping[int, int], as_of: datetime | None
) -> dict[int, list[Need]]:
    found: dict[int, list[Need]] = defaultdict(list)
    for chunk in chunked(sorted(whole)):
        rows = session.scalars(
            select(Need).where(Need.entry_id.in_(chunk), standing(Need, as_of)).order_by(Need.id)
        )
        for need in rows:
            found[whole[need.entry_id]].append(need)
    return found


def _said(session: Session, needs: Sequence[int], then: Then) -> dict[int, tuple[NeedState, str]]:
    """By need the last word on it (the last that held on the day)."""
    found: dict[int, tuple[NeedState, str]] = {}
    for chunk in chunked(needs):
        statement = (
            select(NeedState, Account.name)
            .outerjoin(Account, Account.id == NeedState.user_id)
            .where(NeedState.need_id.in_(chunk), standing(NeedState, then.as_of))
            .order_by(NeedState.happened_on, NeedState.id)
        )
        if then.on is not None:
            statement = statement.where(NeedState.happened_on <= then.on.isoformat())
        for row, name in session.execute(statement):
            found[row.need_id] = (row, name or "")
    return found


def _linked(
    session: Session, viewer: Viewer, milestones: Sequence[EntryView], then: Then
) -> dict[int, dict[int, bool]]:
    """By milestone the documents that may serve it: True where they speak of it by itself."""
    if not milestones:
        return {}
    products = products_of(session, viewer, milestones, then.as_of)
    siblings = milestones_of(session, viewer, _codes(milestones), then.as_of)
    entries = {entry_id: "milestone" for some in siblings.values() for entry_id in some}
    entries |= {one.id: "milestone" for one in milestones}
    entries |= dict.fromkeys(products.values(), "product")
    speaking = speaking_of_entries(session, viewer, entries, then.as_of)
    found = {}
    for one in milestones:
        own = speaking.get(one.id, set())
        others = set().union(
            *(speaking.get(i, set()) for i in siblings.get(one.values.get("product", ""), ()))
        )
        product = speaking.get(products.get(one.id, 0), set())
        found[one.id] = dict.fromkeys(product - others, False) | dict.fromkeys(own, True)
    return found


def products_of(
    session: Session, viewer: Viewer, milestones: Sequence[EntryView], as_of: datetime | None
) -> dict[int, int]:
    """By milestone its product; where several have the code, the one in the same collection."""
    by_code: dict[str, dict[int, int]] = defaultdict(dict)
    for chunk in chunked(_codes(milestones)):
        statement = select(Entry.code, Entry.collection_id, Entry.id, Entry.created_at).where(
            Entry.register == "product",
            Entry.code.in_(chunk),
            Entry.collection_id.in_(viewer.reads),
        )
        for code, collection_id, number, made in session.execute(statement.order_by(Entry.id)):
            if as_of is None or made <= as_of:
                by_code[code].setdefault(collection_id, number)
    merges = merged(session, viewer, as_of)
    found = {}
    for one in milestones:
        places = by_code.get(one.values.get("product", ""), {})
        entry_id = places.get(one.collection_id) or next(iter(places.values()), None)
        if entry_id is not None:
            found[one.id] = merges.of(entry_id)
    return found


def _codes(milestones: Sequence[EntryView]) -> set[str]:
    return {code for one in milestones if (code := one.values.get("product"))}


def milestones_of(
    session: Session, viewer: Viewer, codes: Collection[str], as_of: datetime | None
) -> dict[str, list[int]]:
    """By the code of a product the ids of its milestones, one for what was merged."""
    merges = merged(session, viewer, as_of)
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for chunk in chunked(codes):
        rows = session.execute(
            select(EntryValue.value, Entry.id)
            .join(Entry, Entry.id == EntryValue.entry_id)
            .where(
                EntryValue.field == literal_column("'product'"),  # as the index on them has it
                EntryValue.value.in_(chunk),
                standing(EntryValue, as_of),
                Entry.register == "milestone",
                Entry.collection_id.in_(viewer.reads),
            )
            .order_by(Entry.key, Entry.id)
        )
        for code, entry_id in rows:
            found[code or ""][merges.of(entry_id)] = None
    return {code: list(some) for code, some in found.items()}
