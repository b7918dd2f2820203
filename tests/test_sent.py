"""What was sent: recorded, acknowledged, taken back; who has an old version; by API and page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from archive import questions, sent
from archive.access import operator
from archive.backup import backup
from archive.by_hand import add_reference
from archive.config import Config
from archive.db import Database
from archive.errors import NotAllowed, NotFound, UsageError
from archive.references import Target
from archive.restore import restore
from archive.sent import Said
from archive.vault import Vault
from tests.register_house import RegisterHouse
from tests.rooms import Rooms

SPEC = "Specification SPEC-104\nRevision: {revision}\nDate: 2024-0{revision}-01\n"


class SentHouse(RegisterHouse):
    """A specification in two revisions."""

    def spec(self, revision: int, collection: str = "general") -> int:
        text = SPEC.format(revision=revision)
        return self.put(f"spec {collection}.txt", text, collection)

    def send(self, to="Acme AB", version=None, by=None, number=1, **more):
        self.clock.step()
        said = Said(to, more.pop("how", "mail"), more.pop("on", date(2024, 2, 1)), version=version)
        with self.database.write() as session:
            return sent.record(session, by or operator(session), number, said, self.clock())

    def acknowledge(self, sending, day=date(2024, 2, 5), by=None):
        self.clock.step()
        with self.database.write() as session:
            sent.acknowledge(session, by or operator(session), sending, day, self.clock())

    def sendings(self, viewer=None, **then):
        with self.database.read() as session:
            found = sent.sendings_of(session, viewer or operator(session), 1, **then)
            return [(one.to, one.version, one.acknowledged_on) for one in found]

    def rows(self, name="old-versions-out", viewer=None, **then):
        with self.database.read() as session:
            by = viewer or operator(session)
            answer = questions.answer(session, by, Config(), name, self.clock(), **then)
            return [row[:4] for row in answer.rows]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SentHouse(database_url, tmp_path, clock)
    house.spec(1)
    yield house
    house.close()


def test_who_was_sent_what_is_told_the_last_first_with_its_acknowledgement(house):
    first = house.send()
    house.send("Borg Oy", on=date(2024, 2, 2), how="post")
    house.acknowledge(first)
    assert house.sendings() == [("Borg Oy", 1, None), ("Acme AB", 1, "2024-02-05")]
    kinds = [event.kind for event in house.events()][-3:]
    assert kinds == ["version-sent", "version-sent", "sending-acknowledged"]


def test_what_was_sent_and_is_not_the_current_version_any_more_is_told_with_who_has_it(house):
    house.send()
    house.send("Borg Oy")
    assert house.rows() == []
    before = house.clock.step()
    house.spec(2)
    assert [(row[0], row[3]) for row in house.rows()] == [("Acme AB", 1), ("Borg Oy", 1)]
    house.send("borg oy", on=date(2024, 3, 1))
    assert [row[0] for row in house.rows()] == ["Acme AB"]
    assert house.rows(as_of=before) == []
    assert [row[2] for row in house.rows("sent")] == [2, 1, 1]


def test_what_another_document_takes_the_place_of_is_told_too(house):
    house.send()
    house.put("new.txt", "Specification SPEC-200\n")
    with house.database.write() as session:
        old = Target("document", 1)
        add_reference(session, operator(session), 2, "supersedes", old, house.clock.step())
    with house.database.read() as session:
        viewer = operator(session)
        found = questions.answer(session, viewer, Config(), "old-versions-out", house.clock())
    ((to, document, *_, replaced),) = found.rows
    assert (to, document, replaced) == ("Acme AB", "D-000001", "D-000002")
    general = house.viewer("general")
    assert len(house.rows(viewer=general)) == 1


def test_what_is_hidden_is_neither_told_nor_sent(house):
    house.send()
    house.spec(2)
    secret = house.viewer("secret")
    assert house.rows(viewer=secret) == []
    assert house.rows("sent", viewer=secret) == []
    with pytest.raises(NotFound):
        house.sendings(secret)
    with pytest.raises(NotFound):
        house.send(by=secret)
    with pytest.raises(NotFound):
        house.acknowledge(1, by=secret)


def test_only_who_files_records_it(house):
    reader = replace(house.viewer("general"), writes=frozenset())
    with pytest.raises(NotAllowed):
        house.send(by=reader)
    with pytest.raises(NotAllowed):
        house.send(by=house.viewer("general", role="staff"))


def test_what_can_not_be_is_refused(house):
    ahead = house.clock().date() + timedelta(days=2)
    for wrong in ({"to": " "}, {"to": "x" * 301}, {"how": "pigeon"}, {"on": ahead}):
        with pytest.raises(UsageError):
            house.send(**wrong)
    with pytest.raises(NotFound):
        house.send(version=7)
    sending = house.send()
    for day in (ahead, date(2024, 1, 31)):
        with pytest.raises(UsageError):
            house.acknowledge(sending, day)


def test_what_is_taken_back_is_told_of_then_and_can_be_restored(house):
    sending = house.send()
    house.acknowledge(sending)
    before = house.clock.step()
    with house.database.write() as session:
        sent.take_back(session, operator(session), sending, house.clock.step())
    assert house.sendings() == []
    assert house.sendings(as_of=before) == [("Acme AB", 1, "2024-02-05")]
    with house.database.write() as session:
        sent.restore(session, operator(session), sending, house.clock.step())
    assert house.sendings() == [("Acme AB", 1, "2024-02-05")]


def test_what_was_known_and_what_held_then_are_told(house):
    sending = house.send()
    before = house.clock.step()
    house.acknowledge(sending)
    assert house.sendings(as_of=before) == [("Acme AB", 1, None)]
    assert house.sendings(on=date(2024, 2, 3)) == [("Acme AB", 1, None)]
    assert house.sendings(on=date(2024, 1, 31)) == []


def test_a_backup_brings_it_back(house, tmp_path, clock):
    house.acknowledge(house.send())
    backup(house.database, house.vault, tmp_path / "backups", clock)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert restore(tmp_path / "backups", other, Vault(tmp_path / "other"), clock) == []
    with other.read() as session:
        found = sent.sendings_of(session, operator(session), 1)
    assert [one.acknowledged_on for one in found] == ["2024-02-05"]
    other.close()


def test_by_api_and_page_it_is_recorded_and_acknowledged(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    own = {"sec-fetch-site": "same-origin"}
    json = {**own, "accept": "application/json"}
    with rooms.client("cora") as cora, rooms.client("sven") as sven:
        path = "/documents/D-000001"
        posted = {"to": "Acme AB", "how": "hand", "version": "1", "back": path}
        assert cora.post(f"{path}/sent", data=posted, headers=own).status_code == 303
        page = cora.get(path).text
        assert "Acme AB" in page and "by hand" in page and "not acknowledged" in page
        done = cora.post("/sent/1/acknowledged", data={"back": path}, headers=own)
        assert done.status_code == 303
        (told,) = sven.get(f"/api/v1{path}/sent").json()["items"]
        assert (told["to"], told["acknowledged_on"]) == ("Acme AB", clock().date().isoformat())
        assert "/documents/D-000001/sent" not in sven.get(path).text
        assert sven.post(f"{path}/sent", data=posted, headers=own).status_code == 303
        assert len(sven.get(f"/api/v1{path}/sent").json()["items"]) == 1
        new = {"to": "Borg Oy", "how": "portal"}
        made = cora.post(f"/api/v1{path}/sent", json=new, headers=json)
        assert (made.status_code, len(made.json()["items"])) == (201, 2)
        assert cora.delete("/api/v1/sent/1/acknowledged", headers=json).status_code == 204
        assert cora.put("/api/v1/sent/1/acknowledged", json={}, headers=json).status_code == 204
        assert cora.delete("/api/v1/sent/2", headers=json).status_code == 204
        assert cora.post("/sent/2/restored", data={}, headers=own).status_code == 303
        assert cora.post("/sent/1/not-acknowledged", data={}, headers=own).status_code == 303
        assert cora.post("/sent/1/taken-back", data={}, headers=own).status_code == 303
        assert len(cora.get(f"/api/v1{path}/sent").json()["items"]) == 1
        assert cora.get("/questions/sent").status_code == 200
        assert cora.get("/questions/old-versions-out").status_code == 200
    rooms.services.database.close()
