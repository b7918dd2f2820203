"""Plans applied to products: milestones with their days, what they need, and what is there."""

from __future__ import annotations

from datetime import date

import pytest

from archive import planning
from archive.access import operator
from archive.completeness import Completeness, _matched
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.models import Entry, Need
from archive.plan_risks import at_risk, missing_before
from archive.rulings import set_facts
from tests.plan_house import PlanHouse, document, gate, plan


@pytest.fixture
def house(database_url, tmp_path, clock):
    known = PlanHouse(database_url, tmp_path, clock)
    yield known
    known.close()


def spec(house: PlanHouse, path: str = "spec.txt", number: int = 104, more: str = "") -> int:
    head = f"Specification\nSpecification no: SPEC-{number}\nDate: 2026-01-01"
    return house.put(path, f"{head}\n{more}\nProduct: AV-200\n")


def test_a_plan_gives_a_product_milestones_on_days_counted_from_the_anchor(house):
    product = house.product()
    house.apply(house.builtin("product-launch"), date(2026, 6, 1), product)
    found = {
        code: house.get("milestone", f"AV-200-{code}").values["planned_on"]
        for code in ("start", "design", "launch")
    }
    assert found == {"start": "2025-06-06", "design": "2025-11-03", "launch": "2026-06-01"}
    assert house.get("milestone", "AV-200-start").values["product"] == "AV-200"
    assert [need.name for need in house.needs("AV-200-start")] == [
        "Product plan", "Sales forecast", "Product manager",
    ]  # fmt: skip


def test_both_included_plans_can_be_applied_to_one_product(house):
    product = house.product()
    house.apply(house.builtin("product-launch"), date(2026, 6, 1), product)
    house.apply(house.builtin("engineering-change"), date(2026, 6, 1), product, prefix="CR-118")
    assert house.get("milestone", "CR-118-decision").values["planned_on"] == "2026-06-29"
    assert house.completeness() == Completeness(0, 30)


def test_a_plan_that_is_applied_twice_is_refused_and_leaves_nothing_behind(house):
    product = house.product()
    house.register("milestone", code="AV-200-G2", name="There already")
    with pytest.raises(Conflict, match="AV-200-G2"):
        house.planned(gate("G1", 0, document()), gate("G2", 5), product=product)
    with house.database.read() as session:
        assert session.query(Need).count() == 0
        assert session.query(Entry).filter_by(register="milestone").count() == 1
    assert "plan-applied" not in [event.kind for event in house.events()]


def test_days_that_no_calendar_has_are_refused_with_the_milestone(house):
    with pytest.raises(UsageError, match="The gate G1 would be 30000 days from 9999-01-01"):
        house.planned(gate("G1", 30_000), anchor=date(9999, 1, 1))


def test_who_may_not_write_applies_no_plan(house):
    product = house.product()
    with pytest.raises(NotAllowed):
        house.apply(plan(gate()), date(2026, 6, 1), product, house.viewer("general", role="staff"))


def test_a_need_is_missing_until_a_document_of_its_kind_speaks_of_the_product(house):
    house.planned(gate("G1", 0, document()))
    assert house.states("AV-200-G1") == [("missing", None, ())]
    house.put("invoice.txt", "Invoice\nInvoice no: 77\nProduct: AV-200\n")
    assert house.states("AV-200-G1") == [("missing", None, ())]
    spec(house)
    assert house.states("AV-200-G1") == [("there", "D-000002", ())]
    assert house.completeness("AV-200-G1").percent == 100


def test_a_document_answers_one_need_only(house):
    house.planned(gate("G1", 0, document(), document(name="Another specification")))
    spec(house)
    assert [status for status, *_ in house.states("AV-200-G1")] == ["there", "missing"]
    assert house.completeness("AV-200-G1") == Completeness(1, 2)
    spec(house, "other.txt", 105)
    assert house.completeness("AV-200-G1") == Completeness(2, 2)


