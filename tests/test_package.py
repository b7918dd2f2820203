"""A trail in a package: whole, the same each time, and checked by other people's programs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import zipfile

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.access import Viewer, operator
from archive.csv_cells import text_of_cell
from archive.errors import DamageFound, UsageError
from archive.models import Event
from archive.package import Package, record_package, write_package
from archive.package_files import csv_file, safe_name
from tests.small_archive import SmallArchive

ORDER = "Order of bolts\nPO-2024-113\n"
INVOICE = "=Invoice\nINV-7 bills PO-2024-113 and PO-2024-999\n"
SECRET = "Secret settlement\nPO-2024-999\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path, clock)
    house.add("orders/Beställning 113.txt", ORDER, number="PO-2024-113")
    house.add("@invoices/7.txt", INVOICE, number="INV-7", cites=("PO-2024-113", "PO-2024-999"))
    house.add("other.txt", "Nothing to do with it\nX-1\n", number="X-1")
    yield house
    house.close()


def write(house, path, viewer=None):
    trail = house.trail("PO-2024-113", viewer=viewer)
    with house.database.read() as session:
        by = viewer or operator(session)
        at = house.clock()
        return write_package(session, by, house.vault, trail, path, at, history=house.history)


def unpacked(house, tmp_path):
    write(house, tmp_path / "package.zip")
    with zipfile.ZipFile(tmp_path / "package.zip") as package:
        package.extractall(tmp_path / "out")
    [folder] = (tmp_path / "out").iterdir()
    return folder


def test_the_reference_library_finds_the_package_valid(house, tmp_path):
    folder = unpacked(house, tmp_path)
    assert bagit.Bag(str(folder)).is_valid()


def test_sha256sum_alone_checks_the_package(house, tmp_path):
    folder = unpacked(house, tmp_path)
    command = ["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"]
    assert subprocess.run([*command, "tagmanifest-sha256.txt"], cwd=folder).returncode == 0
    (folder / "data/index.csv").write_bytes(b"changed")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 1


def test_the_package_holds_the_originals_byte_for_byte_with_their_text(house, tmp_path):
    folder = unpacked(house, tmp_path)
    originals = {path.name: path.read_bytes() for path in (folder / "data/originals").iterdir()}
    assert originals == {
        "D-000001_v1_Bestallning_113.txt": ORDER.encode(),
        "D-000002_v1_7.txt": INVOICE.encode(),
    }
    assert (folder / "data/text/D-000002_v1.txt").read_text() == INVOICE


def test_each_entry_says_why_it_is_in_and_no_cell_is_a_formula(house, tmp_path):
    folder = unpacked(house, tmp_path)
    with (folder / "data/index.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["because"] for row in rows] == ["asked for", "D-000002 bills PO-2024-113 (page 1)"]
    assert rows[1]["title"] == "'=Invoice"
    index = json.loads((folder / "data/index.json").read_text())
    assert index["entries"][1]["title"] == "=Invoice"
    assert "=Invoice" in (folder / "data/chronology.html").read_text()


def test_references_stand_with_their_words_and_what_is_missing_is_named(house, tmp_path):
    folder = unpacked(house, tmp_path)
    lines = (folder / "data/references.jsonl").read_text().splitlines()
    told = [(line["status"], line["target"], line["quote"]) for line in map(json.loads, lines)]
    assert told == [
        ("resolved", "D-000001", "PO-2024-113"),
        ("waiting", None, "PO-2024-999"),
    ]
    assert "PO-2024-999" in (folder / "data/missing.csv").read_text("utf-8-sig")
    text = (folder / "data/text/D-000002_v1.txt").read_text()
    first = json.loads(lines[0])
    assert text[first["start"] : first["end"]] == first["quote"]


def test_what_the_viewer_may_not_see_changes_no_byte_of_the_package(house, tmp_path):
    with house.database.read() as session:
        viewer = Viewer("user:2", "legal", operator(session).reads, frozenset())
    at = house.clock.now
    write(house, tmp_path / "without.zip", viewer)
    house.add("legal/secret.txt", SECRET, number="PO-2024-999", collection="legal")
    house.clock.now = at
    write(house, tmp_path / "with.zip", viewer)
    assert (tmp_path / "with.zip").read_bytes() == (tmp_path / "without.zip").read_bytes()


def test_the_same_trail_at_the_same_time_is_the_same_bytes_written_or_sent(house, tmp_path):
    made = write(house, tmp_path / "one.zip")
    trail = house.trail("PO-2024-113")
    with house.database.read() as session:
        package = Package(
            session, operator(session), house.vault, trail, house.clock(), history=house.history
        )
        sent = b"".join(package)
    assert sent == (tmp_path / "one.zip").read_bytes()
    assert package.made == made and made.documents == 2


def test_making_a_package_is_an_event(house, tmp_path):
    made = write(house, tmp_path / "one.zip")
    with house.database.write() as session:
        record_package(session, operator(session), made, house.clock())
    with house.database.read() as session:
        event = session.query(Event).filter_by(kind="package-made").one()
    assert json.loads(event.line)["details"]["sha256"] == made.sha256


@pytest.mark.parametrize("damage", ["gone", "short", "changed"])
def test_a_damaged_original_is_named_and_nothing_is_left(house, tmp_path, damage):
    [sha256] = [name for name in house.vault.names() if house.vault.path(name).stat().st_size == 27]
    path = house.vault.path(sha256)
    path.chmod(0o644)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"short" if damage == "short" else b"x" * 27)
    house.history.prepare()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DamageFound, match=r"D-000001 version 1 .*No package was made"):
        write(house, tmp_path / "one.zip")
    assert sorted(tmp_path.iterdir()) == before


def test_a_path_that_cannot_be_written_is_refused_in_a_sentence(house, tmp_path):
    with pytest.raises(UsageError, match="can't be written: No such file"):
        write(house, tmp_path / "nowhere" / "one.zip")


def test_a_large_original_is_sent_in_pieces(house, tmp_path):
    version_id = house.file("big.bin", os.urandom(12 << 20))
    house.read(version_id, "PO-5 of the big one\n", number="PO-5")
    trail = house.trail("PO-5")
    with house.database.read() as session:
        package = Package(
            session, operator(session), house.vault, trail, house.clock(), history=house.history
        )
        pieces = list(map(len, package))
    assert max(pieces) < 3 << 20 < sum(pieces)


@given(st.text())
def test_a_safe_name_is_plain_and_never_empty(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 71 and safe.isascii() and safe[0] not in ".-"
    assert set(safe) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1))
def test_csv_is_read_back_and_starts_no_formula(cells):
    text = csv_file(["a"], [cells]).decode("utf-8-sig")
    [_, row] = csv.reader(io.StringIO(text, newline=""))
    assert [text_of_cell(cell) for cell in row] == cells
    starts = [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert all(re.fullmatch(r"-(\d+(\.\d+)?)?", cell, re.ASCII) for cell in starts)
