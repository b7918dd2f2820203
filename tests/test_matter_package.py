"""The package of a matter: what is in it, its numbers, its load files, and what is withheld."""

from __future__ import annotations

import csv
import json
import zipfile

import bagit
import pytest
from sqlalchemy import select

from archive import matter_members, matter_numbers, matters
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.load_files import concordance
from archive.matter_numbers import Numbers, pages_of
from archive.matter_package import matter_trail
from archive.matters import MatterSaid
from archive.models import MatterNumber, Version
from archive.package_files import Packed
from tests.load_reader import at, read_dat, read_opt
from tests.package_house import PackageHouse

ORDER = "PURCHASE ORDER\nOrder number: PO-2024-113\nDate: 2024-02-11\n"
INVOICE = "INVOICE\nInvoice number: 88213\nDate: 2024-06-30\nYour order: PO-2024-113\n"
ADVICE = "Xanthippe thinks about PO-2024-113 what only counsel may know: Quetzalcoatl\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = PackageHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def filed(house) -> dict[str, int]:
    """The ids of the documents, by name; the scan has three pages."""
    return {
        "order": house.document(house.put("order.txt", ORDER)),
        "invoice": house.document(house.put("invoice.txt", INVOICE)),
        "scan": house.paged("scan.tif", b"II*\0", "one", "two", "three", media_type="image/tiff"),
    }


@pytest.fixture
def matter(house, filed):
    matter = house.open(reference="T 12-24")
    house.gather(matter, "PO-2024-113")
    house.include(matter, *filed.values())
    return matter


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def given(house) -> list[tuple[int, int]]:
    with house.database.read() as session:
        rows = session.execute(select(MatterNumber.first, MatterNumber.pages))
        return sorted((row.first, row.pages) for row in rows)


def test_the_package_is_a_valid_bag_with_originals_under_their_numbers(house, matter, tmp_path):
    folder = house.unpacked(matter, tmp_path / "made")
    assert bagit.Bag(str(folder)).is_valid()
    names = {path.name for path in (folder / "data/originals").iterdir()}
    assert names == {
        "T12-24-0000001_order.txt", "T12-24-0000002_invoice.txt", "T12-24-0000003_scan.tif",
    }  # fmt: skip
    assert (folder / "data/text/T12-24-0000002.txt").read_text() == INVOICE
    rows = rows_of(folder / "data/index.csv")
    assert [row["last_number"] for row in rows] == [
        "T12-24-0000001", "T12-24-0000002", "T12-24-0000005",
    ]  # fmt: skip
    assert rows[0]["because"] == "seed: PO-2024-113"


def test_load_files_are_read_back_with_every_page_and_every_file(house, filed, matter, tmp_path):
    folder = house.unpacked(matter, tmp_path / "made")
    records = read_dat((folder / "data/load.dat").read_bytes())
    index = rows_of(folder / "data/index.csv")
    assert [one["BEGBATES"] for one in records] == [row["first_number"] for row in index]
    for record, row in zip(records, index, strict=True):
        native = at(folder / "data", record["NATIVEPATH"]).read_bytes()
        assert len(native) == int(record["FILESIZE"]) == int(row["size_bytes"])
        assert record["SHA256"] == row["sha256"] and record["TITLE"] == row["title"]
        if record["TEXTPATH"]:
            assert at(folder / "data", record["TEXTPATH"]).is_file()
    (scan,) = read_opt((folder / "data/load.opt").read_bytes())
    assert scan.numbers == ["T12-24-0000003", "T12-24-0000004", "T12-24-0000005"]
    assert scan.says == 3 == int(records[2]["PAGECOUNT"])
    assert at(folder / "data", scan.path).read_bytes() == b"II*\0"


def test_stamped_copies_lie_beside_the_originals_and_the_load_files_show_them(
    house, matter, tmp_path
):
    def stamping(packed: Packed) -> bytes:
        return f"copy of {packed.entry['first_number']}".encode()

    folder = house.unpacked(matter, tmp_path / "made", stamping=stamping)
    shown = read_opt((folder / "data/load.opt").read_bytes())
    records = read_dat((folder / "data/load.dat").read_bytes())
    assert [one.path for one in shown] == [one["PDFPATH"] for one in records]
    assert [one.says for one in shown] == [int(one["PAGECOUNT"]) for one in records] == [1, 1, 3]
    for one, record in zip(shown, records, strict=True):
        assert at(folder / "data", one.path).read_text() == f"copy of {record['BEGBATES']}"
        assert len(one.numbers) == one.says and one.numbers[0] == record["BEGBATES"]
    assert bagit.Bag(str(folder)).is_valid()


