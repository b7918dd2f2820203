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
    place = {one.id: (one.values.get("product", ""), products.get(one.id, 0)) for one in milestones}
    siblings = milestones_of(session, viewer, set(place.values()), then.as_of)
    entries = {entry_id: "milestone" for some in siblings.values() for entry_id in some}
    entries |= {one.id: "milestone" for one in milestones}
    entries |= dict.fromkeys(products.values(), "product")
    speaking = speaking_of_entries(session, viewer, entries, then.as_of)
    found = {}
    for one in milestones:
        own = speaking.get(one.id, set())
        others = set().union(*(speaking.get(i, set()) for i in siblings[place[one.id]]))
        product = speaking.get(products.get(one.id, 0), set())
        found[one.id] = dict.fromkeys(product - others, False) | dict.fromkeys(own, True)
    return found


def products_of(
    session: Session, viewer: Viewer, milestones: Sequence[EntryView], as_of: datetime | None
) -> dict[int, int]:
    """By milestone its product; where several have the code, the one in the same collection."""
    codes = {code for one in milestones if (code := one.values.get("product"))}
    by_code = products_called(session, viewer, codes, as_of)
    found = {
        one.id: product_in(by_code.get(one.values.get("product", ""), {}), one.collection_id)
        for one in milestones
    }
    return {milestone_id: product_id for milestone_id, product_id in found.items() if product_id}


def products_called(
    session: Session, viewer: Viewer, codes: Collection[str], as_of: datetime | None
) -> dict[str, dict[int, int]]:
    """By code and collection the product, or that into which it was merged."""
    merges = merged(session, viewer, as_of)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for chunk in chunked(codes):
        statement = select(Entry.code, Entry.collection_id, Entry.id, Entry.created_at).where(
            Entry.register == "product",
            Entry.code.in_(chunk),
            Entry.collection_id.in_(viewer.reads),
        )
        for code, collection_id, number, made in session.execute(statement.order_by(Entry.id)):
            if as_of is None or made <= as_of:
                found[code].setdefault(collection_id, merges.of(number))
    return found


def product_in(places: Mapping[int, int], collection_id: int) -> int:
    return places.get(collection_id) or next(iter(places.values()), 0)


def milestones_of(
    session: Session, viewer: Viewer, wanted: Collection[tuple[str, int]], as_of: datetime | None
) -> dict[tuple[str, int], list[int]]:
    """By product (its code and id) the ids of its milestones, one for what was merged.

    Those of another product that has the code too are not among them.
    """
    merges = merged(session, viewer, as_of)
    codes = {code for code, _ in wanted}
    homes: dict[str, dict[int, int]] = defaultdict(dict)  # by code and milestone the collection
    for chunk in chunked(codes):
        rows = session.execute(
            select(EntryValue.value, Entry.id, Entry.collection_id)
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
        for code, entry_id, collection_id in rows:
            root = merges.of(entry_id)
            if root == entry_id or root not in homes[code or ""]:
                homes[code or ""][root] = collection_id
    products = products_called(session, viewer, codes, as_of)
    found = {}
    for code, product_id in wanted:
        own = {0, merges.of(product_id)}  # 0: of a code that nobody has registered
        found[code, product_id] = [
            milestone_id
            for milestone_id, home in homes.get(code, {}).items()
            if product_in(products.get(code, {}), home) in own
        ]
    return found