def test_documents_are_given_to_needs_so_that_most_are_answered(house):
    house.planned(gate("G1", 0, document(), document(state="approved", name="The approved one")))
    spec(house, more="Status: Approved")
    spec(house, "other.txt", 105)
    assert house.states("AV-200-G1") == [("there", "D-000002", ()), ("there", "D-000001", ())]


@pytest.mark.parametrize(
    ("need", "more", "reasons"),
    [
        (document(), "Status: Draft", ("draft",)),
        (document(state="approved"), "", ("not-approved",)),
        (document(state="approved"), "Status: Draft", ("draft",)),
        (document(state="approved"), "Approved by: Eva Ek", ()),
        (document(party="Borg Oy"), "Supplier: Acme AB", ("wrong-party",)),
        (document(party="Aktiebolaget Acme"), "Supplier: Acme AB", ()),
        (document(state="valid"), "Valid until: 2026-05-31", ("expired",)),
        (document(state="valid"), "Valid until: 2026-06-01", ()),
        (document(), "Valid until: 2026-05-31", ()),
    ],
)
def test_a_document_that_can_not_be_used_says_why(house, need, more, reasons):
    house.planned(gate("G1", 0, need))
    spec(house, more=more)
    assert house.states("AV-200-G1") == [("unusable" if reasons else "there", "D-000001", reasons)]


def test_what_another_document_supersedes_is_not_usable(house):
    house.planned(gate("G1", 0, document(), document(name="Second")))
    spec(house)
    assert house.completeness("AV-200-G1") == Completeness(1, 2)
    spec(house, "other.txt", 105, "Supersedes: SPEC-104")
    assert house.states("AV-200-G1") == [
        ("there", "D-000002", ()), ("unusable", "D-000001", ("superseded",)),
    ]  # fmt: skip


def test_a_person_approves_a_document_by_its_fact(house):
    house.planned(gate("G1", 0, document(state="approved")))
    spec(house)
    before = house.clock()
    house.clock.step()
    with house.database.write() as session:
        set_facts(
            session, operator(session), 1, {"approval": "approved"}, house.clock(),
            schemes=house.schemes,
        )  # fmt: skip
    assert house.states("AV-200-G1") == [("there", "D-000001", ())]
    assert house.states("AV-200-G1", as_of=before) == [("unusable", "D-000001", ("not-approved",))]


def test_minutes_of_another_milestone_are_its_own(house):
    house.planned(gate("G1", 0, document("minutes")), gate("G2", 9, document("minutes")))
    text = "Minutes of meeting\nDate: 2026-02-01\nMilestone: AV-200-G1\nProduct: AV-200\n"
    house.put("minutes.txt", text)
    assert house.states("AV-200-G1") == [("there", "D-000001", ())]
    assert house.states("AV-200-G2") == [("missing", None, ())]


def test_of_a_product_the_same_need_of_several_milestones_counts_once(house):
    needs = (document(name="The specification"),)
    house.planned(
        gate("G1", 0, *needs),
        gate("G2", 9, document(name="The specification", state="approved"), document("drawing")),
    )
    spec(house)
    assert house.completeness("AV-200-G1") == Completeness(1, 1)
    assert house.completeness() == Completeness(0, 2)
    spec(house, "other.txt", 105, "Status: Approved")
    assert house.completeness() == Completeness(1, 2)


def test_two_needs_of_a_product_are_never_answered_by_one_document(house):
    house.planned(
        gate("G1", 0, document(name="Of the pump")), gate("G2", 9, document(name="Of the motor"))
    )
    spec(house)
    assert house.completeness("AV-200-G1") == house.completeness("AV-200-G2") == Completeness(1, 1)
    assert house.completeness() == Completeness(1, 2)


