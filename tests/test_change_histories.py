"""Random histories of change requests: every answer about then equals what was so then.

A history is 50 steps. `CROSSFILE_HISTORIES=500` asks for more than the sample of every test run,
`CROSSFILE_HISTORIES_SEED=1` for other ones.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from archive import change_answers
from archive.change_answers import Answer
from archive.change_authority import ChangeRules
from archive.change_moves import UNAPPROVED
from archive.change_states import FIRST, MOVES, NEED_AUTHORITY, state_in
from archive.config_rules import AuthorityRule
from archive.errors import CrossfileError
from archive.models import (
    Affected,
    AffectedAnswer,
    Approval,
    Entry,
    EntryValue,
    Identifier,
    Job,
    NamedDocument,
    Notice,
)
from tests.change_house import PEOPLE, ChangeHouse
from tests.conftest import SteppedClock

HISTORIES = int(os.environ.get("CROSSFILE_HISTORIES", "6"))
SEED = int(os.environ.get("CROSSFILE_HISTORIES_SEED", "0"))
STEPS_OF_ONE = 50
PHASES = (Phase.generate, Phase.shrink) if HISTORIES < 100 else (Phase.generate,)
TWO = AuthorityRule(over=1000, currency="SEK", persons=2)
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WAY = ("review", "present", "approve", "approve")
BACK = st.sampled_from((0, 0, 0, 1, 3))  # days before today on which a move happened
STEPS = st.one_of(
    st.tuples(
        st.just("move"), st.sampled_from((*MOVES, *WAY)), st.sampled_from(sorted(PEOPLE)), BACK
    ),
    st.tuples(st.just("move"), st.sampled_from(WAY), st.just("manager one"), BACK),
    st.tuples(st.just("cost"), st.sampled_from(("10", "5000")), st.just(""), st.just(0)),
    st.tuples(
        st.just("affect"), st.sampled_from(("add", "waive", "remove", "back")), st.just(""),
        st.just(0),
    ),
    st.tuples(st.just("sleep"), st.just(""), st.just(""), st.just(0)),
)  # fmt: skip
Step = tuple[str, str, str, int]


@dataclass
class Replay:
    """What held on which day, from the steps that were done alone."""

    states: list[tuple[date, str]] = field(default_factory=list)
    approved: list[tuple[date, str]] = field(default_factory=list)

    def follow(self, step: Step, today: date, after: str) -> None:
        what, how, who, back = step
        if what == "move":
            day, target = today - timedelta(days=back), MOVES[how].target
            if how == "approve":
                self.approved.append((day, who))
            if target in UNAPPROVED:
                self.approved.clear()
            if how != "approve" or after in (target, "incorporated"):
                self.states.append((day, target))
        if after == "incorporated" and self.state(date.max) != after:
            self.states.append((today, after))

    def state(self, day: date) -> str:
        return next((state for since, state in reversed(self.states) if since <= day), FIRST)

    def people(self, day: date) -> tuple[str, ...]:
        return tuple(dict.fromkeys(who for since, who in self.approved if since <= day))


def seen(house: ChangeHouse, number: str, **then) -> tuple:
    """State, approvals that count, and affected documents, as they are told of a time."""
    entry = house.get("change-request", number, **then)
    status = house.status(entry, **then)
    affected = tuple((one.document, one.answer, one.reason) for one in status.affected)
    names = tuple(one.who for one in status.authority.approved_by)
    return state_in(entry.values), entry.values.get("authority"), names, affected


def carry_out(house: ChangeHouse, number: str, step: Step) -> None:
    what, how, who, back = step
    entry = house.get("change-request", number)
    if what == "move":
        day = house.clock().date() - timedelta(days=back) if back else None
        house.move(entry, how, who, happened_on=day)
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
        session.execute(delete(Job))
        for table in (NamedDocument, Notice, AffectedAnswer, Affected, Approval, EntryValue, Entry):
            session.execute(delete(table))


def is_authorised(now: tuple) -> bool:
    """Nothing is in a state that needs authority without somebody who may give it."""
    state, authority, names, _ = now
    if state in ("approved", "incorporated"):
        return bool(names) and all(PEOPLE[one] in ("manager", "administrator") for one in names)
    return bool(authority) or state not in NEED_AUTHORITY - {"closed"}


def check_history(house: ChangeHouse, steps: list[Step]) -> None:
    emptied(house)
    house.clock.now = START
    house.ask(cost_amount="10", cost_currency="SEK")
    known, replay = [], Replay()
    for step in steps:
        with contextlib.suppress(CrossfileError):
            carry_out(house, "CR-118", step)
            state = house.get("change-request", "CR-118").values.get("state", FIRST)
            replay.follow(step, house.clock().date(), state)
        now = seen(house, "CR-118")
        known.append((house.clock(), now))
        assert is_authorised(now)
        house.clock.step()
    for at, now in known:
        assert seen(house, "CR-118", as_of=at) == now
    day = START.date()
    while day <= house.clock().date():
        told = seen(house, "CR-118", on=day)
        assert (told[0], told[2]) == (replay.state(day), replay.people(day))
        day += timedelta(days=1)


def test_as_of_and_on_equal_a_replay_and_nothing_is_authorised_against_the_rules(
    sqlite_url, tmp_path
):
    house = ChangeHouse(sqlite_url, tmp_path, SteppedClock(START), [TWO])
    house.put("spec.txt", "Specification\nSpecification no: SPEC-104\nDate: 2024-01-01\nA seal.")
    equal, begun = 0, time.process_time()

    @seed(SEED)
    @settings(
        max_examples=HISTORIES, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, phases=PHASES,
    )  # fmt: skip
    @given(st.lists(STEPS, min_size=STEPS_OF_ONE, max_size=STEPS_OF_ONE))
    def replay(steps):
        nonlocal equal
        check_history(house, steps)
        equal += 1

    try:
        replay()
    finally:
        house.close()
        cpu_s = (time.process_time() - begun) / max(equal, 1)
        print(f"\n{equal} of {HISTORIES} histories equal their replay; {cpu_s:.2f} CPU s each")
