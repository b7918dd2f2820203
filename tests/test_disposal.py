"""Disposal: what is due, two persons, days of grace, a tombstone; and nothing that is held."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from archive import disposal_views, disposals, retention, tombstone_views
from archive.access import ROLES, Right, operator
from archive.agreement import check
from archive.arrivals import Arrival, ChildPlace
from archive.config_rules import RetentionClass
from archive.documents import find_document, load_views
from archive.errors import Conflict, Destroyed, Kept, NotAllowed, NotFound, UsageError
from archive.models import Event, Fact, Mention, Page, Reference, Tombstone
from archive.opening import Which, open_document
from tests.disposal_house import DisposalHouse

INVOICE = "INVOICE\nInvoice number: INV-77\nDate: 2015-03-05\nOrder: PO-2024-113\n"
YOUNG = "INVOICE\nInvoice number: INV-88\nDate: 2025-03-05\nOrder: PO-2024-113\n"
MINUTES = "MINUTES\nDate: 2010-01-01\nOf invoice INV-77.\n"


class NoIndex:
    """Stands for the search indexes, of which there are none here."""

    def versions(self, collection_id: int) -> None:
        return None

    def collections(self) -> list[int]:
        return []

    def others(self) -> list[str]:
        return []


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DisposalHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def put(house: DisposalHouse, name: str, text: str, collection: str = "general") -> int:
    return house.document(house.put(name, text, collection))


def attach(house: DisposalHouse, version: int, text: str, position: int = 0) -> int:
    """Something inside a version, that is read."""
    blob = house.vault.put(io.BytesIO(text.encode()), max_bytes=1 << 20)
    inside = ChildPlace(version, position, f"{position}.txt")
    (received,) = house.intake.receive([Arrival(blob, "general", inside)])
    house.reread(received.version_id, text)
    return received.document_id


def test_what_is_due_is_listed_and_nothing_else(house):
    invoice = put(house, "invoice.txt", INVOICE)
    put(house, "young.txt", YOUNG)
    put(house, "minutes.txt", MINUTES)
    assert house.due() == [invoice]
    house.classes = ()
    assert house.due() == []


def test_the_first_class_that_fits_counts(house):
    invoice, minutes = put(house, "invoice.txt", INVOICE), put(house, "minutes.txt", MINUTES)
    short = RetentionClass(name="all", months=1, then="review")
    house.classes = (RetentionClass(name="kept", kinds=("minutes",)), short)
    assert house.due() == [invoice]
    house.classes = (RetentionClass(name="other", collections=("secret",)), short)
    assert house.due() == [minutes, invoice]


@pytest.mark.parametrize(
    ("counted_from", "due_on"),
    [("date", "2022-03-05"), ("year-end", "2022-12-31"), ("filed", "2033-03-02")],
)
def test_a_class_is_counted_from_the_day_that_it_says(house, counted_from, due_on):
    put(house, "invoice.txt", INVOICE)
    rule = RetentionClass(name="x", counted_from=counted_from, years=7, then="destroy")
    house.clock.step(days=365 * 10)
    with house.database.read() as session:
        by = operator(session)
        (found,) = retention.due(session, by, (rule,), house.clock().date()).items
    assert found.due_on == due_on


def test_two_persons_destroy_after_the_days_of_grace_and_leave_a_tombstone(house):
    invoice = put(house, "invoice.txt", INVOICE)
    [sha256] = house.sums(invoice)
    disposal = house.propose(invoice)
    house.disposer().carry_out(disposal)
    with pytest.raises(NotAllowed, match="Another person"):
        house.approve(disposal, by="manager one")
    house.approve(disposal)
    house.disposer().carry_out(disposal)
    assert house.is_there(invoice)
    house.carry_out(disposal)
    assert not house.is_there(invoice)
    assert house.outcomes(disposal) == {invoice: "destroyed"}
    with house.database.read() as session:
        stone = session.get_one(Tombstone, invoice)
        assert (stone.retention_class, stone.authority) == ("accounts", "Bookkeeping Act")
        assert [one[:2] for one in stone.content] == [[1, sha256]]
        assert stone.proposed_by != stone.approved_by
        for model in (Page, Fact, Mention, Reference):
            assert session.scalars(select(model)).all() == []
        kinds = session.scalars(
            select(Event.kind).where(Event.document_id == invoice).order_by(Event.number)
        ).all()
        assert kinds[-3:] == ["disposal-proposed", "disposal-approved", "disposed"]
        assert find_document(session, operator(session), "INV-77") == invoice
        for which in (Which(), Which(1)):
            with pytest.raises(Destroyed):
                open_document(session, operator(session), invoice, which)
        assert load_views(session, operator(session)) == []
    assert house.findings() == []
    found = check(house.database, house.vault, NoIndex(), clock=house.clock)
    assert [one.text for one in found if one.part != "index"] == []


def test_only_who_may_dispose_proposes_and_approves_and_no_program_without_a_person(house):
    invoice = put(house, "invoice.txt", INVOICE)
    for role, rights in ROLES.items():
        if Right.DISPOSE not in rights:
            with pytest.raises(NotAllowed):
                house.propose(invoice, by=f"{role} one")
    disposal = house.propose(invoice)
    for role, rights in ROLES.items():
        if Right.DISPOSE not in rights:
            with pytest.raises(NotAllowed):
                house.approve(disposal, by=f"{role} one")
    with house.database.write() as session, pytest.raises(NotAllowed, match="Two persons"):
        disposals.call_off(session, operator(session), disposal, house.clock(), reason="x")


def test_what_is_called_off_stays_and_can_be_proposed_again(house):
    invoice = put(house, "invoice.txt", INVOICE)
    disposal = house.propose(invoice)
    house.approve(disposal)
    with house.database.write() as session:
        by = house.person("manager two")
        with pytest.raises(UsageError, match="reason"):
            disposals.call_off(session, by, disposal, house.clock(), reason=" ")
        disposals.call_off(session, by, disposal, house.clock(), reason="still needed")
    house.carry_out(disposal)
    assert house.is_there(invoice)
    with pytest.raises(Conflict):
        house.approve(disposal, by="manager two")
    assert house.due() == [invoice]
    house.dispose(invoice)
    assert not house.is_there(invoice)


def test_what_is_held_is_neither_proposed_nor_destroyed(house):
    invoice = put(house, "invoice.txt", INVOICE)
    other = put(house, "other.txt", INVOICE.replace("INV-77", "INV-78"))
    disposal = house.propose(invoice, other)
    house.approve(disposal)
    house.clear_jobs()
    matter = house.open()
    house.hold(matter, seeds=("INV-77",), depth=0)
    house.carry_out(disposal)
    assert house.is_there(invoice) and not house.is_there(other)
    assert house.outcomes(disposal) == {invoice: "kept", other: "destroyed"}
    assert "hold-refused" in house.kinds(matter)
    with pytest.raises(Kept):
        house.propose(invoice)


def test_what_no_hold_covers_is_destroyed_while_holds_stand(house):
    put(house, "invoice.txt", INVOICE)
    other = put(house, "other.txt", INVOICE.replace("INV-77", "INV-78"))
    house.clear_jobs()
    house.hold(house.open(), seeds=("INV-77",), depth=0)
    house.dispose(other)
    assert not house.is_there(other)


def test_what_is_proposed_is_not_due_and_not_proposed_twice(house):
    invoice = put(house, "invoice.txt", INVOICE)
    house.propose(invoice)
    assert house.due() == []
    with pytest.raises(Conflict):
        house.propose(invoice)


def test_what_has_a_new_version_since_stays(house):
    invoice = put(house, "invoice.txt", INVOICE)
    disposal = house.propose(invoice)
    house.approve(disposal)
    put(house, "invoice.txt", INVOICE + "corrected\n")
    house.carry_out(disposal)
    assert house.is_there(invoice)
    assert house.outcomes(disposal) == {invoice: "changed"}


def test_bytes_that_another_document_has_stay_and_go_with_the_last(house):
    invoice = put(house, "invoice.txt", INVOICE)
    twin = put(house, "twin.txt", INVOICE, "secret")
    assert invoice != twin
    house.dispose(invoice)
    assert house.vault.path(house.sums(invoice)[0]).exists()
    assert house.is_there(twin)
    disposal = house.propose(twin, reads=("secret",))
    house.approve(disposal, reads=("secret",))
    house.carry_out(disposal)
    assert not house.vault.path(house.sums(invoice)[0]).exists()
    assert house.findings() == []


def test_the_same_bytes_come_again_and_are_not_kept(house):
    invoice = put(house, "invoice.txt", INVOICE)
    house.dispose(invoice)
    for path in ("invoice.txt", "moved.txt"):
        assert house.document(house.file(path, INVOICE.encode())) == invoice
        assert not house.is_there(invoice)
    with house.database.read() as session:
        stone = tombstone_views.tombstone_of(session, operator(session), invoice)
    assert stone.lies_at == ("filing/invoice.txt", "filing/moved.txt")
    assert house.findings() == []


def test_the_same_bytes_in_another_collection_are_a_document_with_its_bytes(house):
    invoice = put(house, "invoice.txt", INVOICE)
    house.dispose(invoice)
    twin = put(house, "twin.txt", INVOICE, "secret")
    assert house.is_there(twin)
    assert house.findings() == []


def test_other_bytes_where_a_destroyed_document_lies_are_a_document_of_their_own(house):
    invoice = put(house, "invoice.txt", INVOICE)
    house.dispose(invoice)
    other = put(house, "invoice.txt", YOUNG)
    assert other != invoice and house.is_there(other) and not house.is_there(invoice)
    assert house.findings() == []


def test_what_is_inside_goes_with_what_it_is_in_when_all_of_it_is_due(house):
    mail = house.put("mail.txt", INVOICE)
    old = attach(house, mail, INVOICE.replace("INV-77", "INV-79"))
    young = attach(house, mail, YOUNG, 1)
    assert house.due() == []
    house.classes = (*house.classes, RetentionClass(name="all", months=1, then="review"))
    house.classes = house.classes[1:]
    disposal = house.dispose(house.document(mail))
    assert house.outcomes(disposal) == dict.fromkeys(
        (house.document(mail), old, young), "destroyed"
    )
    assert not any(house.is_there(one) for one in (house.document(mail), old, young))
    assert house.findings() == []


def test_what_lies_in_a_folder_too_stays_when_the_mail_goes(house):
    mail = house.put("mail.txt", INVOICE)
    inside = attach(house, mail, YOUNG)
    assert put(house, "young.txt", YOUNG) == inside
    house.dispose(house.document(mail))
    assert house.is_there(inside) and not house.is_there(house.document(mail))
    assert house.findings() == []


def test_a_hold_on_an_attachment_keeps_the_mail(house):
    mail = house.put("mail.txt", INVOICE)
    attach(house, mail, INVOICE.replace("INV-77", "INV-79"))
    house.hold(house.open(), seeds=("INV-79",), depth=0)
    with pytest.raises(Kept):
        house.propose(house.document(mail))


def test_numbers_that_others_cite_wait_again(house):
    invoice = put(house, "invoice.txt", INVOICE)
    put(house, "minutes.txt", MINUTES.replace("2010", "2016"))
    assert len(house.trail("INV-77")["entries"]) == 2
    house.dispose(invoice)
    with house.database.read() as session:
        assert len(load_views(session, operator(session))) == 1


def test_who_may_not_read_a_document_sees_nothing_of_its_disposal(house):
    hidden = put(house, "invoice.txt", INVOICE, "secret")
    shown = put(house, "other.txt", INVOICE.replace("INV-77", "INV-78"))
    assert house.due() == [shown]
    assert set(house.due("manager one", "general", "secret")) == {shown, hidden}
    with pytest.raises(NotFound):
        house.propose(hidden)
    disposal = house.propose(hidden, shown, reads=("general", "secret"))
    with house.database.read() as session:
        for name in ("legal one", "administrator one"):
            by = house.person(name)
            assert disposal_views.list_disposals(session, by).total == 0
            with pytest.raises(NotFound):
                disposal_views.get_disposal(session, by, disposal)
            with pytest.raises(NotFound):
                disposal_views.lines_of(session, by, disposal)
    with pytest.raises(NotFound):
        house.approve(disposal)
    house.approve(disposal, reads=("general", "secret"))
    house.carry_out(disposal)
    with house.database.read() as session:
        by = house.person("legal one")
        assert tombstone_views.list_tombstones(session, by).total == 1
        for number in (hidden, hidden + 1000):
            with pytest.raises(NotFound) as told:
                open_document(session, by, number, Which())
            assert not isinstance(told.value, Destroyed)
            with pytest.raises(NotFound):
                tombstone_views.tombstone_of(session, by, number)
