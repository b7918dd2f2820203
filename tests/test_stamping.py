"""The last checkpoint is stamped with the time by a service outside, and anybody can check it."""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from archive import fixity, stamping
from archive.anchoring import Standing
from archive.backup import backup
from archive.db import Database
from archive.restore import restore
from archive.sealing import History
from archive.stamping import StampService
from archive.vault import Vault
from indexer.sealing import Sealing
from tests.sealed_archive import SealedArchive, flipped
from tests.stamp_service import StampingHouse
from tests.test_history_commands import NOTE


@pytest.fixture(scope="module")
def stamper(tmp_path_factory):
    house = StampingHouse(tmp_path_factory.mktemp("stamping") / "service")
    yield house
    house.close()


@pytest.fixture(autouse=True)
def willing(stamper):
    stamper.answer, stamper.asked = None, 0


class StampedArchive(SealedArchive):
    """Its history is stamped once, on the third checkpoint."""

    def __init__(self, url, folder, clock, stamper) -> None:
        super().__init__(url, folder, clock)
        self.service = StampService(stamper.url, stamper.roots)
        self.history = History(self.database, self.vault.folder, [self.outside], self.service)
        assert stamping.stamp_last(self.history) is None
        assert self.history.copy_outside() == []

    def verify(self, service=None):
        def stand(standing: Standing) -> None:
            self.standing = standing

        found = fixity.verify(
            self.database, self.vault, outside=[self.outside], service=service or self.service,
            clock=self.clock, stand=stand,
        )  # fmt: skip
        return [f"{finding.part}: {finding.text}" for finding in found]

    @property
    def stamp(self):
        [path] = self.history.stamps.iterdir()
        return path


@pytest.fixture
def house(sqlite_url, tmp_path, clock, stamper):
    house = StampedArchive(sqlite_url, tmp_path, clock, stamper)
    yield house
    house.close()


def test_verify_says_which_events_were_there_when_a_service_stamped_them(house):
    house.add("late.txt", "Late\nPO-9\n", number="PO-9")
    assert house.verify() == []
    assert 0 < house.standing.stamped < house.standing.events
    assert abs((datetime.now(UTC) - house.standing.stamped_at).total_seconds()) < 3600
    said = f"the first {house.standing.stamped} events were these on "
    assert said in str(house.standing)


def test_a_checkpoint_is_stamped_once(house, stamper):
    assert stamping.stamp_last(house.history) is None
    assert stamper.asked == 1
    house.add("late.txt", "Late\nPO-9\n", number="PO-9")
    house.seal()
    assert stamping.stamp_last(house.history) is None
    assert stamper.asked == 2


def test_a_stamp_is_checked_by_openssl(house, stamper, tmp_path):
    checkpoint = house.history.latest().path
    command = f"openssl ts -verify -in {house.stamp} -data {checkpoint} -CAfile {stamper.roots}"
    told = subprocess.run(command.split(), capture_output=True, text=True)
    assert "Verification: OK" in told.stdout + told.stderr


def test_every_flipped_bit_of_a_stamp_is_found_in_the_vault_and_outside(house):
    chooser = random.Random(20261201)
    for path in (house.stamp, house.outside / house.stamp.name):
        whole = path.read_bytes()
        for _ in range(20):
            house.write(path, flipped(whole, chooser))
            assert f"checkpoints: {path} is not what was written." in house.verify()
        house.write(path, whole)
    assert house.verify() == []


def test_a_stamp_that_is_taken_away_is_missed(house):
    house.stamp.unlink()
    copy = next(house.outside.glob("*.tsr"))
    assert f"checkpoints: {copy} is not in the vault any more." in house.verify()


def test_a_stamp_is_believed_from_no_other_service_and_on_no_other_checkpoint(
    house, tmp_path, stamper
):
    other = StampingHouse(tmp_path / "other")
    other.close()
    [told] = house.verify(StampService(stamper.url, other.roots))[:1]
    assert f"{house.stamp} is no stamp on its checkpoint" in told
    assert house.standing.stamped_at is None
    first = house.files("checkpoints")[0]
    stamp = house.stamp.read_bytes()
    (house.history.stamps / stamping.stamp_name(first, stamp)).write_bytes(stamp)
    assert any(first.stem in told and "no stamp on its" in told for told in house.verify())