def test_a_document_that_the_viewer_may_not_read_is_not_there(house):
    house.planned(gate("G1", 0, document()))
    eva = house.viewer("general")
    house.put(
        "secret/spec.txt", "Specification\nSpecification no: SPEC-104\nProduct: AV-200\n", "secret"
    )
    assert house.states("AV-200-G1", eva) == [("missing", None, ())]
    assert house.completeness(viewer=eva) == Completeness(0, 1)
    assert house.completeness() == Completeness(1, 1)


def test_a_hidden_successor_leaves_what_it_supersedes_usable(house):
    house.planned(gate("G1", 0, document()))
    spec(house)
    house.put(
        "secret/spec.txt",
        "Specification\nSpecification no: SPEC-9\nSupersedes: SPEC-104\n",
        "secret",
    )
    assert house.states("AV-200-G1", house.viewer("general")) == [("there", "D-000001", ())]
    assert house.states("AV-200-G1") == [("unusable", "D-000001", ("superseded",))]


def test_checkpoints_materials_and_people_stand_as_somebody_says(house):
    house.planned(gate("G1", 0, {"name": "Parts", "what": "material", "responsible": "Bo"}))
    need = house.needs("AV-200-G1")[0]
    assert (need.status, need.responsible) == ("missing", "Bo")
    with pytest.raises(UsageError, match="Say why"):
        house.say("AV-200-G1", need.id, "unusable")
    house.say("AV-200-G1", need.id, "unusable", reason="rusty", responsible="Eva")
    before = house.clock()
    house.clock.step(days=2)
    house.say("AV-200-G1", need.id, "there", happened_on=house.clock().date())
    now = house.needs("AV-200-G1")[0]
    assert (now.status, now.responsible) == ("there", "Bo")
    then = house.needs("AV-200-G1", as_of=before)[0]
    assert (then.status, then.said, then.responsible) == ("unusable", "rusty", "Eva")
    assert house.needs("AV-200-G1", on=before.date())[0].status == "unusable"


def test_a_document_stands_by_no_persons_word(house):
    house.planned(gate("G1", 0, document()))
    with pytest.raises(UsageError, match="A specification is a document"):
        house.say("AV-200-G1", house.needs("AV-200-G1")[0].id, "there")


def test_a_need_of_another_milestone_is_not_found(house):
    house.planned(gate("G1", 0, {"name": "Parts", "what": "material"}), gate("G2", 1))
    with pytest.raises(NotFound):
        house.say("AV-200-G2", house.needs("AV-200-G1")[0].id, "there")


def test_planning_anew_keeps_the_old_day_and_the_reason(house):
    house.planned(gate("G1", 0))
    before, day = house.clock(), house.clock().date()
    house.clock.step(days=3)
    house.replan("AV-200-G1", date(2026, 7, 1))
    known = house.get("milestone", "AV-200-G1")
    assert known.values["planned_on"] == "2026-07-01"
    assert house.get("milestone", "AV-200-G1", as_of=before).values["planned_on"] == "2026-06-01"
    assert house.get("milestone", "AV-200-G1", on=day).values["planned_on"] == "2026-06-01"
    with house.database.read() as session:
        (one,) = planning.replannings(session, known)
    assert (one.before, one.after, one.reason) == ("2026-06-01", "2026-07-01", "the tool is late")


def test_a_milestone_planned_anew_twice_for_one_reason_tells_it_of_both(house):
    house.planned(gate("G1", 0))
    house.replan("AV-200-G1", date(2026, 7, 1))
    house.replan("AV-200-G1", date(2026, 8, 1))
    house.replan("AV-200-G1", date(2026, 9, 1), "the tool broke")
    with house.database.read() as session:
        told = planning.replannings(session, house.get("milestone", "AV-200-G1"))
    assert [(one.after, one.reason) for one in told] == [
        ("2026-07-01", "the tool is late"),
        ("2026-08-01", "the tool is late"),
        ("2026-09-01", "the tool broke"),
    ]


