"""A stranger with common programs alone finds a good package good, and whatever was done to it."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.access import operator
from archive.bags import check_bag
from archive.notes import SigningKey
from archive.package import write_package
from archive.package_checker import is_signed
from tests.conftest import SteppedClock
from tests.sealed_archive import flipped
from tests.small_archive import SmallArchive
from tests.stranger import Room, is_allowed

Tampering = Callable[[Path], None]
TAGS = "tagmanifest-sha256.txt"
ORIGINAL = "data/originals/D-000001_v1_113.txt"


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Room:
    if not is_allowed():
        pytest.skip("this machine lets nobody into a namespace of his own (unshare)")
    return Room(tmp_path_factory.mktemp("room"))


def unpacked(folder: Path, texts: tuple[str, ...]) -> tuple[Path, SigningKey]:
    """A package of an archive of its own, and that archive's key."""
    folder.mkdir()
    clock = SteppedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    house = SmallArchive(f"sqlite:///{folder / 'crossfile.sqlite'}", folder, clock)
    house.add("orders/113.txt", f"{texts[0]}\nPO-2024-113\n", number="PO-2024-113")
    house.add("invoices/7\u2028\x85.txt", f"{texts[1]}\nINV-7 PO-2024-113\n", number="INV-7",
              cites=("PO-2024-113",))  # fmt: skip
    house.add("other.txt", "Nothing to do with it\nX-1\n", number="X-1")
    trail = house.trail("PO-2024-113")
    with house.database.read() as session:
        path = folder / "package.zip"
        write_package(
            session, operator(session), house.vault, trail, path, clock(), history=house.history
        )
    house.close()
    with zipfile.ZipFile(path) as package:
        package.extractall(folder / "out")
    [out] = (folder / "out").iterdir()
    return out, house.history.key()


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> tuple[Path, SigningKey]:
    return unpacked(tmp_path_factory.mktemp("good") / "house", ("Order of bolts", "Invoice"))


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> tuple[Path, SigningKey]:
    """The same documents but one, of another archive with another key."""
    return unpacked(tmp_path_factory.mktemp("other") / "house", ("Order of nuts!", "Invoice"))


@pytest.fixture
def package(good, tmp_path) -> Path:
    return Path(shutil.copytree(good[0], tmp_path / "package"))


# --- what somebody may do to a package ------------------------------------------------------------


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def bit(name: str) -> Tampering:
    return lambda folder: edit(folder / name, lambda data: flipped(data, random.Random(name)))


def in_lines(name: str, change: Callable[[list[bytes]], list[bytes]]) -> Tampering:
    return lambda folder: edit(
        folder / name, lambda data: b"".join(change(data.splitlines(keepends=True)))
    )


