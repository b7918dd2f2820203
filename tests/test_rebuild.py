"""The database made again from the vault tells what it told before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive import rulings
from archive.access import operator
from archive.db import Database
from archive.references import Target
from archive.rulings import OnReference
from tests.lost_house import LostHouse, differing
from tests.small_files import mail

SPEC = (
    "Specification SPEC-310\n\nRevision {}\nDate: 2024-03-0{}\n\nHousings are tested at 16 bar.\n"
)


@pytest.fixture(params=["sqlite", "postgres"])
def house(request, tmp_path, capsys):
    if request.param == "sqlite":
        yield LostHouse(tmp_path, capsys)
        return
    with request.getfixturevalue("postgres").database() as url:
        yield LostHouse(tmp_path, capsys, url)


def live(house: LostHouse) -> None:
    """Edits, moves, copies, deletions, revisions at other paths, a mail with attachments."""
    house.write("orders/PO-2024-113.txt", "Purchase order no: PO-2024-113\nDate: 2024-02-01\n")
    house.write("orders/invoice.txt", "Invoice no: INV-77\nYour order: PO-2024-113\n")
    house.write("specs/a.txt", SPEC.format("A", 1))
    house.write("notes.txt", "Notes on PO-2024-113 and PO-2024-999\n")
    letter = mail("See PO-2024-113.")
    letter.add_attachment(
        b"Invoice no: INV-78\nYour order: PO-2024-113\n", "text", "plain", filename="bill.txt"
    )
    house.write("mail/letter.eml", bytes(letter))
    house.write("mail/copy.txt", "Invoice no: INV-78\nYour order: PO-2024-113\n")
    house.ingest()
    house.write("specs/b.txt", SPEC.format("B", 2))
    house.write("notes.txt", "Notes on PO-2024-113 and INV-77, edited\n")
    (house.tree / "orders/invoice.txt").rename(house.tree / "paid.txt")
    house.write("orders/copy.txt", "Purchase order no: PO-2024-113\nDate: 2024-02-01\n")
    house.ingest()
    (house.tree / "mail/copy.txt").unlink()
    house.write("orders/PO-2024-113.txt", "Purchase order no: PO-2024-500\nDate: 2024-05-01\n")
    house.write("locked.pdf", b"%PDF-1.7 broken")
    house.write("empty.txt", b"")
    house.ingest()
    house.write("paid.txt", "Invoice no: INV-99\nYour order: PO-2024-500\n")
    house.ingest()


def test_the_vault_alone_gives_the_same_documents_and_references(house):
    live(house)
    before, receipts = house.told(), house.receipts()
    house.lose()
    status, made, err = house.rebuild()
    assert (status, made["findings"]) == (0, []), err
    house.ingest()
    assert differing(before, house.told()) == []
    assert house.receipts() == receipts
    assert house.run("verify")[0] == 0
    assert house.run("check")[:2] == (0, "Database, vault and index agree.\n")


def test_with_the_tables_of_a_backup_come_registers_rulings_and_accounts(house):
    live(house)
    (house.tree.parent / "products.csv").write_text("code,name\nAV-200,Valve\n")
    assert house.run("import", "register", "products", house.tree.parent / "products.csv")[0] == 0
    assert house.run("user", "add", "eva", "--role", "manager")[0] == 0
    house.write("valve.txt", "Minutes of the valve AV-200, see PO-2024-113\n")
    house.ingest()
    rule_on(house, "PO-2024-113")
    assert house.run("backup", house.backups)[0] == 0
    house.write("later.txt", "Invoice no: INV-500\nYour order: PO-2024-113\nAV-200\n")
    house.write("notes.txt", "Notes on INV-500, edited again\n")
    (house.tree / "orders/copy.txt").rename(house.tree / "orders/moved.txt")
    house.ingest()
    before, receipts = house.told(), house.receipts()
    products = house.run("export", "register", "products")[1]
    house.lose()
    status, made, err = house.rebuild("--tables", house.backups)
    assert (status, made["findings"]) == (0, []), err
    assert 0 < made["receipts"] < len(receipts) and made["backup"]
    house.ingest()
    assert differing(before, house.told()) == []
    assert house.receipts() == receipts
    assert house.run("export", "register", "products")[1] == products and "AV-200" in products
    assert "eva" in house.run("user", "list")[1]
    for command in ("verify", "check"):
        assert house.run(command)[0] == 0


def rule_on(house: LostHouse, number: str) -> None:
    """Say of a reference by this number that it leads to another document."""
    (line, *_) = [one for one in house.told()["references"] if one["identifier"] == number]
    database = Database(house.url)
    with database.write() as session:
        what = OnReference(int(line["source"][2:]), line["scheme"], line["key"], line["relation"])
        target = Target("document", int(house.told()["documents"][0]["document"][2:]))
        assert rulings.rule(
            session, operator(session), what, "redirect", datetime.now(UTC), target=target
        )
    database.close()
