"""Random histories of plans: what is told of then was so then, and no document counts twice."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from archive import planning
from archive.access import operator
from archive.by_hand import add_reference, remove_reference
from archive.completeness import STATES
from archive.errors import CrossfileError
from archive.models import (
    Candidate,
    Entry,
    EntryValue,
    Fact,
    Identifier,
    Need,
    NeedState,
    Reference,
    Ruling,
)
from archive.references import Target
from archive.rulings import set_facts
from tests.conftest import SteppedClock
from tests.plan_house import PlanHouse, document, gate

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KINDS = ("specification", "drawing")
DOCUMENTS = 4
CODES = ("AV-200-G1", "AV-200-G2")
NUMBER = st.integers(1, DOCUMENTS)
STEPS = st.one_of(
    st.tuples(st.just("link"), NUMBER, st.sampled_from(("product", *CODES))),
    st.tuples(st.just("unlink"), NUMBER, st.just("")),
    st.tuples(st.just("kind"), NUMBER, st.sampled_from(KINDS)),
    st.tuples(st.just("approval"), NUMBER, st.sampled_from(("draft", "approved", ""))),
    st.tuples(st.just("expires"), NUMBER, st.sampled_from(("2026-05-01", "2026-12-01"))),
    st.tuples(st.just("replan"), st.integers(-40, 400), st.sampled_from(CODES)),
    st.tuples(st.just("say"), st.integers(-3, 0), st.sampled_from(STATES)),
    st.tuples(st.just("need"), st.integers(0, 1), st.sampled_from(KINDS)),
    st.tuples(st.just("no need"), st.integers(0, 9), st.sampled_from(CODES)),
    st.tuples(st.just("sleep"), st.integers(1, 9), st.just("")),
)


class History:
    """A product with two milestones and four documents, and one step after the other."""

    def __init__(self, house: PlanHouse) -> None:
        self.house = house
        self.links: dict[int, list[int]] = {}
        with house.database.write() as session:
            session.execute(delete(NeedState))
            session.execute(delete(Need))
            session.execute(delete(Ruling))
            session.execute(delete(Candidate))
            session.execute(delete(Reference))
            session.execute(delete(Identifier).where(Identifier.entry_id.is_not(None)))
            session.execute(delete(Fact).where(Fact.origin == "person"))
            session.execute(delete(EntryValue))
            session.execute(delete(Entry))
        house.clock.now = START
        needs = (
            document(name="First"), document(name="Second", state="approved"),
            document("drawing", "valid"), {"name": "Parts", "what": "material"},
        )  # fmt: skip
        house.planned(gate("G1", 0, *needs), gate("G2", 30, *needs[1:]))
        with house.database.write() as session:
            for number in range(1, DOCUMENTS + 1):
                facts = dict.fromkeys(("approval", "expires_on"))
                set_facts(
                    session, operator(session), number, {"kind": KINDS[number % 2], **facts},
                    house.clock.step(), schemes=house.schemes,
                )  # fmt: skip

    def carry_out(self, step: tuple[str, int, str]) -> None:
        what, number, how = step
        house = self.house
        if what == "sleep":
            house.clock.step(days=number)
        elif what == "replan":
            house.replan(how, date(2026, 6, 1) + timedelta(days=number))
        elif what == "need":
            house.add_need(CODES[number], name="One more", kind=how)
        elif what == "say":
            needs = [need for need in house.needs(CODES[0]) if need.what == "material"]
            day = house.clock().date() + timedelta(days=number)
            for need in needs[:1]:
                house.say(CODES[0], need.id, how, reason="so it is", happened_on=day)
        else:
            self._in_session(what, number, how)

    def _in_session(self, what: str, number: int, how: str) -> None:
        house, at = self.house, self.house.clock.step()
        with house.database.write() as session:
            by = operator(session)
            if what == "link":
                register = "product" if how == "product" else "milestone"
                known = house.get(register, "AV-200" if how == "product" else how)
                target = Target(register, known.id)
                made = add_reference(session, by, number, "about", target, at)
                self.links.setdefault(number, []).append(made)
            elif what == "unlink":
                for made in self.links.pop(number, []):
                    with contextlib.suppress(CrossfileError):
                        remove_reference(session, by, made, at)
            elif what == "no need":
                needs = house.needs(how)
                for need in needs[number : number + 1]:
                    known = house.get("milestone", how)
                    planning.remove_need(session, by, known, need.id, at)
            else:
                name = {"expires": "expires_on"}.get(what, what)
                facts = {name: how or None}
                set_facts(session, by, number, facts, at, schemes=house.schemes)


def told(house: PlanHouse, **times) -> tuple:
    """All that is told of the plan: days, needs, completeness of milestones and product."""
    days = tuple(house.get("milestone", code, **times).values.get("planned_on") for code in CODES)
    needs = tuple(house.needs(code, **times) for code in CODES)
    each = tuple(house.completeness(code, **times) for code in CODES)
    return days, needs, each, house.completeness(**times)


def assert_nothing_counts_twice(now: tuple) -> None:
    _, every, each, whole = now
    used: set[str] = set()
    for needs, counted in zip(every, each, strict=True):
        documents = [need.document for need in needs if need.document]
        assert len(documents) == len(set(documents))
        assert sum(need.status == "there" for need in needs) == counted.there
        assert len(needs) == counted.total
        used |= {need.document or "" for need in needs if need.what == "document"}
    others = [need for needs in every for need in needs if need.what != "document"]
    there = sum(need.status == "there" for need in others)
    assert whole.there - there <= len(used - {""})
    assert whole.there <= whole.total <= sum(len(needs) for needs in every)


def test_as_of_and_on_equal_a_replay_and_no_document_counts_twice(sqlite_url, tmp_path):
    house = PlanHouse(sqlite_url, tmp_path, SteppedClock(START))
    for number in range(1, DOCUMENTS + 1):
        house.put(f"{number}.txt", f"Paper {number}\nOf the pump.")

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEPS, min_size=5, max_size=25))
    def replay(steps):
        history = History(house)
        known, days = [], {}
        for step in steps:
            with contextlib.suppress(CrossfileError):
                history.carry_out(step)
            now = told(house)
            assert_nothing_counts_twice(now)
            known.append((house.clock(), now))
            days[house.clock().date()] = now[0]
            house.clock.step()
        for at, now in known:
            assert told(house, as_of=at) == now
        for day, planned in days.items():
            assert told(house, on=day)[0] == planned

    try:
        replay()
    finally:
        house.close()
