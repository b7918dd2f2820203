"""The digest: what it says to whom, when it is made, how it is sent; by API and page."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from api.digests import Digests
from api.service import Services
from archive import accounts, digests, grants
from archive.access import operator, viewer_of
from archive.config import Config, DataSection, MailSection
from archive.digests import content_of
from archive.errors import NotAllowed, UsageError
from archive.models import Account, Digest, DigestWish
from indexer.postman import Postman
from tests.mail_server import letterbox
from tests.plan_house import PlanHouse, gate
from tests.rooms import Rooms
from web.render import Pages

DAY = timedelta(days=1)


class DigestHouse(PlanHouse):
    """People who may read `general`; a service whose mail server is at a port."""

    def __init__(self, url, folder, clock):
        super().__init__(url, folder, clock)
        self.folder = folder
        with self.database.write() as session:
            by = operator(session)
            for name in ("karin", "sven"):
                accounts.create(session, name, "staff", by=by, at=clock())
                grants.grant(session, "general", "read", by=by, at=clock(), user=name)

    def person(self, name="karin"):
        with self.database.read() as session:
            account = session.get_one(Account, accounts.find(session, name).id)
            return viewer_of(session, account, f"user:{account.id}")

    def want(self, every="day", address="karin@example.com", name="karin"):
        with self.database.write() as session:
            digests.set_wish(session, self.person(name), every, address, self.clock())

    def content(self, since, name="karin"):
        with self.database.read() as session:
            return content_of(session, self.person(name), since, self.clock())

    def make(self, port=1):
        mail = MailSection(host="127.0.0.1", port=port, security="none", language="sv")
        config = Config(data=DataSection(folder=self.folder), mail=mail)
        services = Services(config, self.database, self.vault, self.intake, self.clock)
        made = Digests(services, Pages())
        with self.database.read() as session:
            due = digests.all_due(session, self.clock())
        for one in due:
            made.make(one, self.clock())
        postman = Postman(self.database, self.vault, mail, self.clock, "test")
        while postman.step():
            pass
        return len(due)


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DigestHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def test_it_tells_what_came_in_and_was_moved_and_which_days_come(house):
    house.put("old.txt", "An old letter\n")
    house.clock.step()
    since = house.clock()
    house.clock.step()
    house.put("new.txt", "A new letter\n")
    house.register("change-request", number="CR-1", title="Seal")
    today = house.clock().date()
    house.planned(gate("G1"), anchor=today + 3 * DAY)
    found = house.content(since)
    assert (found.arrived, found.documents) == (1, (2,))
    assert [(one.number, one.state) for one in found.changes] == [("CR-1", "received")]
    assert [one.number for one in found.days] == ["AV-200-G1"]


def test_what_is_hidden_is_neither_told_nor_counted(house):
    since = house.clock()
    house.clock.step()
    house.put("new.txt", "A new letter\n", "secret")
    house.register("change-request", "secret", number="CR-9", title="Hush")
    found = house.content(since)
    assert (found.arrived, found.documents, found.changes, found.days) == (0, (), (), ())


@pytest.mark.parametrize(
    ("every", "at", "due"),
    [("day", datetime(2024, 3, 6, 4, 59, tzinfo=UTC), datetime(2024, 3, 5, 5, tzinfo=UTC)),
     ("day", datetime(2024, 3, 6, 5, 0, tzinfo=UTC), datetime(2024, 3, 6, 5, tzinfo=UTC)),
     ("week", datetime(2024, 3, 4, 4, 59, tzinfo=UTC), datetime(2024, 2, 26, 5, tzinfo=UTC)),
     ("week", datetime(2024, 3, 10, 23, 0, tzinfo=UTC), datetime(2024, 3, 4, 5, tzinfo=UTC))],
)  # fmt: skip
def test_it_is_made_in_the_morning_and_each_week_on_monday(every, at, due):
    assert digests.last_due(every, at) == due


def test_it_is_mailed_once_in_the_language_of_the_person_and_its_words_are_not_kept(house):
    house.want()
    with house.database.write() as session:
        user = accounts.find(session, "karin")
        accounts.set_language(session, user.id, "en", by=operator(session))
    house.put("new.txt", "A new letter\n")
    with letterbox() as server:
        assert house.make(server.port) == 0  # not due yet
        house.clock.step(minutes=60 * 25)
        assert house.make(server.port) == 1
        assert house.make(server.port) == 0
        ((_, to, data),) = server.taken
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert to == "karin@example.com"
    assert "1 document came in" in message.get_content()
    assert "/documents/D-000001" in message.get_content()
    assert message["Content-Language"] == "en"
    with house.database.read() as session:
        kept = session.get_one(Digest, 1)
        assert kept.sent_at is not None
        assert kept.message == ""


def test_where_nothing_happened_nothing_is_mailed(house):
    house.want()
    house.clock.step(minutes=60 * 25)
    with letterbox() as server:
        assert house.make(server.port) == 1
        assert server.taken == []
        assert house.make(server.port) == 0


def test_who_may_not_come_in_any_more_is_sent_nothing(house):
    house.want()
    house.put("new.txt", "A new letter\n")
    house.clock.step(minutes=60 * 25)
    with house.database.write() as session:
        user = accounts.find(session, "karin")
        accounts.disable(session, user.id, by=operator(session), at=house.clock())
    with letterbox() as server:
        assert house.make(server.port) == 0
        assert server.taken == []


def test_what_the_mail_server_refuses_is_said_on_the_page_of_the_person(house):
    house.want()
    house.put("new.txt", "A new letter\n")
    house.clock.step(minutes=60 * 25)
    with letterbox() as server:
        server.answer = b"550 no such mailbox"
        house.make(server.port)
    with house.database.read() as session:
        assert "no such mailbox" in digests.wish_of(session, house.person()).failure


def test_a_wish_is_set_changed_and_taken_away(house):
    house.want("week")
    house.want("day", "other@example.com")
    with house.database.read() as session:
        wish = digests.wish_of(session, house.person())
        assert (wish.every, wish.address) == ("day", "other@example.com")
        assert digests.wish_of(session, house.person("sven")).every == ""
    house.want("")
    with house.database.read() as session:
        assert session.get(DigestWish, house.person().account_id) is None
    with pytest.raises(UsageError):
        house.want("day", "no address")
    with pytest.raises(UsageError):
        house.want("hour")
    with house.database.write() as session, pytest.raises(NotAllowed):
        digests.set_wish(session, operator(session), "day", "", house.clock())


def test_by_api_and_page_it_is_read_and_wanted(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    own = {"sec-fetch-site": "same-origin"}
    with rooms.client("sven") as sven:
        told = sven.get("/api/v1/digest").json()
        assert (told["arrived"], told["documents"]) == (2, ["D-000002", "D-000001"])
        page = sven.get("/digest").text
        assert "2 documents came in" in page
        assert "7000-7" not in page
        posted = {"every": "week", "address": "sven@example.com"}
        assert sven.post("/digest", data=posted, headers=own).status_code == 303
        assert sven.get("/api/v1/digest/wish").json() == posted
        early = sven.get("/api/v1/digest", params={"since": "0001-01-01T00:00:00+14:00"})
        assert early.status_code == 422
        wrong = sven.post("/digest", data={"every": "week", "address": "x"}, headers=own)
        assert wrong.status_code == 422
        assert "is no mail address" in wrong.text
        json = {**own, "accept": "application/json"}
        answer = sven.put("/api/v1/digest/wish", json={"every": None}, headers=json)
        assert answer.json() == {"every": None, "address": ""}
    rooms.services.database.close()
