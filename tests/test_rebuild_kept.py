"""A rebuild brings nothing destroyed back, keeps history, names damage, and is all or nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import accounts, destroyed, disposals, registers, tokens
from archive.access import operator
from archive.backup import backup
from archive.db import Database
from archive.documents import load_views
from archive.errors import Conflict, DamageFound, UsageError
from archive.models import Account, Document, Event, Sighting, Tombstone
from archive.rebuild import rebuild
from archive.receipts import Journal
from archive.register_fields import register_of
from archive.vault import Vault
from tests.disposal_house import DisposalHouse
from tests.test_disposal import INVOICE, MINUTES, YOUNG, attach, put


class Lost(DisposalHouse):
    """Its database is left behind, and one beside it is made from the same vault."""

    def rebuild(self, **more):
        self.clock.step()
        return rebuild(self.again, self.vault, self.clock, **more)

    def texts(self, **more) -> list[str]:
        return [one.text for one in self.rebuild(**more).findings]

    def rows(self, *columns) -> list:
        with self.again.read() as session:
            return [tuple(row) for row in session.execute(select(*columns))]


@pytest.fixture(params=["sqlite", "postgres"])
def house(request, tmp_path, clock):
    house = Lost(request.getfixturevalue(f"{request.param}_url"), tmp_path / "here", clock)
    if request.param == "sqlite":
        house.again = Database(f"sqlite:///{tmp_path / 'again.sqlite'}")
        yield house
    else:
        with request.getfixturevalue("postgres").database() as url:
            house.again = Database(url)
            yield house
            house.again.close()
    house.again.close()
    house.close()


def erase(house: Lost, document: int) -> None:
    with house.database.write() as session:
        by = house.person("manager one")
        disposal = disposals.propose_erasure(session, by, [document], "Art. 17", house.clock())
    house.approve(disposal)
    house.carry_out(disposal)


@pytest.mark.parametrize("when", ["alone", "before the backup", "after it"])
def test_what_was_disposed_of_or_erased_stays_so(house, tmp_path, when):
    invoice, young = put(house, "invoice.txt", INVOICE), put(house, "Anna Berg.txt", YOUNG)
    kept = put(house, "minutes.txt", MINUTES)
    tables = None if when == "alone" else tmp_path / "backup"
    if when == "after it":
        backup(house.database, house.vault, tables, house.clock)
    house.dispose(invoice)
    erase(house, young)
    if when == "before the backup":
        backup(house.database, house.vault, tables, house.clock)
    (sha256,) = house.sums(invoice)
    house.vault.path(sha256).write_bytes(INVOICE.encode())  # it came back with a copy of the vault
    assert house.texts(tables=tables) == []
    assert not house.vault.path(sha256).exists()
    with house.again.read() as session:
        assert [one.document.id for one in load_views(session, operator(session))] == [kept]
    assert house.rows(Tombstone.document_id, Tombstone.what) == [
        (invoice, "disposed"),
        (young, "erased"),
    ]
    assert not any("Anna" in path for (path,) in house.rows(Sighting.path))


def test_what_the_vault_does_not_know_and_is_told_outside_is_destroyed_again(house, tmp_path):
    invoice = put(house, "invoice.txt", INVOICE)
    copy, outside = tmp_path / "copy", tmp_path / "outside"
    outside.mkdir()
    journal = Journal(house.vault.folder).path.read_bytes()
    house.dispose(invoice)
    with house.database.read() as session:
        destroyed.keep(outside, destroyed.receipts_of(session))
    vault = Vault(copy / "vault")
    vault.prepare()
    Journal(vault.folder).path.write_bytes(journal)
    (sha256,) = house.sums(invoice)
    vault.path(sha256).write_bytes(INVOICE.encode())
    house.vault = vault
    assert house.texts(outside=[outside]) == []
    assert not vault.path(sha256).exists()
    assert house.rows(Tombstone.what) == [("disposed",)]


def test_history_goes_on_from_what_was_sealed_and_tells_nothing_twice(house):
    put(house, "a.txt", INVOICE, "secret")
    put(house, "b.txt", YOUNG)
    house.history.seal(house.clock.step())
    sealed = lines_of(house.database)
    put(house, "c.txt", MINUTES)
    assert house.texts() == []
    assert lines_of(house.again)[: len(sealed)] == sealed
    kinds = house.rows(Event.kind, Event.document_id)
    assert [document for kind, document in kinds if kind == "received"] == [1, 2, 3]
    assert kinds[-2:] == [("rebuilt", None), ("receipts-anchored", None)]


def lines_of(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.line).order_by(Event.number)))


def test_numbers_of_lost_users_tokens_and_entries_are_given_to_nobody_else(house):
    put(house, "a.txt", INVOICE)
    change = house.made_by("coordinator one")
    with house.database.write() as session:
        by = operator(session)
        eva = accounts.create(session, "karin", "staff", by=by, at=house.clock())
        token, _ = tokens.make_token(session, eva.id, "robot", by=by, at=house.clock())
    house.history.seal(house.clock.step())
    assert house.texts() == []
    with house.again.read() as session:
        assert accounts.is_empty(session)
    with house.again.write() as session:
        by, at = operator(session), house.clock()
        names = [one.name for one in accounts.list_users(session, by=by).items]
        assert f"user {eva.id}" in names and "karin" not in names
        new = accounts.create(session, "nils", "staff", by=by, at=at)
        assert new.id == eva.id + 1
        assert tokens.make_token(session, new.id, "other", by=by, at=at)[0] == token + 1
        for number in (1, 2):
            made = registers.create(
                session, by, register_of("change-request"),
                {"number": f"CR-{number}", "title": "Seal"}, at, schemes=house.schemes,
            )  # fmt: skip
            assert made.id == change.id + number


def test_a_lost_blob_is_named_and_the_rest_is_made(house):
    put(house, "a.txt", INVOICE)
    lost = put(house, "b.txt", YOUNG)
    (sha256,) = house.sums(lost)
    house.vault.path(sha256).unlink()
    (text,) = house.texts()
    assert text.startswith(f"Blob {sha256} can't be read") and "D-000002" in text
    assert house.rows(Document.id) == [(1,), (2,)]


def test_receipts_that_are_damaged_are_named_and_the_rest_is_made(house):
    mail = house.put("mail.txt", MINUTES)
    attach(house, mail, INVOICE)
    put(house, "b.txt", YOUNG)
    damage(house, 0, lambda line: b"\0" * (len(line) - 1) + b"\n")
    made = house.rebuild()
    texts = " ".join(one.text for one in made.findings)
    assert made.receipts == 1 and house.rows(Document.id) == [(3,)]
    assert "Receipt line 1 can't be read." in texts
    assert "of document 2: what it lies in is not known" in texts


def test_a_receipt_that_says_what_can_t_be_is_named_and_the_rest_is_made(house):
    put(house, "a.txt", INVOICE)
    put(house, "b.txt", YOUNG)
    damage(house, 0, lambda line: line.replace(b'"document":1', b'"documenT":1'))
    texts = house.texts()
    assert any("of document None, does not say what can be" in text for text in texts)
    assert "Receipt line 2 does not follow the one before it." in texts
    assert house.rows(Document.id) == [(2,)]


def damage(house: Lost, number: int, change) -> None:
    path = Journal(house.vault.folder).path
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number] = change(lines[number])
    path.write_bytes(b"".join(lines))


def test_a_database_with_rows_and_a_backup_of_another_vault_are_refused(house, tmp_path, clock):
    with pytest.raises(UsageError, match="has no receipts"):
        house.rebuild()
    put(house, "a.txt", INVOICE)
    other = DisposalHouse(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", clock)
    put(other, "a.txt", YOUNG)
    backup(other.database, other.vault, tmp_path / "backup", clock)
    other.close()
    with pytest.raises(Conflict, match="is not of this vault"):
        house.rebuild(tables=tmp_path / "backup")
    assert house.rows(Document.id) == house.rows(Account.id) == []
    house.rebuild()
    with pytest.raises(Conflict, match="The database has rows in"):
        house.rebuild()


def test_tables_that_are_not_what_they_were_are_refused(house, tmp_path):
    put(house, "a.txt", INVOICE)
    made = backup(house.database, house.vault, tmp_path / "backup", house.clock)
    (made.path / "tables" / "ruling.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(DamageFound, match="tables/ruling"):
        house.rebuild(tables=tmp_path / "backup")


def test_a_rebuild_that_died_can_be_begun_again(house, tmp_path, monkeypatch):
    put(house, "a.txt", INVOICE)
    backup(house.database, house.vault, tmp_path / "backup", house.clock)
    put(house, "b.txt", YOUNG)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("archive.rebuild.remember", lambda *_: 1 / 0)
        house.rebuild(tables=tmp_path / "backup")
    assert house.rows(Document.id) == []
    assert house.texts(tables=tmp_path / "backup") == []
    assert house.rows(Document.id) == [(1,), (2,)]
