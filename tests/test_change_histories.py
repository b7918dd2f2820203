"""Random histories of change requests: every answer about then equals what was so then."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from archive import change_answers
from archive.change_answers import Answer
from archive.change_authority import ChangeRules
from archive.change_states import MOVES, NEED_AUTHORITY, state_in
from archive.config import AuthorityRule
from archive.errors import CrossfileError
from archive.models import Affected, AffectedAnswer, Approval, Entry, EntryValue, Identifier
from tests.change_house import PEOPLE, ChangeHouse
from tests.conftest import SteppedClock

TWO = AuthorityRule(over=1000, currency="SEK", persons=2)
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WAY = ("review", "present", "approve", "approve")
STEPS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from((*MOVES, *WAY)), st.sampled_from(sorted(PEOPLE))),
    st.tuples(st.just("move"), st.sampled_from(WAY), st.just("manager one")),
    st.tuples(st.just("cost"), st.sampled_from(("10", "5000")), st.just("")),
    st.tuples(st.just("affect"), st.sampled_from(("add", "waive", "remove", "back")), st.just("")),
    st.tuples(st.just("sleep"), st.just(""), st.just("")),
)


def seen(house: ChangeHouse, number: str, **then) -> tuple:
    """State, approvals that count, and affected documents, as they are told of a time."""
    entry = house.get("change-request", number, **then)
    status = house.status(entry, **then)
    affected = tuple((one.document, one.answer, one.reason) for one in status.affected)
    names = tuple(one.who for one in status.authority.approved_by)
    return state_in(entry.values), entry.values.get("authority"), names, affected


def carry_out(house: ChangeHouse, number: str, step: tuple[str, str, str]) -> None:
    what, how, who = step
    entry = house.get("change-request", number)
    if what == "move":
        house.move(entry, how, who)
    elif what == "cost":
        house.edit(entry, cost_amount=how, cost_currency="SEK")
    elif what == "sleep":
        house.clock.step(days=1)
    else:
        with house.database.write() as session:
            by, at = house.person("coordinator one"), house.clock.step()
            if how == "add":
                change_answers.add(session, by, entry, "D-000001", at)
            for one in house.status(entry).affected if how != "add" else ():
                if how == "waive":
                    rules = ChangeRules(house.rules, house.schemes)
                    said = Answer("waived", f"in stock {at:%H%M%S}")
                    change_answers.answer(session, by, entry, one.id, said, at, rules=rules)
                elif how == "remove":
                    change_answers.remove(session, by, entry, one.id, at)
                else:
                    change_answers.take_back(session, by, entry, one.id, at)


def emptied(house: ChangeHouse) -> None:
    with house.database.write() as session:
        session.execute(delete(Identifier).where(Identifier.entry_id.is_not(None)))
        for table in (AffectedAnswer, Affected, Approval, EntryValue, Entry):
            session.execute(delete(table))


def test_as_of_and_on_equal_a_replay_and_nothing_is_authorised_against_the_rules(
    sqlite_url, tmp_path
):
    house = ChangeHouse(sqlite_url, tmp_path, SteppedClock(START), [TWO])
    house.put("spec.txt", "Specification\nSpecification no: SPEC-104\nDate: 2024-01-01\nA seal.")

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEPS, min_size=5, max_size=30))
    def replay(steps):
        emptied(house)
        house.clock.now = START
        house.ask(cost_amount="10", cost_currency="SEK")
        known, days = [], {}
        for step in steps:
            with contextlib.suppress(CrossfileError):
                carry_out(house, "CR-118", step)
            now = seen(house, "CR-118")
            known.append((house.clock(), now))
            days[house.clock().date()] = now[0]
            if now[0] in ("approved", "incorporated"):
                assert now[2] and all(
                    PEOPLE[name] in ("manager", "administrator") for name in now[2]
                )
            if now[0] in NEED_AUTHORITY - {"closed"}:
                assert now[1]
            house.clock.step()
        for at, now in known:
            assert seen(house, "CR-118", as_of=at) == now
        for day, state in days.items():
            assert seen(house, "CR-118", on=day)[0] == state

    try:
        replay()
    finally:
        house.close()
