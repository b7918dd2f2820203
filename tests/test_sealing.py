"""History is sealed outside the database and anchored outside the machine: nothing goes unseen."""

from __future__ import annotations

import json
import random
import stat
import subprocess

import pytest
from sqlalchemy import delete, select

from archive.anchoring import Anchoring
from archive.backup import backup
from archive.db import Database
from archive.errors import DamageFound
from archive.models import Counter, Event
from archive.notes import PublicKey, SigningKey
from archive.receipts import Journal
from archive.restore import restore
from archive.sealing import History
from archive.vault import Vault
from tests.sealed_archive import SealedArchive

FLIPS = 60
SEED = 20261130


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SealedArchive(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def lite(sqlite_url, tmp_path, clock):
    house = SealedArchive(sqlite_url, tmp_path, clock)
    yield house
    house.close()


def events(house) -> list[Event]:
    with house.database.read() as session:
        return list(session.scalars(select(Event).order_by(Event.number)))


def test_what_is_sealed_is_anchored_and_what_follows_is_only_our_word(house):
    assert house.verify() == []
    count = len(events(house))
    assert (house.standing.events, house.standing.outside) == (count, count)
    house.add("late.txt", "Late\nPO-9\n", number="PO-9")
    assert house.verify() == []
    assert house.standing.outside == count < house.standing.events
    assert f"anchored outside up to event {count} (" in str(house.standing)
    assert "events that follow are only our word" in str(house.standing)


def test_sealed_lines_are_the_lines_of_the_database_and_sealing_again_writes_nothing(house):
    lines = b"".join(segment.path.read_bytes() for segment in house.history.segments())
    assert lines.decode().splitlines() == [event.line for event in events(house)]
    before = sorted(house.history.folder.rglob("*"))
    house.seal()
    assert sorted(house.history.folder.rglob("*")) == before
    modes = {stat.S_IMODE(path.stat().st_mode) for path in house.files("sealed history")}
    assert modes == {0o444}


def test_the_key_is_made_once_and_nobody_else_may_read_it(lite, tmp_path):
    path = tmp_path / "signing.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.at(path).public.raw == lite.history.key().public.raw


def test_a_checkpoint_is_checked_by_openssl(lite, tmp_path):
    *_, path = lite.files("checkpoints")
    [key] = lite.files("keys")
    script = f"""
        head -n 3 {path} > body && tail -n 1 {path} | cut -d ' ' -f 3 | base64 -d | tail -c 64 > sig
        openssl pkeyutl -verify -pubin -inkey {key} -rawin -in body -sigfile sig
        openssl pkey -pubin -in {key} -outform DER | sha256sum
    """
    done = subprocess.run(["sh", "-ec", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    assert PublicKey.of_pem(key.read_bytes()).fingerprint in done.stdout


def test_one_flipped_bit_is_found_wherever_it_is(lite):
    chooser = random.Random(SEED)
    for _ in range(FLIPS):
        where, undo = lite.flip(chooser)
        assert lite.verify(), where
        undo()
    assert lite.verify() == []


def test_every_bit_of_a_checkpoint_and_of_its_key_counts(lite):
    *_, path = lite.files("checkpoints")
    [key_path] = lite.files("keys")
    key = PublicKey.of_pem(key_path.read_bytes())
    for whole, read in (
        (path.read_bytes(), key.checkpoint),
        (key_path.read_bytes(), PublicKey.of_pem),
    ):
        for bit in range(len(whole) * 8):
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << bit % 8
            try:
                found = read(bytes(changed))
            except ValueError:
                continue
            assert isinstance(found, PublicKey) and found.short != key.short


def test_history_rewritten_as_a_whole_is_found_by_what_is_outside(house):
    def forge(bodies):
        bodies[4]["actor"] = "user:99"
        return bodies

    house.rewrite_events(forge)
    found = house.verify()
    assert any("of the database" in one and str(house.outside) in one for one in found), found
    assert any("something was changed after event 0" in one for one in found)


@pytest.mark.parametrize(
    "change",
    [
        lambda bodies: bodies[:3] + bodies[4:],
        lambda bodies: [bodies[1], bodies[0], *bodies[2:]],
        lambda bodies: bodies[:-5],
        lambda bodies: bodies[:2],
    ],
    ids=["one removed", "two swapped", "tail cut", "nearly all cut"],
)
def test_events_removed_swapped_or_cut_and_all_hashed_anew_are_found(lite, change):
    lite.rewrite_events(change)
    assert any(str(lite.outside) in one for one in lite.verify())


def test_the_finding_says_after_which_event_something_was_changed(lite):
    last = len(events(lite))
    signed = sorted(int(path.name[:10]) for path in lite.files("checkpoints"))

    def forge(bodies):
        bodies[last - 2]["actor"] = "user:99"
        return bodies

    lite.rewrite_events(forge)
    assert any(f"something was changed after event {signed[1]}." in one for one in lite.verify())


def test_events_cut_off_in_the_database_alone_are_found_by_what_is_sealed(lite):
    last = len(events(lite))
    with lite.database.engine.begin() as connection:
        connection.execute(delete(Event).where(Event.number > last - 3))
        connection.execute(Counter.__table__.update().values(value=last - 3))
    found = lite.verify()
    assert f"sealed history: The record in the database ends at event {last - 3}" in found[0]


def test_receipts_linked_anew_as_a_whole_are_found_by_what_events_say(house):
    def forge(receipts):
        receipts[0]["path"] = "elsewhere.txt"
        return receipts

    house.rewrite_receipts(forge)
    found = [one for one in house.verify() if "event" in one]
    assert found and all(one.startswith("receipts: The receipts") for one in found)


def test_an_original_replaced_with_all_that_names_it_is_found(lite):
    lite.replace_blob(b"another order")
    assert any("receipts: The receipts" in one and "event" in one for one in lite.verify())


def test_what_others_seal_while_history_is_looked_at_is_no_alarm(house):
    anchoring = Anchoring(house.history, Journal(house.vault.folder))
    with house.database.read() as session:
        assert session.scalars(select(Event.number)).all()
        house.add("late.txt", "Late\nPO-9\n", number="PO-9")
        house.seal()
        assert list(anchoring.findings(session)) == []
    with house.database.read() as session:
        anchoring = Anchoring(house.history, Journal(house.vault.folder))
        house.add("later.txt", "Later\nPO-8\n", number="PO-8")
        house.seal()
        assert list(anchoring.findings(session)) == []


@pytest.mark.parametrize("place", ["sealed history", "checkpoints", "keys"])
@pytest.mark.parametrize("which", [0, -1])
def test_a_file_taken_away_is_found(lite, place, which):
    lite.files(place)[which].unlink()
    assert lite.verify() != []


def test_a_folder_outside_that_is_lost_is_no_silence(lite):
    for path in lite.outside.iterdir():
        path.unlink()
    lite.outside.rmdir()
    [finding] = lite.verify()
    assert str(lite.outside) in finding
    assert lite.standing.outside == 0
    assert lite.history.copy_outside() != []
    assert not lite.outside.exists()


def test_what_lies_outside_is_never_written_over(lite):
    path = sorted(lite.outside.glob("*.txt"))[0]
    lite.write(path, b"something else")
    assert lite.history.copy_outside() == []
    assert path.read_bytes() == b"something else"
    assert any(str(path) in one for one in lite.verify())


def test_nothing_is_signed_that_does_not_follow_from_the_last_checkpoint(lite):
    lite.set_event(2, line='{"number":2}')
    lite.add("late.txt", "Late\nPO-9\n", number="PO-9")
    before = lite.files("checkpoints")
    with pytest.raises(DamageFound, match="does not follow from the last checkpoint"):
        History(lite.database, lite.vault.folder).seal(lite.clock())
    assert lite.files("checkpoints") == before


def test_whoever_dies_between_sealing_and_signing_is_made_good(lite):
    lite.files("checkpoints")[-1].unlink()
    lite.add("late.txt", "Late\nPO-9\n", number="PO-9")
    History(lite.database, lite.vault.folder, [lite.outside]).seal(lite.clock())
    assert lite.history.copy_outside() == [] == lite.verify()


def test_a_restored_archive_is_held_against_the_checkpoints_of_before(house, tmp_path, clock):
    backup(house.database, house.vault, tmp_path / "backup", clock)
    database = Database(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    vault = Vault(tmp_path / "restored" / "vault")
    found = restore(tmp_path / "backup", database, vault, clock, outside=[house.outside])
    assert found == []
    history = History(database, vault.folder, [house.outside])
    assert {path.name for path in house.history.kept(1 << 62)} < {
        path.name for path in history.kept(1 << 62)
    }
    database.close()


def test_no_event_holds_a_name_a_path_or_a_text(lite):
    names = {"orders", "Order", "filing", "general"}
    for event in events(lite):
        body = json.loads(event.line)
        assert set(body) <= {
            "number", "at", "kind", "actor", "salt", "collection", "document", "entry", "details",
        }  # fmt: skip
        assert not any(name in event.line for name in names)