def test_the_chronology_of_what_is_packed_lies_in_the_package(house, matter, tmp_path):
    folder = house.unpacked(matter, tmp_path / "made")
    told = json.loads((folder / "data/chronology.json").read_text())
    rows = rows_of(folder / "data/chronology.csv")
    assert [one["what"] for one in told] == [row["what"] for row in rows]
    assert (folder / "data/chronology.pdf").read_bytes().startswith(b"%PDF-")
    assert "document" in {one["what"] for one in told}


def test_a_draft_certification_waits_for_a_person(house, matter, tmp_path):
    folder = house.unpacked(matter, tmp_path / "made")
    text = (folder / "data/certification-draft.txt").read_text()
    assert text.startswith("DRAFT. It says nothing until a person")
    assert house.history.key().public.fingerprint in text and "Documents in it: 3." in text
    assert "Matter Late pumps T 12-24" in text and "Signature: ____" in text


def test_a_load_file_takes_values_that_hold_its_own_signs(house):
    entry = {
        "first_number": "A-0000001", "last_number": "A-0000001", "inside": "", "pages": 1,
        "document": "D-000001", "version": 1, "kind": None, "number": "\x14þ®", "date": None,
        "title": "two\r\nlines \"quoted\", þórr", "received_at": "2026-03-02T09:30:00Z",
        "path": "in/a.eml!/b.txt", "is_confidential": True, "redacts": None,
        "media_type": "text/plain",
    }  # fmt: skip
    packed = Packed(entry, 1, "00", 3, "data/originals/A-0000001_b.txt", None)
    (record,) = read_dat(concordance([packed]))
    assert record["TITLE"] == 'two\nlines "quoted", thórr' and record["DOCNUMBER"] == " th(R)"
    assert record["FILENAME"] == "b.txt" and record["CONFIDENTIALITY"] == "CONFIDENTIAL"
    assert record["TEXTPATH"] == "" and record["DATERECEIVED"] == "2026-03-02"


def test_numbers_are_given_once_without_gaps_and_never_again(house, filed, matter):
    assert house.number(matter) == 3
    assert house.number(matter) == 0
    assert given(house) == [(1, 1), (2, 1), (3, 3)]
    house.say(matter, filed["invoice"], "decision", "excluded", "another delivery")
    late = house.document(house.put("late.txt", "Minutes of 2024-09-01\n"))
    house.include(matter, late)
    assert house.number(matter) == 1
    house.include(matter, filed["invoice"])
    assert house.number(matter) == 0
    assert given(house) == [(1, 1), (2, 1), (3, 3), (6, 1)]


def test_a_new_version_gets_numbers_of_its_own_and_the_prefix_stays(house, filed, matter):
    house.number(matter)
    with house.database.write() as session:
        viewer = house.person("legal one")
        said = MatterSaid("Late pumps", "T 99")
        matters.change(session, viewer, matter.id, said, house.clock(), revision=1)
    house.put("order.txt", ORDER + "Changed.\n")
    assert house.number(matter) == 1
    with house.database.read() as session:
        numbers = matter_numbers.numbers_of(session, matter.id)
    assert numbers[house.version(filed["order"]).id] == Numbers("T12-24-", 6, 1)


def test_what_is_packed_says_which_numbers_are_elsewhere(house, filed, matter, tmp_path):
    house.number(matter)
    house.say(matter, filed["invoice"], "decision", "excluded", "another delivery")
    folder = house.unpacked(matter, tmp_path / "made")
    chosen = json.loads((folder / "data/chosen.json").read_text())
    assert chosen["numbers_not_here"] == [["T12-24-0000002", "T12-24-0000002"]]
    assert (chosen["included"], chosen["excluded"], chosen["undecided"]) == (2, 1, 0)
    assert chosen["gatherings"][0]["asked"]["seeds"] == ["PO-2024-113"]


