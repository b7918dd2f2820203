"""Registers: entries made, changed, found again; two clocks; who sees what."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from archive import registers
from archive.access import operator
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.linking import documents_of, link_many
from archive.models import Document, Reference
from archive.references import Target
from archive.register_fields import REGISTERS, checked, register_of
from archive.register_values import Change, plan, values_on
from archive.vocabulary import REGISTERS as NAMES
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def test_the_table_has_each_register_and_its_code_and_title_are_required_fields():
    assert set(REGISTERS) == set(NAMES)
    for register in REGISTERS.values():
        assert register.field(register.code).is_required
        assert register.field(register.title).is_required
        names = [field.name for field in register.fields]
        assert len(names) == len(set(names)) and all(field.help for field in register.fields)


def test_an_entry_is_found_by_its_code_however_it_is_spelled_and_by_its_id(house):
    made = house.register("product", code="AV-200", name="Aurora", other_names=["Polaris", "SV 9"])
    for spelled in ("AV-200", "av200", "AV 200", "AV–200", str(made.id)):
        assert house.get("product", spelled) == made
    assert made.told()["other_names"] == ["Polaris", "SV 9"]
    with pytest.raises(NotFound):
        house.get("product", "AV-2000")


def test_a_code_is_registered_once_in_a_collection_and_may_stand_in_another(house):
    house.register("product", code="AV-200", name="Aurora")
    house.register("product", "secret", code="AV-200", name="Something else")
    house.register("milestone", code="AV-200", name="Of another register")
    with pytest.raises(Conflict):
        house.register("product", code="av 200", name="Again")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"code": "A1"}, "name is missing"),
        ({"name": "Aurora"}, "code is missing"),
        ({"code": "A1", "name": "A", "phase": "flying"}, "phase can't be 'flying'"),
        ({"code": "A1", "name": "two\nlines"}, "one line"),
        ({"code": "---", "name": "A"}, "needs a letter or a digit"),
        ({"code": "A1", "name": "A", "colour": "red"}, "has no field 'colour'"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_expected(house, written, said):
    with pytest.raises(UsageError, match=said):
        house.register("product", **written)


@pytest.mark.parametrize("day", ["2024-02-30", "20240305", "2024-W10-2", "5 March 2024"])
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(UsageError, match="a day as 2024-03-05"):
        checked(register_of("milestone").field("planned_on"), day)


def test_an_entry_is_not_replaced_by_what_it_replaces(house):
    first = house.register("product", code="A-1", name="One", replaced_by="A-2")
    with pytest.raises(UsageError, match="A-2 can't be replaced by A-1: that goes round"):
        house.register("product", code="A-2", name="Two", replaced_by="A-1")
    house.register("product", code="A-2", name="Two", replaced_by="A-3")
    with pytest.raises(UsageError, match="A-1 → A-1"):
        house.edit(first, replaced_by="a1")
    assert house.get("product", "A-1").values["replaced_by"] == "A-2"
    # in another collection the same codes are other products
    house.register("product", "secret", code="A-3", name="Three", replaced_by="A-1")


def test_of_two_editors_the_second_notices(house):
    seen = house.register("product", code="AV-200", name="Aurora")
    assert house.edit(seen, owner="Eva").revision == 2
    with pytest.raises(Conflict, match="revision 2, not 1"):
        house.edit(seen, owner="Johan")
    assert house.get("product", "AV-200").values["owner"] == "Eva"


def test_an_edit_that_says_what_is_said_changes_nothing(house):
    made = house.register("product", code="AV-200", name="Aurora")
    before = len(house.events())
    assert house.edit(made, name="Aurora").revision == 1
    assert len(house.events()) == before


def test_values_answer_what_held_on_a_day_and_what_was_known_then(house):
    made = house.register("product", code="P1", name="Aurora", phase="planned")
    known = house.clock()
    later = house.edit(made, date(2024, 3, 1), phase="launched")
    house.edit(later, date(2026, 1, 1), phase="ended")

    def phase(**then):
        return house.get("product", "P1", **then).values.get("phase")

    assert phase() == "ended"
    assert phase(on=date(2024, 2, 29)) == "planned"
    assert phase(on=date(2024, 3, 1)) == "launched"
    assert phase(as_of=known) == phase(as_of=known, on=date(2025, 1, 1)) == "planned"
    with pytest.raises(NotFound):
        house.get("product", "P1", as_of=known - timedelta(days=1))


def test_an_edit_without_a_day_sets_right_what_shows(house):
    made = house.register("product", code="P1", name="Aurora")
    dated = house.edit(made, date(2024, 3, 1), phase="launched")
    house.edit(dated, phase="developing")
    assert house.get("product", "P1").values["phase"] == "developing"
    assert "phase" not in house.get("product", "P1", on=date(2024, 2, 1)).values


def test_each_write_is_an_event_that_names_nothing(house):
    made = house.register("product", code="AV-200", name="Aurora")
    house.edit(made, owner="Eva Sandmark")
    events = [event for event in house.events() if event.entry_id == made.id]
    assert [event.kind for event in events] == ["entry-made", "entry-changed"]
    assert json.loads(events[1].line)["details"]["fields"] == ["owner"]
    assert not any(word in event.line for event in events for word in ("Aurora", "AV-200", "Eva"))


def test_who_may_not_read_a_collection_sees_nothing_of_its_entries(house):
    house.register("product", code="AV-100", name="Visible")
    hidden = house.register("product", "secret", code="AV-200", name="Hidden")
    eva = house.viewer("general")
    for name in ("AV-200", str(hidden.id)):
        with pytest.raises(NotFound):
            house.get("product", name, eva)
    with house.database.read() as session:
        found = registers.list_entries(session, eva, register_of("product"))
        assert ([entry.code for entry in found.items], found.total) == (["AV-100"], 1)
        assert not registers.list_entries(session, eva, register_of("product"), query="Hid").total


def test_who_may_only_read_may_not_write(house):
    made = house.register("product", code="AV-200", name="Aurora")
    staff = house.viewer("general", role="staff")
    with house.database.write() as session:
        for act in (
            lambda: registers.create(
                session, staff, made.register, {"code": "X1", "name": "X"}, house.clock(),
                schemes=house.schemes,
            ),
            lambda: registers.edit(
                session, staff, made, {"name": "X"}, house.clock(), schemes=house.schemes,
                revision=1,
            ),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                act()


def test_a_list_is_paged_by_code_and_filtered_by_what_stands_in_any_field(house):
    for number in (3, 1, 2):
        house.register("product", code=f"P-{number}", name=f"Pump {number}", owner="Åsa 100%")
    house.register("product", code="X-1", name="Valve")
    with house.database.read() as session:
        viewer, product = operator(session), register_of("product")

        def codes(**wanted):
            found = registers.list_entries(session, viewer, product, **wanted)
            return [entry.code for entry in found.items], found.total

        assert codes(limit=2, offset=1) == (["P-2", "P-3"], 4)
        assert codes(query="pump") == codes(query="åsa 100%") == (["P-1", "P-2", "P-3"], 3)
        assert codes(query="%") == (["P-1", "P-2", "P-3"], 3) and codes(query="_") == ([], 0)


def test_a_registered_number_answers_the_references_that_wait_for_it(house):
    house.put("a.txt", "Leverantör: Nord AB\nOrg.nr 556677-8899\nArt.nr: X100-B")
    assert {line[3:] for line in house.references()} == {(None, "waiting")}
    house.register("product", code="X100-B", name="Housing")
    house.register("party", name="Nord AB", organisation_number="5566778899")
    assert {line[2:] for line in house.references()} == {
        ("product", "X100-B", "resolved"),
        ("party", "Nord AB", "resolved"),
    }


def test_a_number_that_is_taken_away_lets_its_references_wait_again(house):
    house.put("a.txt", "Art.nr: X100-B")
    made = house.register("product", code="P1", name="Housing", other_codes=["X100-B"])
    assert house.references()[0][3:] == ("P1", "resolved")
    house.edit(made, other_codes=None)
    assert house.references()[0][3:] == (None, "waiting")


def test_the_documents_of_a_change_request_are_it_and_what_cites_it_by_date(house):
    entry = house.register("change-request", number="CR-118", title="Another seal")
    house.put("b.txt", "Minutes\nDate: 2024-05-02\nCR-118 is approved.")
    house.put("a.txt", "Change request\nChange request no: CR-118\nDate: 2024-03-05")
    house.put("c.txt", "Nothing of it.")
    house.put("d.txt", "CR-118 as well, elsewhere.", "secret")
    with house.database.read() as session:
        found = documents_of(session, house.viewer("general"), entry)
        assert [(d["path"], d["bears"]) for d in found.items] == [
            ("filing/a.txt", True),
            ("filing/b.txt", False),
        ]
        assert found.items[1]["because"][0]["quote"] == "CR-118"
        assert documents_of(session, operator(session), entry, limit=1).total == 3


def test_many_documents_are_linked_by_hand_all_or_none_and_once(house):
    entry = house.register("product", code="P1", name="Housing")
    for number in range(3):
        house.put(f"{number}.txt", f"text {number}")
    hidden = house.put("x.txt", "hidden", "secret")
    target, eva = Target("product", entry.id), house.viewer("general")
    with pytest.raises(NotFound), house.database.write() as session:
        hidden_id = session.scalar(select(Document.id).where(Document.current_version_id == hidden))
        link_many(session, eva, [1, hidden_id], target, "about", house.clock())
    for _ in range(2):
        with house.database.write() as session:
            link_many(session, eva, [1, 2, 3, 3], target, "about", house.clock())
    with house.database.read() as session:
        assert len(session.scalars(select(Reference)).all()) == 3
        assert documents_of(session, eva, entry).total == 3


DAYS = st.sampled_from([None, "2024-01-01", "2024-06-01", "2025-01-01"])
CHANGES = st.lists(
    st.builds(Change, st.sampled_from("ab"), st.sampled_from([None, "x", "y"]), DAYS, st.just(True))
)


@given(CHANGES, DAYS)
def test_what_held_on_a_day_equals_a_replay_of_what_was_said(changes, on):
    rows = []
    for change in changes:
        rows = plan(rows, [change]).rows
    said = {(change.field, change.day): change.value for change in changes}
    for field in "ab":
        held = [day for name, day in said if name == field and (not on or not day or day <= on)]
        replayed = said[field, max(held, key=lambda day: day or "")] if held else None
        assert values_on(rows, on).get(field) == replayed
    assert plan(rows, [Change(r.field, r.value, r.day, True) for r in rows]).rows == rows
