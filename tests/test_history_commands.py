"""History from the command line and by the worker: sealed, shown, anchored, spoken of by id."""

from __future__ import annotations

import errno
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from archive.config import load_config
from archive.errors import ConfigError, StorageFull
from archive.models import Account, Event, Sighting
from indexer import sealing
from indexer.sealing import Sealing
from tests.sealed_archive import SealedArchive

NOTE = "Purchase order no: PO-2024-113\n\nNothing was decided.\n"


@pytest.fixture
def filed(crossfile, config, tmp_path):
    """The command line over an archive with one document, and a folder outside."""
    (tmp_path / "outside").mkdir()
    config.write_text(config.read_text() + '\n[history]\noutside = ["outside"]\n')
    (tmp_path / "filing").mkdir()
    (tmp_path / "filing" / "note.txt").write_text(NOTE)
    assert crossfile("ingest", str(tmp_path / "filing"))[0] == 0
    return crossfile


def test_verify_says_up_to_which_event_history_is_anchored_outside(filed, tmp_path):
    status, out, _ = filed("verify")
    assert status == 0 and "Nothing of history is anchored outside" in out
    status, out, _ = filed("history", "seal")
    sealed = int(re.match(r"History is sealed up to event (\d+)\.", out)[1])
    status, out, _ = filed("verify")
    assert status == 0
    assert f"History is anchored outside up to event {sealed} ({tmp_path / 'outside'}" in out
    told = json.loads(filed("verify", "--json")[1])
    assert told["sound"] is True
    assert told["history"] == {
        "events": sealed, "signed": sealed, "outside": sealed, "place": told["history"]["place"],
        "stamped": 0, "stamped_at": None,
    }  # fmt: skip


def test_verify_ends_with_1_where_a_checkpoint_outside_tells_another_history(filed, tmp_path):
    assert filed("history", "seal")[0] == 0
    [path] = (tmp_path / "outside").glob("*.txt")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"crossfile/", b"crossfilf/", 1))
    status, _, err = filed("verify")
    assert status == 1
    assert f"checkpoints: {path} is not what was signed." in err
    assert "Nothing of history is anchored outside" in err


def test_the_key_is_made_at_the_first_start_and_told(filed, tmp_path):
    told = json.loads(filed("history", "key", "--json")[1])
    assert set(told) == {"name", "fingerprint", "verifier", "pem"}
    shown = filed("history", "key")[1]
    assert told["pem"] in shown and told["fingerprint"] in shown
    assert stat.S_IMODE((tmp_path / "data" / "signing.key").stat().st_mode) == 0o600


def test_sealing_ends_with_1_where_the_folder_outside_is_not_there(filed, tmp_path):
    (tmp_path / "outside").rmdir()
    status, _, err = filed("history", "seal")
    assert status == 1 and f"can't be copied to {tmp_path / 'outside'}" in err
    assert not (tmp_path / "outside").exists()


def test_a_proof_and_a_package_are_made_from_the_command_line(filed, tmp_path):
    page = tmp_path / "proof.html"
    assert filed("history", "seal")[0] == 0
    assert filed("history", "proof", "PO-2024-113", "-o", str(page))[0] == 0
    assert "Checkpoint" in page.read_text() and "note.txt" in page.read_text()
    said = filed("history", "proof", "PO-2024-113")[1].splitlines()
    assert re.fullmatch(r"(\d+) of \1 events are under a checkpoint\.", said[-1])
    package = tmp_path / "package.zip"
    assert filed("trail", "PO-2024-113", "-o", str(package))[0] == 0
    assert filed("package", "check", str(package))[0] == 0
    with zipfile.ZipFile(package) as archive:
        assert {name.partition("/")[2] for name in archive.namelist()} >= {
            "check.py", "how-to-check.txt", "signing-key.pem", "data/history/proofs.jsonl",
        }  # fmt: skip


def test_a_proof_that_cannot_be_written_is_said_in_a_sentence(filed, tmp_path):
    status, _, said = filed("history", "proof", "D-000001", "-o", str(tmp_path / "nope" / "x.html"))
    assert (status, said.count("\n")) == (2, 1)
    assert "can't be written: No such file or directory" in said


def test_a_folder_outside_must_not_lie_in_the_data_folder(config):
    config.write_text(config.read_text() + '\n[history]\noutside = ["data/kept"]\n')
    with pytest.raises(ConfigError, match=r"history\.outside\.0"):
        load_config(config)


def test_the_worker_seals_what_is_new_then_each_hour_or_after_many_events(
    sqlite_url, tmp_path, clock, monkeypatch
):
    house = SealedArchive(sqlite_url, tmp_path, clock)
    times = iter([90.0, 100.0, 101.0, 120.0, 140.0, 100.0 + sealing.EVERY_S + 60])
    monkeypatch.setattr(sealing, "EVENTS", 5)
    worker = Sealing(house.history, clock, times.__next__)
    assert worker.step() == 0  # there is nothing new
    house.add("one.txt", "One\nPO-1\n", number="PO-1")
    assert worker.step() == 1  # at once
    assert worker.step() == 0  # a second later it does not even look
    house.file("two.txt", b"two")
    assert worker.step() == 0  # little is new
    house.add("three.txt", "Three\nPO-3\n", number="PO-3")
    house.add("four.txt", "Four\nPO-4\n", number="PO-4")
    assert worker.step() == 1  # much is
    house.file("five.txt", b"five")
    assert worker.step() == 1  # an hour is over
    assert house.verify() == []
    assert house.standing.events == house.standing.outside
    house.close()


def test_history_that_found_no_room_is_sealed_at_the_next_look(
    sqlite_url, tmp_path, clock, monkeypatch
):
    house = SealedArchive(sqlite_url, tmp_path, clock)
    house.add("one.txt", "One\nPO-1\n", number="PO-1")
    times = iter([100.0, 100.0 + sealing.LOOK_S + 1])
    worker = Sealing(house.history, clock, times.__next__)

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("archive.sealing.publish", full)
        with pytest.raises(StorageFull, match="Make room"):
            worker.step()
    assert worker.step() == 1
    house.close()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def test_events_speak_by_id_and_hold_no_name_no_path_and_no_text(house):
    """In an archive of real files, with people who have worked in it."""
    ada = house.by("ada")
    number = ada.get("documents").json()["items"][0]["document"]
    assert ada.patch(f"documents/{number}", json={"title": "A title of ours"}).is_success
    with house.services.database.read() as session:
        lines = list(session.scalars(select(Event.line)))
        people = set(session.scalars(select(Account.name)))
        paths = set(session.scalars(select(Sighting.path).where(Sighting.path.is_not(None))))
    said = {word for line in lines for word in strings(json.loads(line))}
    assert len(lines) > 20
    assert said & (people | paths | {path.rpartition("/")[2] for path in paths}) == set()
    assert [word for word in said if not re.fullmatch(r"[A-Za-z0-9:._-]{0,64}", word)] == []
