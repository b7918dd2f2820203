"""A stranger finds the package of a matter good, and whatever was done to it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.notes import SigningKey
from tests.conftest import SteppedClock
from tests.package_house import PackageHouse
from tests.stranger import Room, is_allowed
from tests.test_strangers_check import Tampering, bit, checked, in_lines, refused, remove, resum

ORDER = "PURCHASE ORDER\nOrder number: PO-2024-113\nDate: 2024-02-11\n"
INVOICE = "INVOICE\nInvoice number: 88213\nDate: 2024-06-30\nYour order: PO-2024-113\n"
ADVICE = "LETTER\nDate: 2024-07-01\nXanthippe on PO-2024-113\n"
FILES = (
    "load.dat", "load.opt", "withheld.csv", "chosen.json", "chronology.csv", "chronology.json",
    "chronology.pdf", "stamped/T1-0000001.pdf", "originals/T1-0000002_invoice.txt",
)  # fmt: skip
#: With manifests that fit again, but not signed: who did it does not have the archive's key.
RESUMMED: dict[str, Tampering] = {
    "a withheld document taken off the list": in_lines("data/withheld.csv", lambda a: a[:1]),
    "a document taken out of the load file": in_lines("data/load.dat", lambda a: [a[0], *a[2:]]),
    "a page taken out of the load file": in_lines("data/load.opt", lambda a: a[1:]),
    "the list of what is withheld removed": remove("data/withheld.csv"),
    "a line of the chronology removed": in_lines("data/chronology.csv", lambda a: a[:-1]),
}


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Room:
    if not is_allowed():
        pytest.skip("this machine lets nobody into a namespace of his own (unshare)")
    return Room(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> tuple[Path, SigningKey]:
    folder = tmp_path_factory.mktemp("matter")
    clock = SteppedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    house = PackageHouse(f"sqlite:///{folder / 'crossfile.sqlite'}", folder, clock)
    texts = {"order.txt": ORDER, "invoice.txt": INVOICE, "advice.txt": ADVICE}
    documents = [house.document(house.put(name, text)) for name, text in texts.items()]
    matter = house.open(reference="T1")
    house.gather(matter, "PO-2024-113")
    house.include(matter, *documents)
    house.say(matter, documents[2], "privileged", "yes", "advice of counsel")
    out = house.unpacked(matter, folder / "made", stamping=lambda packed: b"a copy")
    house.close()
    return out, house.history.key()


@pytest.fixture
def package(good, tmp_path) -> Path:
    return Path(shutil.copytree(good[0], tmp_path / "package"))


def test_a_good_package_of_a_matter_is_found_good(room, good):
    done = checked(room, *good)
    assert done.returncode == 0 and "In order" in done.stdout, done.stdout + done.stderr
    assert len((good[0] / "data/withheld.csv").read_text().splitlines()) == 2


@pytest.mark.parametrize("name", FILES)
def test_a_bit_of_any_file_is_found(room, good, package, name):
    bit(f"data/{name}")(package)
    assert refused(room, package, good[1])


@pytest.mark.parametrize("kind", RESUMMED)
def test_what_is_done_to_the_lists_is_found(room, good, package, kind):
    RESUMMED[kind](package)
    resum(package)
    assert refused(room, package, good[1])