def test_planning_anew_needs_a_reason_and_another_day_and_a_milestone_not_reached(house):
    house.planned(gate("G1", 0))
    with pytest.raises(UsageError, match="Say why"):
        house.replan("AV-200-G1", date(2026, 7, 1), " ")
    with pytest.raises(UsageError, match="already"):
        house.replan("AV-200-G1", date(2026, 6, 1))
    with pytest.raises(UsageError, match="still to come"):
        house.replan("AV-200-G1", date(2026, 7, 1), happened_on=date(2099, 1, 1))
    house.edit(house.get("milestone", "AV-200-G1"), actual_on="2026-02-01")
    with pytest.raises(Conflict, match="was reached on 2026-02-01"):
        house.replan("AV-200-G1", date(2026, 7, 1))


def test_a_milestone_is_at_risk_when_it_is_late_or_near_and_lacks_something(house):
    house.clock.now = house.clock.now.replace(year=2026, month=6, day=1)
    house.planned(
        gate("LATE", -1), gate("NEAR", 30, document()), gate("FAR", 31, document()),
        gate("DONE", 2, {"name": "Parts", "what": "material"}),
    )  # fmt: skip
    house.say("AV-200-DONE", house.needs("AV-200-DONE")[0].id, "there")
    with house.database.read() as session:
        found = at_risk(session, operator(session), house.then())
        assert [(one.milestone.code, one.days_left) for one in found] == [
            ("AV-200-LATE", -1), ("AV-200-NEAR", 30),
        ]  # fmt: skip
        assert [need.name for need in found[1].missing] == ["A specification"]


def test_before_a_milestone_all_is_missing_that_the_earlier_ones_lack_too(house):
    house.planned(
        gate("G1", 0, document()), gate("G2", 5, document("drawing")), gate("G3", 9, document())
    )
    known = house.get("milestone", "AV-200-G2")
    with house.database.read() as session:
        found = missing_before(session, operator(session), known, house.then())
    assert [one.milestone.code for one in found] == ["AV-200-G1", "AV-200-G2"]


def test_products_of_one_code_in_two_collections_have_each_their_own_milestones(house):
    parts = {"name": "Parts", "what": "material"}
    house.planned(gate("G1", 0, parts))
    other = house.product("AV-200", "secret")
    plans = plan(gate("G5", 5, parts), gate("G6", 6, parts))
    house.apply(plans, date(2026, 6, 1), other, prefix="S")
    assert house.completeness(collection="general").total == 1
    assert house.completeness(collection="secret").total == 2
    known = house.get("milestone", "S-G6")
    with house.database.read() as session:
        found = missing_before(session, operator(session), known, house.then())
    assert [one.milestone.code for one in found] == ["S-G5", "S-G6"]


def test_a_milestone_that_nothing_needs_is_neither_complete_nor_not(house):
    house.planned(gate("G1", 0))
    assert house.completeness("AV-200-G1").percent is None


def test_a_need_that_is_taken_away_is_remembered(house):
    house.planned(gate("G1", 0))
    need = house.add_need("AV-200-G1", name="Parts", what="material")
    before = house.clock()
    house.clock.step()
    known = house.get("milestone", "AV-200-G1")
    with house.database.write() as session:
        planning.remove_need(session, operator(session), known, need, house.clock())
    assert house.needs("AV-200-G1") == ()
    assert [one.name for one in house.needs("AV-200-G1", as_of=before)] == ["Parts"]
    assert [event.kind for event in house.events()][-2:] == ["need-added", "need-removed"]


def test_very_many_needs_of_a_milestone_are_given_documents_one_by_one(house):
    house.planned(gate("G1", 0, *(document(name=f"Specification {n}") for n in range(1200))))
    spec(house)
    assert house.completeness("AV-200-G1") == Completeness(1, 1200)


def test_a_chain_of_needs_that_have_to_make_room_for_each_other_is_answered():
    rows = [[number, number + 1] for number in range(1500)]
    assert _matched([*rows, [0]]) == [*range(1, 1501), 0]
