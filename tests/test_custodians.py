"""Custodians of holds: named, asked, reminded, told of the end; and who sees anything of it."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from archive import custodian_notices, custodian_views, custodians, holding, matters
from archive.config import Config, DataSection, MailSection, RootSection
from archive.custodian_letters import WHATS, WORDINGS, Letter
from archive.custodian_notices import Office
from archive.custodians import Named
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.models import Account, Event
from indexer.postman import Postman
from tests.mail_server import letterbox
from tests.matter_house import MatterHouse
from tests.test_matters import ORDER

KEEP = "Everything about the housings of spring 2024."
BASE = "https://archive.example.com"
EVA = {"name": "Eva Öst", "address": "eva@example.com"}


class CustodyHouse(MatterHouse):
    """`legal one` holds an order for the matter `Late pumps`, and asks people to keep things."""

    def __init__(self, url, folder, clock):
        super().__init__(url, folder, clock)
        self.put("order.txt", ORDER)
        self.matter = self.open()
        self.kept = self.hold(self.matter, seeds=("PO-2024-113",))

    def name(self, text=KEEP, *, by="legal one", host="", **who):
        self.clock.step()
        office = Office(MailSection(host=host), BASE)
        said = Named(text, **(who or {"user": "staff one"}))
        with self.database.write() as session:
            return custodians.name_custodian(
                session, self.person(by), self.kept, said, self.clock(), office=office
            )

    def do(self, work, *asked, by="legal one"):
        self.clock.step()
        with self.database.write() as session:
            return work(session, self.person(by), *asked, self.clock())

    def acknowledge(self, custodian, by="staff one"):
        self.do(custodians.acknowledge, custodian, by=by)

    def release(self):
        self.do(holding.release, self.kept, "settled")

    def post(self, port=0, *, days=0, minutes=0, remind_days=7):
        self.clock.step(days=days, minutes=minutes)
        said = {"host": "127.0.0.1" if port else "", "port": port or 1, "security": "none"}
        mail = MailSection(**said)
        office = Office(mail, BASE, remind_days)
        return Postman(self.database, self.vault, mail, self.clock, "test", office=office).step()

    def listed(self, by="legal one"):
        with self.database.read() as session:
            return custodian_views.custodians_of(session, self.person(by), self.kept)

    def asked(self, by="staff one"):
        with self.database.read() as session:
            return custodian_views.asked_of(session, self.person(by))

    def told(self):
        """What each custodian is told, and whether it is sent."""
        return [(it.what, it.sent_how) for one in self.listed() for it in one.notices]

    def send(self):
        """`legal one` sends by hand what waits."""
        for one in self.listed():
            for it in one.notices:
                if it.sent_at is None and not it.is_idle:
                    self.do(custodian_notices.mark_sent, self.kept, it.id)

    def happened(self):
        return [one for one in self.kinds(self.matter) if one.startswith("custodian-")]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = CustodyHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def text_of(message):
    read = email.message_from_bytes(message, policy=email.policy.default)
    return read["Subject"], read.get_body().get_content()


def test_a_custodian_is_asked_by_mail_in_neutral_words_reminded_and_told_of_the_end(house):
    with letterbox() as server:
        house.name(**EVA, host="127.0.0.1", language="en")
        assert house.listed()[0].state == "named"
        assert house.post(server.port) == 1 and house.post(server.port) == 0
        assert house.listed()[0].state == "notified"
        assert house.post(server.port, days=6) == 0
        for _ in range(2):
            house.post(server.port, days=7)
        assert house.listed()[0].state == "reminded"
        house.release()
        house.post(server.port)
        assert house.post(server.port, days=30) == 0
        mails = [text_of(data) for _, to, data in server.taken if to == "eva@example.com"]
    assert house.told() == [(one, "mail") for one in ("keep", "remind", "remind", "end")]
    assert [subject.split()[0] for subject, _ in mails] == ["Please", "Reminder:", "Reminder:",
                                                            "You"]  # fmt: skip
    for subject, text in mails:
        assert KEEP in text and "legal one" in text and "Eva Öst" in text
        assert "Late pumps" not in text + subject and "court" not in text and BASE not in text
    assert house.happened() == [
        "custodian-named", "custodian-notified", "custodian-reminded", "custodian-reminded",
        "custodian-told",
    ]  # fmt: skip


def test_who_has_an_account_is_asked_in_their_language_and_sees_that_alone(house):
    with house.database.write() as session:
        row = session.scalar(select(Account).where(Account.name == "staff one"))
        row.language = "sv"
    custodian = house.name(user="Staff One", address="staff@example.com")
    (told,) = house.listed()[0].notices
    assert told.subject == WORDINGS["sv"].subject["keep"]
    with house.database.read() as session:
        message = custodian_notices.message(session, house.person("legal one"), house.kept, told.id)
    assert f"{BASE}/custody" in text_of(message.encode())[1]
    (asked,) = house.asked()
    assert (asked.text, asked.who, asked.acknowledged_on) == (KEEP, "legal one", None)
    house.acknowledge(custodian)
    house.acknowledge(custodian)
    assert house.asked()[0].acknowledged_on == house.clock().date().isoformat()
    assert house.listed()[0].state == "acknowledged"
    assert house.happened() == ["custodian-named", "custodian-acknowledged"]
    by = house.person("staff one")
    with house.database.read() as session:
        assert matters.list_matters(session, by).total == 0
        assert holding.list_holds(session, by).total == 0
        with pytest.raises(NotFound):
            matters.get(session, by, house.matter.id)


def test_events_speak_of_custodians_by_id(house):
    house.name()
    house.name(**EVA)
    with house.database.read() as session:
        user = session.scalar(select(Account.id).where(Account.name == "staff one"))
        lines = list(session.scalars(select(Event.line).where(Event.kind == "custodian-named")))
    told = [json.loads(line)["details"] for line in lines]
    assert [one.get("user") for one in told] == [user, None]
    assert not any(word in line for line in lines for word in ("Eva", "eva@", "staff", "housings"))


def test_without_a_mail_server_or_an_address_a_member_sends_what_waits(house):
    house.name(**EVA)
    house.name(name="Olle", host="127.0.0.1")
    with letterbox() as server:
        assert house.post(server.port) == 0 and server.taken == []
    assert house.told() == [("keep", None), ("keep", None)]
    assert house.post(days=30) == 0  # nothing has reached them: there is nothing to remind them of
    house.send()
    assert house.told() == [("keep", "person"), ("keep", "person")]
    (first, _) = house.listed()
    with pytest.raises(Conflict, match="sent already"):
        house.do(custodian_notices.mark_sent, house.kept, first.notices[0].id)
    assert house.post(days=7) == 2
    assert house.post(days=7) == 0  # the reminders wait for a person as well
    house.send()
    assert house.told().count(("remind", "person")) == 2
    assert house.happened().count("custodian-reminded") == 2


def test_who_has_acknowledged_is_reminded_no_more_and_told_of_the_end(house):
    eva = house.name(**EVA)
    house.send()
    house.do(custodians.record_acknowledged, house.kept, eva, house.clock().date())
    assert house.post(days=30) == 0
    (one,) = house.listed()
    assert (one.state, one.recorded_by) == ("acknowledged", "legal one")
    house.release()
    assert house.post() == 1
    assert house.told() == [("keep", "person"), ("end", None)]
    assert house.listed()[0].state == "ended"
    house.send()
    assert house.happened()[-1] == "custodian-told"


def test_nobody_is_reminded_where_the_days_are_none(house):
    house.name()
    house.send()
    assert house.post(days=300, remind_days=0) == 0


def test_whom_nothing_has_reached_is_not_told_of_the_end_nor_of_anything_after_it(house):
    with letterbox() as server:
        house.name(**EVA, host="127.0.0.1")
        house.release()
        assert house.post(server.port) == 0 and server.taken == []
    assert house.listed()[0].notices[0].is_idle


def test_who_was_named_by_mistake_is_taken_off_and_told_so_where_a_message_has_reached_them(house):
    house.name()
    eva = house.name(**EVA)
    house.send()
    house.do(custodians.take_off, house.kept, eva)
    assert house.post() == 1
    assert [one.state for one in house.listed()] == ["notified", "ended"]
    assert house.listed()[1].notices[-1].what == "end"
    with pytest.raises(NotFound):
        house.do(custodians.take_off, house.kept, eva)
    house.name(**EVA)  # may be named again
    assert "custodian-off" in house.happened()


def test_what_the_mail_server_does_not_take_is_tried_again_and_then_left_to_a_person(house):
    with letterbox() as server:
        server.answer = b"451 try later"
        house.name(**EVA, host="127.0.0.1")
        assert [house.post(server.port, minutes=60) for _ in range(7)] == [1] * 5 + [0] * 2
        assert house.listed()[0].notices[0].failure == "451 try later"
        server.answer = b"550 no such user"
        house.name(name="Olle", address="olle@example.com", host="127.0.0.1")
        assert [house.post(server.port, minutes=60) for _ in range(2)] == [1, 0]
    house.send()
    assert house.told() == [("keep", "person"), ("keep", "person")]


def test_the_owners_of_roots_in_which_held_documents_lie_are_proposed(house):
    config = Config(
        data=DataSection(folder=house.vault.folder),
        roots=(
            RootSection(name="filing", path=house.vault.folder, owner="manager one"),
            RootSection(name="board", path=house.vault.folder, collection="secret",
                        owner="manager two"),
            RootSection(name="other", path=house.vault.folder, owner="staff one"),
        ),
    )  # fmt: skip

    def proposed(*reads):
        with house.database.read() as session:
            by = house.person("legal one", *reads)
            return custodian_views.proposed(session, by, house.kept, config)

    assert proposed() == ("manager one",)
    house.name(user="manager one")
    assert proposed() == ()


def test_what_makes_no_sense_is_refused(house):
    for text, who in (
        (" ", EVA), (KEEP, EVA | {"user": "staff one"}), (KEEP, {"address": "eva@example.com"}),
        (KEEP, EVA | {"address": "eva"}),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            house.name(text, **who)
    with pytest.raises(NotFound):
        house.name(user="nobody")
    own, eva = house.name(), house.name(**EVA)
    for who in ({"user": "staff one"}, EVA):
        with pytest.raises(Conflict, match="already"):
            house.name(**who)
    today = house.clock().date()
    with pytest.raises(Conflict, match="say it themselves"):
        house.do(custodians.record_acknowledged, house.kept, own, today)
    for day, said in ((today + timedelta(1), "come yet"), (today - timedelta(1), "not asked yet")):
        with pytest.raises(UsageError, match=said):
            house.do(custodians.record_acknowledged, house.kept, eva, day)
    house.do(custodians.record_acknowledged, house.kept, eva, today)
    with pytest.raises(Conflict, match="already"):
        house.do(custodians.record_acknowledged, house.kept, eva, today)
    house.release()
    with pytest.raises(Conflict, match="released already"):
        house.name(user="manager one")
    with pytest.raises(NotFound):
        house.acknowledge(own)


def test_who_is_neither_in_the_matter_nor_a_custodian_finds_nothing(house):
    custodian = house.name()
    (told,) = house.listed()[0].notices
    for by in ("administrator one", "manager one"):
        assert house.asked(by=by) == ()
        for work, asked in (
            (custodians.acknowledge, (custodian,)),
            (custodians.take_off, (house.kept, custodian)),
            (custodians.record_acknowledged, (house.kept, custodian, house.clock().date())),
            (custodian_notices.mark_sent, (house.kept, told.id)),
        ):
            with pytest.raises(NotFound):
                house.do(work, *asked, by=by)
        with pytest.raises(NotFound):
            house.name(user="manager two", by=by)
        with pytest.raises(NotFound):
            house.listed(by=by)
    assert house.happened() == ["custodian-named"]


def test_a_member_who_may_not_work_in_matters_names_nobody(house):
    with house.database.write() as session:
        from archive import matter_members

        matter_members.set_member(
            session, house.person("legal one"), house.matter.id, "staff one", house.clock()
        )
    with pytest.raises(NotAllowed):
        house.name(by="staff one")


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("language", WORDINGS)
def test_a_letter_says_whole_sentences_in_each_language(what, language):
    letter = Letter(what, "Eva", KEEP, "Lena", "2024-03-05", language=language)
    assert letter.subject and "%" not in letter.text
    assert all(part in letter.text for part in ("Eva", KEEP, "Lena"))
