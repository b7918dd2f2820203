"""What we knew then: documents, exports and trails answer with the facts of a moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.telling import references_of, references_with
from archive import exports
from archive.access import operator
from archive.documents import find_document, list_documents, load_views, told
from archive.opening import Which, open_document, versions_of
from archive.rulings import set_facts
from archive.trail import Wish, gather
from tests.small_archive import SmallArchive

ORDER = "Order of bolts\nPO-2024-113\n"


class House(SmallArchive):
    """An archive that tells what it knew."""

    def show(self, name, as_of=None) -> dict:
        with self.database.read() as session:
            viewer = operator(session)
            found = find_document(session, viewer, name)
            views = load_views(session, viewer, ids=[found], as_of=as_of)
            return told(session, viewer, views, as_of=as_of)[0]

    def references(self, document=None, **then) -> dict:
        with self.database.read() as session:
            viewer = operator(session)
            if document is None:
                return references_of(session, viewer, **then)
            number = find_document(session, viewer, document)
            view = open_document(session, viewer, number, Which(None, then.get("as_of")))
            return references_with(session, viewer, view, **then)

    def set(self, **facts) -> None:
        with self.database.write() as session:
            set_facts(session, operator(session), 1, facts, schemes=[], at=self.clock.step())

    def listed(self, as_of=None, on=None) -> list[str]:
        with self.database.read() as session:
            found = list_documents(session, operator(session), as_of=as_of, on=on)
            return [line["document"] for line in found.items]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.close()


def test_a_document_is_told_with_the_facts_of_then(house):
    order = house.add("order.txt", ORDER, number="PO-2024-113")
    known = house.clock.now
    house.clock.step()
    house.read(order, "Order of nuts\nPO-2024-113\n", number="PO-2024-113")
    house.set(total="12.50")
    assert house.show("D-1")["title"] == "Order of nuts"
    then = house.show("D-1", known)
    assert (then["title"], then["total"], then["number"]) == ("Order of bolts", None, "PO-2024-113")
    with house.database.read() as session:
        viewer = operator(session)
        opened = open_document(session, viewer, 1, Which(version=1, as_of=known))
        assert opened.version.title == "Order of bolts"
        assert versions_of(session, opened, as_of=known)[0]["title"] == "Order of bolts"
        [line] = exports.documents(session, viewer, as_of=known)
        assert line["title"] == "Order of bolts"
        [entry] = gather(session, viewer, Wish(("D-1",), as_of=known), ())["entries"]
        assert entry["title"] == "Order of bolts"


def test_a_later_version_is_in_no_history_of_then(house):
    house.add("order.txt", ORDER, number="PO-2024-113")
    known = house.clock.now
    house.add("order.txt", "Order of nuts\nPO-2024-113\n", number="PO-2024-113")
    assert [line["version"] for line in house.show("D-1")["history"]] == [1, 2]
    then = house.show("D-1", known)
    assert [(line["version"], line["current"]) for line in then["history"]] == [(1, True)]


def test_a_moved_file_is_told_where_it_lay_then(house):
    house.add("order.txt", ORDER, number="PO-2024-113")
    known = house.clock.now
    house.file("moved/order.txt", ORDER.encode())
    house.intake.gone("filing", ["order.txt"])
    assert house.show("D-1")["paths"] == ["filing/moved/order.txt"]
    then = house.show("D-1", known)
    assert (then["path"], then["paths"]) == ("filing/order.txt", ["filing/order.txt"])


def test_what_held_on_a_day_is_asked_of_the_facts_of_then(house):
    house.add("order.txt", ORDER, number="PO-2024-113")  # dated 2026-02-01
    known = house.clock.now
    house.set(date="2026-05-01")
    day = date(2026, 3, 1)
    assert house.listed(on=day) == []
    assert house.listed(known, day) == ["D-000001"]
    assert house.listed(known - timedelta(days=1), day) == []
    with house.database.read() as session:
        found = gather(session, operator(session), Wish(("D-1",), as_of=known, on=day), ())
        assert [entry["date"] for entry in found["entries"]] == ["2026-02-01"]


def test_references_are_those_of_the_versions_that_were_current_then(house):
    house.add("order.txt", ORDER, number="PO-2024-113")
    invoice = "Invoice\nINV-7 for PO-2024-113\n"
    house.add("invoice.txt", invoice, number="INV-7", cites=("PO-2024-113",))
    known = house.clock.now
    house.add("invoice.txt", "Invoice\nINV-7\n", number="INV-7")
    of_invoice = [("D-000002", 1)]

    def told(lines):
        return [(line["source"], line["version"]) for line in lines]

    assert house.references()["out"] == [] == house.references("D-1")["in"]
    assert told(house.references(as_of=known)["out"]) == of_invoice
    assert told(house.references("D-1", as_of=known)["in"]) == of_invoice
    house.add("invoice.txt", invoice + "again\n", number="INV-7", cites=("PO-2024-113",))
    assert told(house.references("D-1", as_of=known)["in"]) == of_invoice
    assert told(house.references("D-1", as_of=house.clock.now)["in"]) == [("D-000002", 3)]


def test_references_on_a_day_are_those_of_documents_that_hold_on_it(house):
    house.add("order.txt", ORDER, number="PO-2024-113")
    text = "Invoice\nINV-7 for PO-2024-113\n"
    house.add("invoice.txt", text, number="INV-7", cites=("PO-2024-113",))  # dated 2026-02-01
    before, after = date(2026, 1, 1), date(2026, 3, 1)
    assert house.references(on=before)["out"] == [] == house.references("D-1", on=before)["in"]
    assert len(house.references(on=after)["out"]) == 1
    assert len(house.references("D-1", on=after)["in"]) == 1
    assert len(house.references("D-1", on=after, as_of=house.clock.now)["in"]) == 1
