"""The chronology of a matter: in order of time, with what is missing; as table and as PDF."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from archive.chronology import WHATS, Line, chronology_csv
from archive.chronology_pdf import ENGLISH, chronology_pdf
from archive.errors import NotFound
from archive.matter_package import matter_chronology
from tests.package_house import PackageHouse
from web.matter_words import CHRONOLOGY

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ORDER = "PURCHASE ORDER\nOrder number: PO-2024-113\nDate: 2024-02-11\nChanged by CR-118.\n"
LETTER = "LETTER\nDate: 2024-06-30\nYour order: PO-2024-113 and our order PO-2024-999\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = PackageHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def matter(house):
    matter = house.open()
    entry = house.ask("CR-118")
    house.moved(entry, "review", "present", "approve")
    house.register("milestone", code="MS-3", name="Board review", actual_on="2024-03-20")
    house.put("order.txt", ORDER)
    house.put("letter.txt", LETTER + "After the Board review.\n")
    house.look_for_names()
    house.put("order.txt", ORDER + "Once more.\n")
    house.gather(matter, "PO-2024-113")
    return matter


def lines_of(house, matter, *reads: str, by: str = "legal one") -> list[Line]:
    with house.database.read() as session:
        viewer = house.person(by, *reads)
        return matter_chronology(session, viewer, matter.id, entry_schemes=())


def test_documents_decisions_milestones_and_gaps_stand_in_order_of_time(house, matter):
    told = [(one.date, one.what, one.number, one.detail) for one in lines_of(house, matter)]
    assert told == [
        ("2024-02-11", "document", "PO-2024-113", ""),
        ("2024-02-11", "replaced", "PO-2024-113", "1 → 2"),
        ("2024-02-11", "not-billed", "PO-2024-113", ""),
        ("2024-03-01", "no-document", None, "2024-05"),
        ("2024-03-20", "milestone-reached", "MS-3", ""),
        ("2024-06-30", "document", None, ""),
        ("2024-06-30", "waiting", "PO-2024-999", "cites"),
        (house.clock().date().isoformat(), "decision", "CR-118", "approved"),
    ]
    filed = {one.what: one.filed for one in lines_of(house, matter)}
    assert filed["document"] == house.clock().date().isoformat() and filed["waiting"] is None


def test_what_is_excluded_and_what_one_may_not_read_changes_nothing(house, matter):
    before = lines_of(house, matter)
    hidden = house.put("secret.txt", "LETTER\nDate: 2024-04-01\nPO-2024-113\n", "secret")
    house.gather(matter, "PO-2024-113", reads=("general", "secret"))
    assert lines_of(house, matter) == before
    assert len(lines_of(house, matter, "general", "secret")) > len(before)
    letter = next(one for one in house.entries(matter) if one.title and one.kind == "letter")
    house.say(matter, letter.document_id, "decision", "excluded", "not about it")
    assert "waiting" not in {one.what for one in lines_of(house, matter)}
    assert house.document(hidden)


def test_who_is_not_in_the_matter_gets_none(house, matter):
    with pytest.raises(NotFound):
        lines_of(house, matter, by="manager one")


def test_the_table_is_read_back_as_it_was(house, matter):
    lines = lines_of(house, matter)
    text = chronology_csv(lines).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows == [{name: value or "" for name, value in line.told().items()} for line in lines]


DAYS = range(1, 29)
LINES = [
    Line("2023-12-01", "2024-01-02", "document", "D-000001", "letter", "L-1", "First #[x] *y* $z$"),
    *(Line(f"2024-02-{day:02}", None, "document", f"D-{day:06}", title="Räkning") for day in DAYS),
    *(Line(f"2025-02-{day:02}", None, "waiting", "D-000001", detail="cites") for day in DAYS),
    Line(None, None, "ambiguous", "D-000009", number="PO-2", detail="cites"),
]


def test_the_pdf_has_page_numbers_bookmarks_by_year_and_every_line():
    reader = PdfReader(io.BytesIO(chronology_pdf("Late pumps", LINES, NOON)))
    [top] = [one for one in reader.outline if not isinstance(one, list)]
    [years] = [one for one in reader.outline if isinstance(one, list)]
    assert top.title == "Chronology: Late pumps"
    assert [one.title for one in years] == ["2023", "2024", "2025", "without a date"]
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 1
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text
    whole = "\n".join(texts)
    assert "First #[x] *y* $z$" in whole and "2025-02-28" in whole and "Räkning" in whole


def test_the_pdf_claims_pdf_a_and_is_the_same_bytes_each_time():
    made = chronology_pdf("Late pumps", LINES, NOON)
    assert made == chronology_pdf("Late pumps", LINES, NOON)
    metadata = PdfReader(io.BytesIO(made)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfaid:part>2<" in metadata and "pdfaid:conformance>B<" in metadata


def test_where_letters_have_no_glyph_the_pdf_is_made_and_claims_nothing():
    made = chronology_pdf("契約", [replace(LINES[0], title="契約 \U0001f469")], NOON)
    reader = PdfReader(io.BytesIO(made))
    assert len(reader.pages) == 1 and b"pdfaid" not in made


def test_every_sort_of_line_is_said_on_pages_and_in_the_pdf():
    assert list(CHRONOLOGY) == list(WHATS) and set(WHATS) <= set(ENGLISH)