def in_index(change: Callable[[list[dict]], None]) -> Tampering:
    """Both forms of the index, changed alike."""

    def tamper(folder: Path) -> None:
        path = folder / "data/index.json"
        index = json.loads(path.read_bytes())
        with (folder / "data/index.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        change(index["entries"])
        change(rows)
        path.write_text(json.dumps(index))
        with (folder / "data/index.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    return tamper


def both(*tamperings: Tampering) -> Tampering:
    def tamper(folder: Path) -> None:
        for one in tamperings:
            one(folder)

    return tamper


def resum(folder: Path, key: SigningKey | None = None) -> None:
    """Make the manifests fit what is there; signed, where there is a key."""
    names = [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file()]
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    listed = "".join(f"{sums[name]}  {name}\n" for name in names if name.startswith("data/"))
    (folder / "manifest-sha256.txt").write_text(listed)
    sums["manifest-sha256.txt"] = hashlib.sha256(listed.encode()).hexdigest()
    tags = [name for name in names if not name.startswith("data/") and TAGS not in name]
    listed = "".join(f"{sums[name]}  {name}\n" for name in tags)
    (folder / TAGS).write_text(listed)
    if key is not None:
        (folder / f"{TAGS}.sig").write_bytes(key.sign(listed.encode()))


def original_replaced(entries: list[dict]) -> None:
    entries[0]["sha256"] = hashlib.sha256(b"another order").hexdigest()


def replace_original(folder: Path) -> None:
    (folder / ORIGINAL).write_bytes(b"another order")


def swap_originals(folder: Path) -> None:
    one, two = sorted((folder / "data/originals").iterdir())
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def link_original(folder: Path) -> None:
    data = (folder / ORIGINAL).read_bytes()
    (folder / ORIGINAL).unlink()
    (folder / "bagit.txt").with_name("elsewhere").write_bytes(data)
    (folder / ORIGINAL).symlink_to("../../elsewhere")


def drop_both(entries: list[dict]) -> None:
    del entries[1]


def remove(name: str) -> Tampering:
    return lambda folder: (folder / name).unlink()


def write(name: str, data: bytes) -> Tampering:
    def tamper(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return tamper


EVENTS, PROOFS = "data/history/events.jsonl", "data/history/proofs.jsonl"

#: As somebody does who has nothing but the package.
PLAIN: dict[str, Tampering] = {
    "a bit of an original": bit(ORIGINAL),
    "a bit of a text": bit("data/text/D-000001_v1.txt"),
    "a bit of the index, CSV": bit("data/index.csv"),
    "a bit of the index, JSON": bit("data/index.json"),
    "a bit of the chronology": bit("data/chronology.html"),
    "a bit of the references": bit("data/references.jsonl"),
    "a bit of what is missing": bit("data/missing.csv"),
    "a bit of the events": bit(EVENTS),
    "a bit of a proof": bit(PROOFS),
    "a bit of the checkpoint": bit("data/history/checkpoint.txt"),
    "a bit of the checkpoint's key": bit("data/history/checkpoint-key.pem"),
    "a bit of bag-info": bit("bag-info.txt"),
    "a bit of how to check": bit("how-to-check.txt"),
    "a bit of the manifest": bit("manifest-sha256.txt"),
    "a bit of the tagmanifest": bit(TAGS),
    "a bit of the signature": bit(f"{TAGS}.sig"),
    "an original removed": remove(ORIGINAL),
    "the signature removed": remove(f"{TAGS}.sig"),
    "an original added": write("data/originals/D-000009_v1_x.txt", b"new"),
    "a file added beside": write("note.txt", b"new"),
    "an original made a link": link_original,
    "two originals swapped": swap_originals,
}
#: With manifests that fit again.
RESUMMED: dict[str, Tampering] = {
    "an original replaced": replace_original,
    "an original replaced, index too": both(replace_original, in_index(original_replaced)),
    "an entry removed": both(remove("data/originals/D-000002_v1_7.txt"), in_index(drop_both)),
    "the order changed": in_index(lambda entries: entries.reverse()),
    "an event removed": both(
        in_lines(EVENTS, lambda lines: lines[1:]), in_lines(PROOFS, lambda lines: lines[1:])
    ),
    "events swapped": in_lines(EVENTS, lambda lines: [lines[1], lines[0], *lines[2:]]),
}
#: By the archive itself, afterwards: signed with its key. What the checkpoint vouches for stands.
RESIGNED: dict[str, Tampering] = {
    "an original replaced, index too": RESUMMED["an original replaced, index too"],
    "an original replaced": replace_original,
    "originals swapped": swap_originals,
    "an original added": write("data/originals/D-000009_v1_x.txt", b"new"),
    "an original removed": remove(ORIGINAL),
    "one of the indexes shortened": in_lines("data/index.csv", lambda lines: lines[:-1]),
    "the order of one index": in_lines("data/index.csv", lambda a: [a[0], a[2], a[1], *a[3:]]),
    "a bit of an event": in_lines(
        EVENTS, lambda lines: [lines[0].replace(b"system", b"user:9"), *lines[1:]]
    ),
    "an event without its proof": in_lines(EVENTS, lambda lines: lines[:-1]),
    "events swapped, proofs too": both(
        in_lines(EVENTS, lambda lines: [lines[1], lines[0], *lines[2:]]),
        in_lines(PROOFS, lambda lines: [lines[1], lines[0], *lines[2:]]),
    ),
    "an event twice": both(
        in_lines(EVENTS, lambda lines: [lines[0], *lines]),
        in_lines(PROOFS, lambda lines: [lines[0], *lines]),
    ),
    "the size in the checkpoint": in_lines(
        "data/history/checkpoint.txt", lambda lines: [lines[0], b"9\n", *lines[2:]]
    ),
}


def checked(room: Room, folder: Path, key: SigningKey):
    script = f"{room.python} -I -S check.py --key {key.public.fingerprint}"
    return room.run(folder, script)


def refused(room: Room, folder: Path, key: SigningKey) -> bool:
    done = checked(room, folder, key)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode == 1 and done.stdout.startswith("NOT IN ORDER: ")


def test_a_good_package_is_found_good_by_the_checker_and_by_bag_tools(room, good):
    done = checked(room, *good)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"In order: \d+ files, \d+ events under a checkpoint of \d+\.\n$", done.stdout)
    assert list(check_bag(good[0])) == []


def test_without_a_key_the_checker_says_what_to_ask_for(room, good):
    done = room.run(good[0], f"{room.python} -I -S check.py")
    assert done.returncode == 0
    assert f"Signed by {good[1].public.fingerprint}. Ask the archive" in done.stdout


def test_the_steps_of_how_to_check_pass_as_they_stand(room, good):
    folder, key = good
    text = (folder / "how-to-check.txt").read_text()
    lines = re.findall(r"^ {7}(\S.*|    \S.*)$", text, re.MULTILINE)
    steps = "\n".join(line for line in lines if "NAME.tsr" not in line)  # tests/test_stamping.py
    steps = steps.replace("FINGERPRINT", key.public.fingerprint).replace("'", '"')
    done = room.run(folder, steps.replace("python3", room.python))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 2
    assert f"{key.public.fingerprint}  -" in done.stdout


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_done_to_the_files_is_found(room, good, package, kind):
    PLAIN[kind](package)
    assert refused(room, package, good[1])


@pytest.mark.parametrize("kind", RESUMMED)
def test_what_is_done_with_manifests_that_fit_again_is_found(room, good, package, kind):
    RESUMMED[kind](package)
    resum(package)
    assert refused(room, package, good[1])


@pytest.mark.parametrize("kind", RESIGNED)
def test_what_the_archive_itself_does_afterwards_is_found(room, good, package, kind):
    RESIGNED[kind](package)
    resum(package, good[1])
    assert refused(room, package, good[1])


def test_a_package_made_anew_with_another_key_is_found(room, good, other):
    assert checked(room, *other).returncode == 0
    assert refused(room, other[0], good[1])


def test_a_checkpoint_of_another_archive_is_found(room, good, other, package):
    for name in ("checkpoint.txt", "checkpoint-key.pem"):
        shutil.copy(other[0] / "data/history" / name, package / "data/history" / name)
    assert refused(room, package, good[1])
    resum(package, good[1])
    assert refused(room, package, good[1])


def test_signatures_of_the_one_are_checked_by_the_other(good):
    key = good[1]
    for length in range(0, 200, 7):
        message = bytes(range(length))
        signature = key.sign(message)
        assert is_signed(key.public.raw, message, signature)
        assert not is_signed(key.public.raw, message + b"x", signature)
