"""What is destroyed stays destroyed: rebuilt, restored, raced with holds, and told by verify."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from archive import destroyed, disposals, schema
from archive.access import operator
from archive.backup import backup
from archive.config import Config, DataSection
from archive.db import Database
from archive.documents import load_views
from archive.fixity import verify
from archive.intake import Intake
from archive.models import Blob, Tombstone
from archive.receipts import Journal
from archive.restore import restore
from archive.status import status_of
from archive.vault import Vault
from indexer.disposing import Disposing
from indexer.indexing import Indexing
from indexer.search.engines import engine, index_root
from indexer.search.folders import IndexFolders
from indexer.search.lemmas import Lemmas
from tests.disposal_house import DisposalHouse
from tests.test_disposal import INVOICE, MINUTES, YOUNG, put


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DisposalHouse(database_url, tmp_path / "here", clock)
    yield house
    house.close()


def elsewhere(tmp_path: Path, name: str) -> tuple[Database, Vault]:
    folder = tmp_path / name
    folder.mkdir()
    return Database(f"sqlite:///{folder / 'crossfile.sqlite'}"), Vault(folder / "vault")


def test_a_rebuild_from_the_vault_brings_nothing_back_and_does_not_complain(house, tmp_path):
    invoice, young = put(house, "invoice.txt", INVOICE), put(house, "young.txt", YOUNG)
    house.dispose(invoice)
    put(house, "twin.txt", INVOICE, "secret")
    database = Database(f"sqlite:///{tmp_path / 'again.sqlite'}")
    schema.upgrade(database)
    Intake(database, house.vault, house.clock).catch_up()
    with database.read() as session:
        views = load_views(session, operator(session))
        assert (views[0].document.id, len(views)) == (young, 2)
        stone = session.get_one(Tombstone, invoice)
        assert (stone.retention_class, stone.authority) == ("accounts", "Bookkeeping Act")
        assert (
            session.scalars(select(Blob.sha256).where(Blob.destroyed_at.is_not(None))).all() == []
        )
    findings = verify(database, house.vault, clock=house.clock)
    assert [one.text for one in findings] == []
    database.close()


def test_the_restore_of_an_older_backup_destroys_again(house, tmp_path):
    invoice, young = put(house, "invoice.txt", INVOICE), put(house, "young.txt", YOUNG)
    folder = tmp_path / "backup"
    first = backup(house.database, house.vault, folder, house.clock).path
    house.dispose(invoice)
    house.clock.step()
    backup(house.database, house.vault, folder, house.clock)
    (sha256,) = house.sums(invoice)
    assert not (folder / "blobs" / sha256[:2] / sha256).exists()
    for name, chosen in (("older", first), ("newer", folder)):
        database, vault = elsewhere(tmp_path, name)
        assert restore(chosen, database, vault, house.clock) == []
        with database.read() as session:
            views = load_views(session, operator(session))
            assert [view.document.id for view in views] == [young]
            assert session.get(Tombstone, invoice) is not None
        assert not vault.path(sha256).exists()
        database.close()


def test_what_was_destroyed_since_the_last_backup_is_told_outside(house, tmp_path):
    invoice = put(house, "invoice.txt", INVOICE)
    folder, outside = tmp_path / "backup", tmp_path / "outside"
    outside.mkdir()
    backup(house.database, house.vault, folder, house.clock)
    house.dispose(invoice)
    with house.database.read() as session:
        receipts = destroyed.receipts_of(session)
    for _ in range(2):
        destroyed.keep(outside, receipts)
    assert len(list(outside.iterdir())) == 1
    database, vault = elsewhere(tmp_path, "restored")
    assert restore(folder, database, vault, house.clock, outside=[outside]) == []
    with database.read() as session:
        assert session.get(Tombstone, invoice) is not None
    assert not vault.path(house.sums(invoice)[0]).exists()
    database.close()


def test_the_worker_carries_out_what_is_due_and_tells_it_outside(house, tmp_path):
    invoice, outside = put(house, "invoice.txt", INVOICE), tmp_path / "outside"
    outside.mkdir()
    disposing = Disposing(
        house.database, house.disposer(), house.clock, "we",
        outside=[tmp_path / "away", outside],
    )  # fmt: skip
    disposal = house.propose(invoice)
    assert disposing.step() == 0
    house.approve(disposal)
    assert disposing.step() == 0
    house.clock.step(days=31)
    assert disposing.step() == 1
    assert disposing.step() == 0
    assert not house.is_there(invoice)
    (told,) = destroyed.read([outside])
    assert (told["document"], told["class"]) == (invoice, "accounts")


def test_the_status_counts_what_is_in_the_vault(house, tmp_path):
    invoice = put(house, "invoice.txt", INVOICE)
    put(house, "young.txt", YOUNG)
    house.dispose(invoice)
    config = Config(data=DataSection(folder=tmp_path))
    with house.database.read() as session:
        blobs = status_of(session, operator(session), config, house.clock())["blobs"]
    assert blobs == {"count": 1, "bytes": len(YOUNG)}


def test_a_file_number_that_is_given_again_is_not_destroyed_for_its_namesake(house, tmp_path):
    put(house, "young.txt", YOUNG)
    folder = tmp_path / "backup"
    first = backup(house.database, house.vault, folder, house.clock).path
    invoice = put(house, "invoice.txt", INVOICE)
    house.dispose(invoice)
    house.clock.step()
    backup(house.database, house.vault, folder, house.clock)
    database, vault = elsewhere(tmp_path, "restored")
    assert restore(first, database, vault, house.clock) == []
    with database.read() as session:
        assert session.scalars(select(Tombstone)).all() == []
    database.close()


def test_who_dies_after_the_receipt_is_followed_by_its_replay(house, monkeypatch):
    invoice = put(house, "invoice.txt", INVOICE)
    disposal = house.propose(invoice)
    house.approve(disposal)
    disposer = house.disposer()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    house.clock.step(days=31)
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(Vault, "destroy", die)
        disposer.carry_out(disposal)
    assert house.intake.catch_up() == 1
    disposer.carry_out(disposal)
    assert not house.is_there(invoice)
    assert house.outcomes(disposal) == {invoice: "destroyed"}
    assert house.findings() == []


def test_who_dies_before_the_receipt_has_destroyed_nothing(house, monkeypatch):
    invoice = put(house, "invoice.txt", INVOICE)
    disposal = house.propose(invoice)
    house.approve(disposal)
    house.clock.step(days=31)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(Journal, "append", die)
        house.disposer().carry_out(disposal)
    assert house.is_there(invoice)
    house.disposer().carry_out(disposal)
    assert not house.is_there(invoice)


def test_a_tombstone_that_no_receipt_tells_of_is_damage(house):
    invoice, young = put(house, "invoice.txt", INVOICE), put(house, "young.txt", YOUNG)
    house.dispose(invoice)
    with house.database.write() as session:
        session.execute(update(Tombstone).values(authority="another"))
    assert any("no receipt that says the same" in text for text in house.findings())
    with house.database.write() as session:
        session.execute(update(Tombstone).values(authority="Bookkeeping Act"))
    assert house.findings() == []
    (sha256,) = house.sums(young)
    house.vault.path(sha256).unlink()
    with house.database.write() as session:
        blob = update(Blob).where(Blob.sha256 == sha256)
        session.execute(blob.values(destroyed_at=house.clock()))
    assert house.findings() == [
        f"Blob {sha256} is said to be destroyed, and no tombstone says why."
    ]
    with house.database.write() as session:
        session.execute(delete(Tombstone))
    assert any("has no tombstone" in text for text in house.findings())


def erase(house: DisposalHouse, document: int) -> None:
    house.clock.step()
    with house.database.write() as session:
        by = house.person("manager one")
        made = disposals.propose_erasure(session, by, [document], "Art. 17", house.clock())
    house.approve(made)
    house.carry_out(made)


def test_an_erased_name_stands_in_no_receipt_and_the_chain_holds(house, tmp_path):
    young = put(house, "Anna Årström.txt", YOUNG)
    put(house, "invoice.txt", INVOICE)
    house.history.seal(house.clock())
    folder = tmp_path / "backup"
    older = backup(house.database, house.vault, folder, house.clock).path
    erase(house, young)
    journal = Journal(house.vault.folder)
    assert b"Anna" not in journal.path.read_bytes()
    assert journal.damage() == [] and house.findings() == []
    put(house, "later.txt", MINUTES)
    house.history.seal(house.clock())
    assert house.findings() == []
    house.clock.step()
    backup(house.database, house.vault, folder, house.clock)
    database, vault = elsewhere(tmp_path, "restored")
    assert restore(older, database, vault, house.clock) == []
    assert b"Anna" not in Journal(vault.folder).path.read_bytes()
    database.close()
    again = Database(f"sqlite:///{tmp_path / 'again.sqlite'}")
    schema.upgrade(again)
    Intake(again, house.vault, house.clock).catch_up()
    found = verify(again, house.vault, clock=house.clock)
    assert [one.text for one in found if one.part in ("receipts", "blob")] == []
    again.close()


def test_a_line_that_no_erasure_names_can_not_be_written_over(house):
    young, invoice = put(house, "young.txt", YOUNG), put(house, "invoice.txt", INVOICE)
    erase(house, young)
    path = Journal(house.vault.folder).path
    path.write_bytes(path.read_bytes().replace(b"invoice.txt", b"another.txt"))
    assert any("does not follow" in text for text in house.findings())
    assert invoice


def test_who_dies_between_receipt_and_writing_over_is_followed_by_its_replay(house, monkeypatch):
    young = put(house, "Anna.txt", YOUNG)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(Journal, "write_over", die)
        erase(house, young)
    assert b"Anna" in Journal(house.vault.folder).path.read_bytes()
    assert house.intake.catch_up() == 1
    assert b"Anna" not in Journal(house.vault.folder).path.read_bytes()
    assert house.findings() == []


def test_what_was_destroyed_is_in_no_file_of_the_index_and_found_by_nobody(house, tmp_path):
    invoice, young = put(house, "invoice.txt", INVOICE), put(house, "young.txt", YOUNG)
    folder = tmp_path / "here"
    root = index_root(folder)
    folders = IndexFolders(root, engine("tantivy", Lemmas(root)))
    index = Indexing(house.database, folders, folder, commit_s=0, clock=house.clock, worker="we")
    index.rebuild(1)
    assert folders.open(1).snapshot().count == 2
    house.dispose(invoice)
    index.step()
    assert folders.open(1).snapshot().count == 1
    index.step()
    index.step()
    assert folders.open(1).snapshot().count == 1
    index.close()
    assert house.is_there(young)