def test_events_that_were_written_anew_are_not_those_that_were_stamped(house):
    house.rewrite_events(lambda bodies: bodies[:5] + bodies[6:])
    assert house.verify() != []
    assert house.standing.stamped_at is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"<html>sign in</html>", "does not stamp checkpoints"),
        (bytes.fromhex("30053003020102"), "does not stamp checkpoints"),  # refused
        (b"", "does not stamp checkpoints"),
    ],
)
def test_what_is_no_stamp_is_told_and_not_kept(lite_stamping, stamper, answer, why):
    stamper.answer = answer
    said = stamping.stamp_last(lite_stamping)
    assert said is not None and said.startswith(f"{stamper.url} {why}: ")
    assert list(lite_stamping.stamps.iterdir()) == []


@pytest.fixture
def lite_stamping(sqlite_url, tmp_path, clock, stamper):
    house = SealedArchive(sqlite_url, tmp_path, clock)
    service = StampService(stamper.url, stamper.roots)
    yield History(house.database, house.vault.folder, [house.outside], service)
    house.close()


def test_a_stamp_that_answers_another_question_is_not_taken(lite_stamping, stamper):
    assert stamping.stamp_last(lite_stamping) is None
    [kept] = lite_stamping.stamps.iterdir()
    stamper.answer = kept.read_bytes()
    kept.unlink()
    assert "does not stamp checkpoints" in stamping.stamp_last(lite_stamping)


def test_a_service_that_is_away_is_asked_again_by_the_worker(lite_stamping, stamper, clock):
    now = [0.0]
    worker = Sealing(lite_stamping, clock, timer=lambda: now[0])
    stamper.answer = b""
    worker.step()
    assert list(lite_stamping.stamps.iterdir()) == []
    stamper.answer, now[0] = None, 3700.0
    worker.step()
    [stamp] = lite_stamping.stamps.iterdir()
    assert [path.name for path in lite_stamping.outside[0].glob("*.tsr")] == [stamp.name]


def test_stamps_come_back_with_a_backup(house, tmp_path):
    backup(house.database, house.vault, tmp_path / "kept", house.clock)
    (tmp_path / "again").mkdir()
    database = Database(f"sqlite:///{tmp_path}/again/crossfile.sqlite")
    vault = Vault(tmp_path / "again" / "vault")
    assert restore(tmp_path / "kept", database, vault, house.clock) == []
    stamps = History(database, vault.folder).stamps
    assert [path.name for path in stamps.iterdir()] == [house.stamp.name]
    database.close()


def test_from_configuration_to_package(crossfile, config, tmp_path, stamper):
    (tmp_path / "filing").mkdir()
    (tmp_path / "filing" / "note.txt").write_text(NOTE)
    named = f'\n[history]\nstamp_url = "{stamper.url}"\nstamp_roots = "roots.pem"\n'
    before = config.read_text()
    config.write_text(before + named)
    status, _, err = crossfile("ingest", str(tmp_path / "filing"))
    assert status == 2 and "'history.stamp_roots'" in err and "root certificates" in err
    (tmp_path / "roots.pem").write_bytes(stamper.roots.read_bytes())
    assert crossfile("ingest", str(tmp_path / "filing"))[0] == 0
    assert crossfile("history", "seal")[0] == 0
    told = json.loads(crossfile("verify", "--json")[1])["history"]
    assert told["stamped"] == told["signed"] and told["stamped_at"].endswith("Z")
    assert crossfile("trail", "PO-2024-113", "-o", str(tmp_path / "trail.zip"))[0] == 0
    with zipfile.ZipFile(tmp_path / "trail.zip") as package:
        package.extractall(tmp_path / "unpacked")
    [stamp] = (tmp_path / "unpacked").rglob("*.tsr")
    command = (
        f"openssl ts -verify -in {stamp} -data {stamp.with_name('checkpoint.txt')} "
        f"-CAfile {stamper.roots}"
    )
    assert subprocess.run(command.split(), capture_output=True).returncode == 0