def test_a_format_without_pages_takes_one_number(house):
    assert pages_of(Version(media_type="text/plain", page_count=7)) == 1
    assert pages_of(Version(media_type="application/pdf", page_count=7)) == 7
    assert pages_of(Version(media_type="application/pdf", page_count=0)) == 1


def test_the_same_matter_at_the_same_time_is_the_same_bytes(house, matter, tmp_path):
    house.pack(matter, tmp_path / "one.zip")
    with house.database.write() as session:
        matters.enter(session, house.person("legal one"), matter.id, "page", house.clock())
    house.pack(matter, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_events_that_made_the_matter_are_in_it_and_looks_are_not(house, matter, tmp_path):
    with house.database.write() as session:
        matters.enter(session, house.person("legal one"), matter.id, "page", house.clock())
    folder = house.unpacked(matter, tmp_path / "made")
    lines = (folder / "data/history/events.jsonl").read_text().splitlines()
    kinds = [event["kind"] for event in map(json.loads, lines) if "matter" in event]
    assert kinds == ["matter-opened", "matter-gathered", *["matter-decision"] * 3,
                     "matter-numbered"]  # fmt: skip


def test_nothing_of_a_withheld_document_is_anywhere_in_the_package(house, matter, tmp_path):
    advice = house.document(house.put("advice Xanthippe.txt", ADVICE))
    copy = house.document(house.put("Xanthippe again.txt", ADVICE, "secret"))
    mail = house.document(house.put("mail.eml", "From: us\nSubject: see inside\n"))
    house.inside(mail, "Xanthippe.txt", ADVICE)
    below = house.inside(advice, "sheet.txt", "A plain sheet, order number PO-2024-777\n")
    reads = ("general", "secret")
    house.gather(matter, "PO-2024-113", reads=reads)
    house.include(matter, advice, mail, below)
    house.include(matter, copy, reads=reads)
    house.say(matter, advice, "privileged", "yes", "advice of counsel")
    folder = house.unpacked(matter, tmp_path / "made", *reads)
    with zipfile.ZipFile(tmp_path / "made" / "package.zip") as package:
        for name in package.namelist():
            data = package.read(name)
            for canary in (b"Xanthippe", b"Quetzalcoatl", b"see inside"):
                assert canary not in data and canary.decode() not in name, name
    rows = rows_of(folder / "data/withheld.csv")
    assert [(row["document"][-2:], row["ground"]) for row in rows] == [
        (f"{advice:02}", "advice of counsel"),
        (f"{copy:02}", "it holds, or is the same as, a document that is withheld"),
        (f"{mail:02}", "it holds, or is the same as, a document that is withheld"),
    ]
    packed = {row["document"] for row in rows_of(folder / "data/index.csv")}
    assert f"D-{below:06}" in packed
    numbers = [row["first_number"] for row in rows]
    assert len(set(numbers)) == 3 and all(number.startswith("T12-24-") for number in numbers)


def test_words_of_what_is_not_included_are_not_in_the_reasons(house, filed, tmp_path):
    matter = house.open(reference="T 1")
    house.gather(matter, "88213")
    house.include(matter, filed["order"])
    folder = house.unpacked(matter, tmp_path / "made")
    (entry,) = json.loads((folder / "data/index.json").read_text())["entries"]
    (step,) = [one for one in entry["because"] if "from" in one]
    assert step["relation"] == "bills" and step["quote"] is None


def test_only_a_member_who_may_take_packages_numbers_and_packs(house, filed, matter):
    with house.database.write() as session, pytest.raises(NotFound):
        matter_numbers.give(session, house.person("manager one"), matter.id, house.clock())
    with house.database.write() as session:
        matter_members.set_member(
            session, house.person("legal one"), matter.id, "staff one", house.clock()
        )
    with house.database.write() as session, pytest.raises(NotAllowed):
        matter_numbers.give(session, house.person("staff one"), matter.id, house.clock())


def test_nothing_is_packed_where_nothing_is_included_or_something_has_no_number(house, filed):
    matter = house.open()
    with pytest.raises(UsageError, match="No document of this matter is included"):
        house.number(matter)
    house.include(matter, filed["order"])
    with house.database.read() as session, pytest.raises(Conflict, match="Try again"):
        matter_trail(session, house.person("legal one"), matter.id, entry_schemes=())
