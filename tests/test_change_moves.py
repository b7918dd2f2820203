"""Moves of change requests: what the table allows, who authorises, and what stays of it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from archive import registers
from archive.access import ROLES, operator
from archive.change_authority import ChangeRules
from archive.change_moves import move, why_not
from archive.change_states import MOVES, NEED_AUTHORITY, state_in
from archive.config_rules import AuthorityRule
from archive.errors import Conflict, NotAllowed, UsageError
from archive.register_csv import import_register
from archive.register_fields import REGISTERS, STATES
from tests.change_house import ChangeHouse
from tests.register_house import RegisterHouse

TWO = AuthorityRule(over=10_000, currency="SEK", persons=2)


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ChangeHouse(database_url, tmp_path, clock, [TWO])
    yield house
    house.close()


def refusals(house: RegisterHouse) -> list[dict]:
    lines = [json.loads(event.line) for event in house.events()]
    return [line["details"] for line in lines if line["kind"] == "move-refused"]


def test_each_move_does_as_its_examples_say_and_leads_to_a_state_of_the_register():
    for one in MOVES.values():
        assert {one.target, *one.sources} <= set(STATES)
        for state, after in one.examples:
            assert after == (one.target if state in one.sources else None), (one.name, state)


def test_states_that_need_authority_are_reached_by_who_may_decide_or_from_such_states():
    for one in MOVES.values():
        is_decided = one.right == "decide" and one.name != "reopen"
        is_after = one.right == "file" and set(one.sources) <= NEED_AUTHORITY
        assert (one.target in NEED_AUTHORITY) == (is_decided or is_after)


def test_every_state_role_and_move_that_the_table_does_not_allow_is_refused_and_recorded(house):
    forbidden = 0
    for number, state in enumerate(STATES):
        entry = house.ask(f"CR-{number + 100}", state=state)
        for role, rights in ROLES.items():
            for one in MOVES.values():
                if state in one.sources and one.right in rights:
                    continue
                forbidden += 1
                with pytest.raises((Conflict, NotAllowed)) as refused:
                    house.move(entry, one.name, f"{role} one")
                assert one.name in str(refused.value) and entry.code in str(refused.value)
        assert house.get("change-request", entry.code).values["state"] == state
    said = refusals(house)
    assert len(said) == forbidden > 300
    assert said[0].keys() == {"move", "state", "role"}


def test_whatever_the_state_and_the_role_nobody_authorises_what_they_made_or_ask_for(house):
    refused = 0
    for number, state in enumerate(STATES):
        for role, rights in ROLES.items():
            person, code = f"{role} one", f"CR-{number + 1}{list(ROLES).index(role)}0"
            entries = [house.ask(code, requester=person.upper(), state=state)]
            if "file" in rights:
                made = house.made_by(person, f"{code}1")
                entries.append(house.edit(made, state=state) if state != "received" else made)
            for entry in entries:
                refused += 1
                with pytest.raises((Conflict, NotAllowed)) as why:
                    house.move(entry, "approve", person)
                if state == "presented" and "decide" in rights:
                    assert "Nobody authorises their own request" in str(why.value)
                assert house.get("change-request", entry.code).values.get("authority") is None
    assert [one["move"] for one in refusals(house)] == ["approve"] * refused


def test_a_change_request_goes_its_way_and_says_who_decided_what_when(house):
    entry = house.moved(house.ask(), "review", "present", by="coordinator one")
    approved = house.move(entry, "approve", "manager one", "It pays.")
    assert approved.values["state"] == "approved"
    assert approved.values["decision"] == "It pays."
    assert approved.values["authority"] == "manager one"
    assert approved.values["decided_on"] == house.clock().date().isoformat()
    closed = house.moved(approved, "incorporate", "close", by="coordinator one")
    assert closed.values["state"] == "closed"
    lines = [json.loads(event.line) for event in house.events()]
    moved = [line["details"] for line in lines if line["kind"] == "change-moved"]
    assert [one["after"] for one in moved] == [
        "under-review", "presented", "approved", "incorporated", "closed",
    ]  # fmt: skip


def test_what_was_before_a_move_is_answered_for_that_time_and_that_day(house):
    entry = house.ask()
    before = house.clock()
    house.move(entry, "review", "coordinator one")
    assert state_in(house.get("change-request", "CR-118", as_of=before).values) == "received"
    yesterday = house.clock().date() - timedelta(days=1)
    assert state_in(house.get("change-request", "CR-118", on=yesterday).values) == "received"
    assert house.get("change-request", "CR-118").values["state"] == "under-review"


def test_a_move_may_have_happened_before_but_not_before_the_one_before_it_nor_tomorrow(house):
    entry = house.ask()
    house.move(entry, "review", "coordinator one", happened_on=date(2024, 3, 1))
    assert house.get("change-request", "CR-118", on=date(2024, 3, 2)).values["state"] == (
        "under-review"
    )
    for day in (date(2024, 2, 1), house.clock().date() + timedelta(days=1)):
        with pytest.raises(UsageError, match="can't have happened"):
            house.move(entry, "present", "coordinator one", happened_on=day)


def test_over_the_amount_two_different_persons_approve(house):
    entry = house.ask(cost_amount="10000.01", cost_currency="SEK")
    entry = house.moved(entry, "review", "present")
    entry = house.move(entry, "approve", "manager one")
    assert entry.values["state"] == "presented"
    assert house.status(entry).authority.missing == 1
    with pytest.raises(NotAllowed, match="another person"):
        house.move(entry, "approve", "manager one")
    entry = house.move(entry, "approve", "manager two")
    assert entry.values["state"] == "approved"
    assert entry.values["authority"] == "manager one, manager two"


def test_costs_that_grow_after_the_approval_take_the_authority_until_another_person_approves(house):
    entry = house.ask(cost_amount="10000", cost_currency="SEK")
    entry = house.moved(entry, "review", "present", "approve")
    with pytest.raises(Conflict, match="authorised already"):
        house.move(entry, "approve", "manager two")
    entry = house.edit(house.get("change-request", "CR-118"), cost_amount="20 000")
    with pytest.raises(Conflict, match="not authorised: 1 person more"):
        house.move(entry, "incorporate", "coordinator one")
    entry = house.moved(house.move(entry, "approve", "manager two"), "incorporate")
    assert entry.values["state"] == "incorporated"


def test_costs_in_another_currency_count_as_over_the_amount(house):
    entry = house.ask(cost_amount="10", cost_currency="EUR")
    entry = house.moved(entry, "review", "present", "approve")
    assert entry.values["state"] == "presented"


@pytest.mark.parametrize("who", ["maker", "requester"])
def test_nobody_authorises_their_own_request(house, who):
    is_made = who == "maker"
    entry = house.made_by("manager one") if is_made else house.ask(requester=" Manager  ONE")
    entry = house.moved(entry, "review", "present")
    with pytest.raises(NotAllowed, match="Nobody authorises their own request"):
        house.move(entry, "approve", "manager one")
    assert [one["move"] for one in refusals(house)] == ["approve"]
    assert house.move(entry, "approve", "manager two").values["state"] == "approved"


def test_a_reopened_change_request_has_to_be_approved_anew(house):
    entry = house.moved(house.ask(), "review", "present", "approve")
    entry = house.move(entry, "reopen", "manager two", "A risk was forgotten.")
    assert entry.values["state"] == "under-review"
    assert not {"decision", "authority", "decided_on"} & entry.values.keys()
    assert house.status(entry).authority.missing == 1


def test_what_was_approved_counts_no_more_where_an_administrator_sets_the_state_right(house):
    entry = house.moved(house.ask(), "review", "present", "approve")
    entry = house.edit(house.get("change-request", "CR-118"), state="presented")
    assert house.status(entry).authority.approved_by == ()
    assert house.move(entry, "approve", "manager one").values["state"] == "approved"


def test_families_and_roles_of_the_rule_that_fits_first_count(house):
    house.register("product", code="AV-200", name="Aurora", family="Pumps")
    house.rules = (AuthorityRule(families=("pumps",), roles=("administrator",)), TWO)
    entry = house.moved(house.ask(products=["AV 200"]), "review", "present")
    with pytest.raises(NotAllowed, match="administrator may"):
        house.move(entry, "approve", "manager one")
    assert house.move(entry, "approve", "administrator one").values["state"] == "approved"


def test_no_one_without_an_account_approves(house):
    entry = house.moved(house.ask(), "review", "present")
    with house.database.read() as session:
        why = why_not(session, operator(session), entry, MOVES["approve"], house.status(entry))
    assert why is not None and "account" in why


def test_a_no_needs_a_reason(house):
    entry = house.moved(house.ask(), "review", "present")
    with pytest.raises(UsageError, match="reject needs a reason"):
        house.move(entry, "reject", "manager one", " ")


def test_a_state_is_moved_and_not_written_but_by_an_administrator(house):
    house.ask()
    coordinator = house.person("coordinator one")
    for written in (
        {"state": "approved"},
        {"authority": "The board"},
        {"decision": "Yes."},
        {"state": None},
    ):
        known = house.get("change-request", "CR-118")
        if written == {"state": None}:
            known = house.moved(known, "review")
        with pytest.raises(NotAllowed, match="it is moved"), house.database.write() as session:
            registers.edit(
                session, coordinator, known, written, house.clock(), schemes=house.schemes,
                revision=known.revision,
            )  # fmt: skip
    assert [one["move"] for one in refusals(house)] == [""] * 4
    house.edit(house.get("change-request", "CR-118"), date(2024, 3, 1), state="approved")
    then = house.get("change-request", "CR-118", on=date(2024, 3, 2))
    assert then.values["state"] == "approved"


def test_a_new_entry_begins_without_authority_in_states_that_need_none(house):
    for who, state, is_taken in (
        ("coordinator one", "presented", True),
        ("coordinator one", "approved", False),
        ("manager one", "approved", True),
    ):
        data = f"number,title,state\nCR-{house.clock.step():%H%M%S}1,Seal,{state}\n".encode()
        with house.database.write() as session:
            result = import_register(
                session,
                house.person(who),
                REGISTERS["change-request"],
                data,
                house.clock(),
                schemes=house.schemes,
            )
        assert result.is_done is is_taken, (who, state)
        assert is_taken or "needs authority" in result.lines[0].detail


def test_an_import_moves_no_state_and_says_which_line_would(house):
    house.ask()
    data = b"number,state\nCR-118,approved\n"
    with house.database.write() as session:
        result = import_register(
            session,
            house.person("coordinator one"),
            REGISTERS["change-request"],
            data,
            house.clock(),
            schemes=house.schemes,
        )
    assert (result.wrong, result.is_done) == (1, False)
    assert [one["move"] for one in refusals(house)] == [""]
    assert "it is moved" in result.lines[0].detail


def test_a_refusal_is_kept_where_its_transaction_is_taken_back_and_nothing_else_of_it(house):
    entry = house.ask()
    with pytest.raises(Conflict):
        house.move(entry, "close", "manager one")
    last = house.events()[-1]
    assert (last.kind, last.entry_id) == ("move-refused", entry.id)
    assert house.get("change-request", "CR-118").revision == entry.revision


def test_of_two_who_move_the_second_notices(house):
    entry = house.ask()
    house.move(entry, "review", "coordinator one")
    with pytest.raises(Conflict, match="changed meanwhile"), house.database.write() as session:
        move(
            session, house.person("coordinator one"), entry, "present", house.clock(), reason="",
            rules=ChangeRules((), house.schemes), revision=entry.revision,
        )  # fmt: skip
