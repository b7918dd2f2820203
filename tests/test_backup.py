"""Backups are made while others write, restored whole or not at all, on both engines and across."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import exports, schema
from archive.access import operator
from archive.backup import backup
from archive.db import Database
from archive.errors import Conflict, DamageFound, UsageError
from archive.events import damage
from archive.intake import Intake
from archive.jobs import JobKind, claim
from archive.models import Account, Blob, Event, Job, Meta, Sighting, SignIn, Version
from archive.receipts import Journal
from archive.records import file_number
from archive.restore import restore
from archive.vault import Vault
from tests.conftest import SteppedClock
from tests.small_archive import SmallArchive


def lines(database: Database) -> list[dict]:
    with database.read() as session:
        by = operator(session)
        return [*exports.documents(session, by), *exports.references(session, by)]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path / "here", clock)
    house.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
    house.add("invoice.txt", "Invoice\nINV-7 PO-2024-113\n", number="INV-7", cites=("PO-2024-113",))
    with house.database.write() as session:
        session.add(Account(name="Åsa", role="legal", password_hash="x", created_at=clock()))
        first = session.scalars(select(Sighting)).first()
        first.raw_path = b"\xff\x00order.txt"
    yield house
    house.close()


class Elsewhere:
    """An empty place: its own folder and database."""

    def __init__(self, url: str, folder: Path, clock: SteppedClock) -> None:
        self.database, self.vault, self.clock = Database(url), Vault(folder / "vault"), clock

    def restore(self, folder: Path, **how: bool):
        return restore(folder, self.database, self.vault, self.clock, **how)


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request, tmp_path, clock):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if request.param == "sqlite":
        place = Elsewhere(f"sqlite:///{folder / 'crossfile.sqlite'}", folder, clock)
        yield place
        place.database.close()
        return
    with request.getfixturevalue("postgres").database() as url:
        place = Elsewhere(url, folder, clock)
        yield place
        place.database.close()


@pytest.fixture
def other(tmp_path, clock):
    """The same, on SQLite only: where the engine makes no difference."""
    place = Elsewhere(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", clock)
    yield place
    place.database.close()


def make(house, tmp_path):
    house.clock.step()
    return backup(house.database, house.vault, tmp_path / "backups", house.clock)


def test_what_is_restored_is_what_was_backed_up_on_either_engine(house, elsewhere, tmp_path):
    made = make(house, tmp_path)
    assert (made.blobs, made.new_blobs, made.damaged, made.findings) == (2, 2, (), ())
    assert elsewhere.restore(tmp_path / "backups") == []
    assert lines(elsewhere.database) == lines(house.database)
    with elsewhere.database.read() as session:
        assert session.scalars(select(Account.name)).all() == ["Åsa"]
        assert session.scalars(select(Sighting.raw_path)).all() == [b"\xff\x00order.txt", None]
        kinds = session.scalars(select(Event.kind).order_by(Event.number)).all()
        assert kinds[-2:] == ["restored", "receipts-anchored"] and damage(session) == []
    with elsewhere.database.engine.connect() as connection:
        schema.require_head(elsewhere.database)
        assert connection.execute(select(Meta.value).where(Meta.name == "journal")).scalar_one()


def test_life_goes_on_after_a_restore(house, other, tmp_path):
    with house.database.write() as session:
        at = house.clock()
        held = claim(session, [JobKind.INDEX], by="dead", at=at, lease=timedelta(days=1), limit=9)
        assert held
    make(house, tmp_path)
    other.restore(tmp_path / "backups")
    with other.database.read() as session:
        assert session.scalars(select(Job.leased_by)).unique().all() == [None]
    again = SmallArchive.__new__(SmallArchive)
    again.__dict__ = {**house.__dict__, "database": other.database, "vault": other.vault}
    again.intake = Intake(other.database, other.vault, house.clock)
    again.add("late.txt", "Late\nINV-8 PO-2024-113\n", number="INV-8", cites=("PO-2024-113",))
    assert lines(other.database)[1]["document"] == "D-000003"


def test_a_second_backup_copies_only_what_is_new(house, tmp_path):
    make(house, tmp_path)
    house.file("late.txt", b"late")
    made = make(house, tmp_path)
    assert (made.blobs, made.new_blobs) == (3, 1)
    assert len(list((tmp_path / "backups").glob("*Z"))) == 2


@pytest.fixture
def shares(monkeypatch) -> int:
    """As in life, but with fewer backups until each copy was looked at."""
    monkeypatch.setattr("archive.backup.SHARES", 3)
    return 3


def rot(path: Path) -> None:
    """One bit of a copy turns round; its size stays."""
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])


def test_each_copy_is_looked_at_within_some_backups_and_one_that_rotted_is_made_again(
    house, other, tmp_path, shares
):
    last = make(house, tmp_path)
    for path in (tmp_path / "backups").glob("blobs/*/*"):
        rot(path)
    with pytest.raises(DamageFound, match="blobs/"):
        other.restore(tmp_path / "backups")
    replaced = 0
    for _ in range(shares):
        before, last = last, make(house, tmp_path)
        shutil.rmtree(before.path)  # who keeps but the latest backup has all copies looked at too
        assert (last.new_blobs, last.damaged) == (0, ())
        replaced += last.replaced_blobs
    assert replaced == 2
    assert other.restore(tmp_path / "backups") == []
    with house.database.read() as session:
        made = session.scalars(select(Event.line).where(Event.kind == "backup-made"))
        assert sum(json.loads(line)["details"]["replaced_blobs"] for line in made) == 2


def test_a_copy_that_rotted_as_its_original_did_is_named_and_all_else_is_in_the_backup(
    house, other, tmp_path, shares
):
    make(house, tmp_path)
    [rotten, _] = sorted((tmp_path / "backups").glob("blobs/*/*"))
    for path in (rotten, house.vault.path(rotten.name)):
        rot(path)
    named = [make(house, tmp_path).damaged for _ in range(shares)]
    first = named.index((rotten.name,))
    assert named == [()] * first + [(rotten.name,)] * (shares - first)  # each that follows says it
    other.restore(tmp_path / "backups")
    assert lines(other.database) == lines(house.database)


def test_the_status_says_when_the_last_backup_was_made(house, tmp_path):
    make(house, tmp_path)
    with house.database.read() as session:
        mark = session.execute(select(Meta.value).where(Meta.name == "backup")).scalar_one()
    assert mark == "2026-03-02T09:30:03.000000Z"


def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(house, other, tmp_path):
    stop = threading.Event()
    filed: list[bytes] = []

    def drop() -> None:
        while not stop.is_set():
            content = os.urandom(40)
            house.file(f"drop/{len(filed)}.bin", content)
            filed.append(content)

    writer = threading.Thread(target=drop)
    writer.start()
    try:
        while len(filed) < 20:
            stop.wait(0.01)
        before = len(filed)
        backup(house.database, house.vault, tmp_path / "backups", house.clock)
    finally:
        stop.set()
        writer.join()
    assert other.restore(tmp_path / "backups") == []
    there = {line["path"]: line for line in lines(other.database) if "document" in line}
    for number in range(before):
        assert f"filing/drop/{number}.bin" in there
    here = {line["path"]: line for line in lines(house.database) if "document" in line}
    assert all(here[path] == line for path, line in there.items())


def test_a_receipt_without_rows_is_in_the_backup_too(house, other, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("archive.events.write_recorded", lambda session: 1 / 0)
        with pytest.raises(ZeroDivisionError):  # as if it died between receipt and commit
            house.file("died.txt", b"acknowledged")
    make(house, tmp_path)
    other.restore(tmp_path / "backups")
    assert "filing/died.txt" in [line.get("path") for line in lines(other.database)]


def damaged_files(folder: Path) -> list[Path]:
    [made] = folder.glob("*Z")
    return [*(made / "tables").glob("*"), made / "receipts.jsonl", *folder.glob("blobs/*/*")]


def test_a_damaged_backup_is_refused_with_names_and_nothing_is_restored(house, other, tmp_path):
    make(house, tmp_path)
    for path in damaged_files(tmp_path / "backups"):
        whole = path.read_bytes()
        if not whole:
            continue
        for damaged in (bytes([whole[0] ^ 1]) + whole[1:], whole[:-1]):
            path.write_bytes(damaged)
            with pytest.raises(DamageFound, match=path.name):
                other.restore(tmp_path / "backups")
        path.unlink()
        with pytest.raises(DamageFound, match=path.name):
            other.restore(tmp_path / "backups")
        path.write_bytes(whole)
    assert not (tmp_path / "other/vault").exists()


def test_all_but_the_damaged_is_restored_where_that_is_asked_for_and_its_documents_are_named(
    house, elsewhere, tmp_path
):
    make(house, tmp_path)
    [rotten, _] = sorted((tmp_path / "backups").glob("blobs/*/*"))
    rot(rotten)
    with pytest.raises(DamageFound, match=f"{rotten.name}.*--without-damaged"):
        elsewhere.restore(tmp_path / "backups")
    findings = elsewhere.restore(tmp_path / "backups", without_damaged=True)
    with house.database.read() as session:
        bearer = session.scalar(
            select(Version.document_id).join(Blob, Blob.id == Version.blob_id)
            .where(Blob.sha256 == rotten.name)
        )  # fmt: skip
    [finding] = findings
    assert rotten.name in finding.text
    assert f"It is the content of {file_number(bearer)}." in finding.text
    assert list(elsewhere.vault.names()) != list(house.vault.names())
    assert lines(elsewhere.database) == lines(house.database)


def test_a_table_that_is_damaged_is_never_left_out(house, other, tmp_path):
    made = make(house, tmp_path)
    (made.path / "tables/document.jsonl.gz").write_bytes(b"")
    with pytest.raises(DamageFound, match=r"document\.jsonl\.gz") as caught:
        other.restore(tmp_path / "backups", without_damaged=True)
    assert "--without-damaged" not in str(caught.value)


def test_a_backup_without_its_manifest_is_none(house, other, tmp_path):
    made = make(house, tmp_path)
    (made.path / "manifest.json").unlink()
    with pytest.raises(UsageError, match="no whole backup"):
        other.restore(tmp_path / "backups")
    (made.path / "manifest.json").write_text('{"format": 1')
    with pytest.raises(DamageFound, match=r"manifest\.json"):
        other.restore(tmp_path / "backups")


def test_nothing_is_restored_over_something(house, tmp_path):
    make(house, tmp_path)
    before = lines(house.database)
    with pytest.raises(Conflict, match="empty one"):
        restore(tmp_path / "backups", house.database, house.vault, house.clock)
    assert lines(house.database) == before


def test_a_restore_that_died_can_be_begun_again(house, elsewhere, tmp_path, monkeypatch):
    make(house, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(
            "archive.table_lines.raise_sequence", lambda to, _: to.dialect.name == "sqlite" or 1 / 0
        )
        patch.setattr("archive.restore._write_journal", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            elsewhere.restore(tmp_path / "backups")
    assert elsewhere.restore(tmp_path / "backups") == []
    assert lines(elsewhere.database) == lines(house.database)


def test_a_restore_that_dies_when_its_rows_are_there_leaves_nobody_signed_in(
    house, elsewhere, tmp_path, monkeypatch
):
    with house.database.write() as session:
        now = house.clock()
        account = session.scalars(select(Account.id)).first()
        session.add(SignIn(account_id=account, secret_sha256="0", created_at=now, seen_at=now))
        claim(session, (JobKind.INDEX,), by="we", at=now, lease=timedelta(minutes=5), limit=9)
    make(house, tmp_path)
    upgrade = schema.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(schema, "upgrade", lambda *to: upgrade(*to) if to[1:] else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            elsewhere.restore(tmp_path / "backups")
    with elsewhere.database.read() as session:
        assert session.scalars(select(SignIn.ended_at)).all() == [house.clock()]
        assert set(session.scalars(select(Job.leased_by))) == {None}


def test_a_blob_that_the_vault_lost_does_not_hinder_the_backup_of_the_rest(house, other, tmp_path):
    lost = next(house.vault.names())
    house.vault.path(lost).unlink()
    made = make(house, tmp_path)
    assert made.damaged == (lost,)
    findings = other.restore(tmp_path / "backups")
    assert [lost in finding.text for finding in findings] == [True]


def test_a_backup_onto_a_disk_that_is_not_mounted_is_refused_and_writes_nothing(house, tmp_path):
    folder = tmp_path / "disk" / "backups"
    with pytest.raises(UsageError, match="Is its disk mounted"):
        backup(house.database, house.vault, folder, house.clock)
    assert not folder.parent.exists()


def test_receipts_that_are_not_as_they_were_written_are_told_and_copied(house, tmp_path):
    journal = Journal(house.vault.folder).path
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b'"at"', b'"aT"', 1))
    made = make(house, tmp_path)
    assert "line 2 does not follow" in " ".join(made.findings)
    assert (made.path / "receipts.jsonl").exists()


def test_each_table_is_plain_json_lines(house, tmp_path):
    made = make(house, tmp_path)
    with gzip.open(made.path / "tables/document.jsonl.gz", "rt") as rows:
        assert [json.loads(row)["id"] for row in rows] == [1, 2]


def test_a_backup_of_an_older_form_is_brought_on(house, other, tmp_path):
    made = make(house, tmp_path)
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["revision"] = "0002"  # before the tables of what documents say
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    assert other.restore(tmp_path / "backups") == []
    schema.require_head(other.database)
    assert [line["document"] for line in lines(other.database)] == ["D-000002", "D-000001"]
