"""What an e-invoice carries: files of their own; its own print bears no number a second time."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from api.service import now
from archive.jobs import JobKind, enqueue
from archive.models import Version
from tests.api_house import opened_house
from tests.test_edocuments import ubl

PRINT = """INVOICE
Invoice number: INV-77
Date: 2024-03-05
Your order: PO-2024-113
"""
BUYER = "Pumpbolaget AB"  # as in the order of the house
OTHER = PRINT.replace("INV-77", "INV-78")
CITES = "CREDIT NOTE\nCredit note number: CN-5\nDate: 2024-04-01\nCredits invoice INV-77\n"


def with_files(**files: str) -> bytes:
    """The invoice with these files inside, in place of its own."""
    inside = "".join(
        "<cac:AdditionalDocumentReference><cbc:ID>x</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="text/plain" filename="{name}.txt">'
        f"{base64.b64encode(text.encode()).decode()}</cbc:EmbeddedDocumentBinaryObject>"
        "</cac:Attachment></cac:AdditionalDocumentReference>"
        for name, text in files.items()
    )
    head, _, rest = ubl().decode().partition("<cac:AccountingSupplierParty>")
    tail = rest.replace("Norrby Pumpar AB", "Norrgjuteri AB").replace("Vik Kommun", BUYER)
    return f"{head}{inside}<cac:AccountingSupplierParty>{tail}".encode()


@pytest.fixture(scope="module")
def house(house_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("renditions")
    with opened_house(house_url, folder) as house:
        (house.tree / "cites.txt").write_text(CITES, encoding="utf-8")
        (house.tree / "inv.xml").write_bytes(with_files(print=PRINT, other=OTHER))
        house.read()
        yield house


def told(house, path):
    return house.by("karin").get(f"documents/{house.document(path)}").json()


def references(house, path, way="out"):
    """(relation, status, path of the target or source) of what a document cites, or is cited by."""
    answer = house.by("karin").get(f"documents/{house.document(path)}/references").json()
    end = "target_path" if way == "out" else "source_path"
    return sorted((one["relation"], one["status"], one[end]) for one in answer[way])


def test_files_in_an_e_invoice_are_attached_to_it_under_their_names(house):
    for name in ("print.txt", "other.txt", "hours.csv"):
        found = references(house, f"filing/inv.xml!/{name}")
        assert ("attached-to", "resolved", "filing/inv.xml") in found


def test_who_cites_an_invoice_means_it_and_not_the_print_that_it_carries(house):
    assert references(house, "filing/cites.txt") == [("credits", "resolved", "filing/inv.xml")]
    assert told(house, "filing/inv.xml!/print.txt")["number"] == "INV-77"


def test_an_invoice_and_its_print_bill_an_order_once(house):
    order = references(house, "filing/orders/order.pdf", "in")
    assert ("bills", "resolved", "filing/inv.xml") in order
    assert ("bills", "resolved", "filing/inv.xml!/other.txt") in order
    assert ("cites", "resolved", "filing/inv.xml!/print.txt") in order


def test_another_invoice_inside_bears_its_own_number(house):
    (house.tree / "cites-other.txt").write_text(CITES.replace("-77", "-78").replace("CN-5", "CN-6"))
    house.read()
    found = references(house, "filing/cites-other.txt")
    assert found == [("credits", "resolved", "filing/inv.xml!/other.txt")]


def test_a_print_that_came_first_by_itself_gives_its_number_to_the_invoice_that_carries_it(house):
    data = PRINT.replace("INV-77", "INV-80")
    (house.tree / "first.txt").write_text(data)
    (house.tree / "cites-first.txt").write_text(CITES.replace("-77", "-80").replace("CN-5", "CN-7"))
    house.read()
    found = references(house, "filing/cites-first.txt")
    assert found == [("credits", "resolved", "filing/first.txt")]
    (house.tree / "inv-80.xml").write_bytes(with_files(same=data).replace(b"INV-77", b"INV-80"))
    house.read()
    found = references(house, "filing/cites-first.txt")
    assert found == [("credits", "resolved", "filing/inv-80.xml")]


def test_an_invoice_that_is_read_again_files_nothing_twice(house):
    def documents():
        return house.by("ada").get("documents?limit=200").json()["items"]

    before = documents()
    with house.services.database.write() as session:
        versions = list(session.scalars(select(Version.id)))
        enqueue(session, JobKind.PARSE, versions, now())
    house.read()
    assert len(documents()) == len(before)
    assert references(house, "filing/cites.txt") == [("credits", "resolved", "filing/inv.xml")]


def test_where_the_kind_of_the_invoice_is_set_right_its_print_bears_its_number_again(house):
    document, karin = house.document("filing/inv.xml"), house.by("karin")
    assert karin.patch(f"documents/{document}", json={"kind": "statement"}).status_code == 200
    house.read()
    ((_, mine, _),) = references(house, "filing/cites.txt")
    karin.patch(f"documents/{document}", json={"kind": None})
    house.read()
    assert mine == "ambiguous"
    assert references(house, "filing/cites.txt") == [("credits", "resolved", "filing/inv.xml")]
