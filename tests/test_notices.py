"""What was decided is told to the requester: made, filed, sent, or kept to be sent."""

from __future__ import annotations

import email
import email.policy
import json

import pytest

from archive import accounts, jobs, notices
from archive.access import operator
from archive.change_letters import DECISIONS, EXAMPLES, WORDINGS, Letter, address_in
from archive.config import MailSection
from archive.errors import Conflict, NotAllowed, NotFound
from archive.linking import documents_of
from archive.listing import MOST
from indexer.postman import UNSENDABLE, Postman
from tests.change_house import ChangeHouse
from tests.mail_server import letterbox


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ChangeHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def listed(house: ChangeHouse, by: str = "coordinator one", **wanted) -> tuple:
    with house.database.read() as session:
        return notices.list_notices(session, house.person(by), **wanted).items


def post(house: ChangeHouse, port: int = 0, *, minutes: int = 0, **written) -> int:
    house.clock.step(minutes=minutes)
    said = {"host": "127.0.0.1" if port else "", "port": port or 1, "security": "none"} | written
    mail = MailSection(**said)
    return Postman(house.database, house.vault, mail, house.clock, "test").step()


def text_of(data: bytes) -> tuple[email.message.EmailMessage, str]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    return message, message.get_body().get_content()


def decided(house: ChangeHouse, move: str = "approve", **written):
    entry = house.ask(requester="Eva Öst", contact="tel. 12 34, eva@example.com", **written)
    return house.moved(entry, "review", "present", move)


def test_a_decision_is_told_by_mail_and_filed_as_a_document_of_the_change(house):
    with letterbox() as server:
        entry = decided(house)
        assert post(house, server.port) == 1
        assert post(house, server.port) == 0
        ((sender, to, data),) = server.taken
    assert (sender, to) == ("crossfile@localhost", "eva@example.com")
    message, text = text_of(data)
    assert message["To"] == "Eva Öst <eva@example.com>"
    assert message["Subject"] == "CR-118 is approved: Another seal"
    assert "approved on" in text and "by manager one" in text and "because" in text
    (told,) = listed(house)
    assert (told.sent_how, told.failure, told.document) == ("mail", "", "D-000001")
    with house.database.read() as session:
        found = documents_of(session, house.person("staff one"), entry, limit=MOST)
    assert [one["path"] for one in found.items] == [
        f"upload/{told.made_at.date()}/notices/{told.id}/CR-118 approved.eml"
    ]
    kinds = [event.kind for event in house.events() if event.kind.startswith("notice-")]
    assert kinds == ["notice-made", "notice-sent"]


def test_without_a_mail_server_or_an_address_it_is_filed_and_kept_to_be_sent(house):
    decided(house)
    post(house)
    (told,) = listed(house, state="to-be-sent")
    assert told.document == "D-000001" and told.sent_at is None
    with letterbox() as server:
        other = house.ask("CR-119", requester="Eva")
        house.moved(other, "review", "present", "reject")
        post(house, server.port)
        assert server.taken == []
    assert [one.number for one in listed(house, state="to-be-sent")] == ["CR-118", "CR-119"]


def test_a_person_says_that_it_is_sent_and_takes_that_back(house):
    decided(house)
    (one,) = listed(house)
    by = house.person("coordinator one")
    with house.database.write() as session:
        notices.mark_sent(session, by, one.id, house.clock.step())
        with pytest.raises(Conflict, match="sent already"):
            notices.mark_sent(session, by, one.id, house.clock())
    (told,) = listed(house, state="sent")
    assert (told.sent_how, told.who) == ("person", "coordinator one")
    with house.database.write() as session:
        notices.take_back(session, by, one.id, house.clock.step())
    assert listed(house, state="sent") == ()
    kinds = [event.kind for event in house.events() if event.kind.startswith("notice-")]
    assert kinds == ["notice-made", "notice-sent", "notice-not-sent"]


def test_what_the_mail_server_does_not_take_now_is_tried_again_and_says_why(house):
    with letterbox() as server:
        decided(house)
        server.answer = b"451 try later"
        post(house, server.port)
        assert listed(house)[0].failure == "451 try later"
        assert post(house, server.port) == 0
        server.answer = b"250 yes"
        assert post(house, server.port, minutes=5) == 1
        assert len(server.taken) == 1
    (told,) = listed(house)
    assert (told.sent_how, told.failure) == ("mail", "")


@pytest.mark.parametrize("goodbye", [b"221 bye", b"250 yes", b"421 closing", b""])
def test_what_the_mail_server_took_is_sent_once_whatever_it_says_to_goodbye(house, goodbye):
    with letterbox() as server:
        server.goodbye = goodbye
        decided(house)
        post(house, server.port)
        assert post(house, server.port, minutes=60) == 0
        assert len(server.taken) == 1
    (told,) = listed(house)
    assert (told.sent_how, told.failure) == ("mail", "")


def test_an_address_that_does_not_exist_is_not_tried_again_until_a_person_asks(house):
    with letterbox() as server:
        decided(house)
        server.answer = b"550 no such user"
        post(house, server.port)
        assert post(house, server.port, minutes=60) == 0
        (told,) = listed(house, state="to-be-sent")
        assert told.failure == "550 no such user"
        server.answer = b"250 yes"
        with house.database.write() as session:
            notices.send_again(session, house.person("coordinator one"), told.id, house.clock())
        post(house, server.port)
    assert listed(house)[0].sent_how == "mail"


@pytest.mark.parametrize(
    "written", [{"user": "crossfile", "password": "lösen"}, {"host": "mail..example.com"}]
)
def test_what_mail_can_not_write_is_said_once_without_the_password(house, written):
    with letterbox() as server:
        server.offers = b"AUTH PLAIN LOGIN"
        decided(house)
        assert post(house, server.port, **written) == 1
        assert post(house, server.port, minutes=60, **written) == 0
    (told,) = listed(house, state="to-be-sent")
    assert told.failure == UNSENDABLE


def test_what_a_person_asks_to_send_again_does_not_wait_for_its_next_turn(house):
    decided(house)
    post(house, 1)  # nobody listens there
    with letterbox() as server:
        assert post(house, server.port) == 0
        with house.database.write() as session:
            notices.send_again(session, house.person("coordinator one"), 1, house.clock())
        assert post(house, server.port) == 1
    assert listed(house)[0].sent_how == "mail"


def test_a_decision_that_stands_no_more_is_filed_and_not_sent(house):
    with letterbox() as server:
        entry = house.move(decided(house), "reopen", "manager one")
        post(house, server.port)
        assert server.taken == []
        (told,) = listed(house, state="to-be-sent")
        assert (told.failure, told.document) == (notices.SUPERSEDED, "D-000001")
        house.moved(entry, "present", "reject")
        assert post(house, server.port) == 1
        assert len(server.taken) == 1
    assert [one.decision for one in listed(house, state="sent")] == ["rejected"]


def test_an_approval_is_told_though_the_change_is_incorporated_by_then(house):
    with letterbox() as server:
        house.moved(decided(house), "incorporate", by="coordinator one")
        post(house, server.port)
        assert len(server.taken) == 1


def test_no_mail_server_where_one_is_configured_is_given_up_after_a_while_and_kept(house):
    decided(house)
    for _ in range(jobs.MAX_ATTEMPTS):
        assert post(house, 1, minutes=60) == 1  # nobody listens there
    assert post(house, 1, minutes=600) == 0
    (told,) = listed(house, state="to-be-sent")
    assert told.failure and told.document


def test_what_was_filed_before_the_process_died_is_filed_once(house):
    decided(house)
    post(house)
    with house.database.write() as session:
        jobs.enqueue(session, jobs.JobKind.NOTICE, [1], house.clock())
        session.get_one(notices.Notice, 1).version_id = None
    post(house)
    assert listed(house)[0].document == "D-000001"


def test_the_message_is_in_the_language_of_the_requester(house):
    with house.database.write() as session:
        made = accounts.create(session, "Åsa Öst", "staff", by=operator(session), at=house.clock())
        accounts.set_language(session, made.id, "sv", by=operator(session))
    house.moved(house.ask(requester="åSA ÖST"), "review", "present", "approve")
    assert listed(house)[0].subject == "CR-118 är godkänd: Another seal"
    house.put(
        "cr.txt",
        "Ändringsbegäran\nÄndringsbegäran nr: CR-120\nDatum: 2024-03-05\nBegärd av: Eva Öst\n"
        "Tätningen på pumphuset ska bytas mot en annan, eftersom den läcker när det är kallt ute.",
    )
    house.moved(house.get("change-request", "CR-120"), "review", "present", "approve")
    assert listed(house)[1].language == "sv"


def test_each_decision_is_said_in_each_language_with_what_is_known_alone():
    for language in WORDINGS:
        for decision in DECISIONS:
            letter = Letter("CR-1", "Seal", decision, "2024-03-01", "mona", language=language)
            assert "CR-1" in letter.subject and "2024-03-01" in letter.text
            assert "None" not in letter.text and "%" not in letter.text


def test_the_address_of_the_requester_is_the_first_in_what_says_how_to_reach_them():
    for text, address in EXAMPLES:
        assert address_in(text) == (address or ""), text


def test_moves_that_decide_nothing_tell_nobody(house):
    entry = house.moved(house.ask(), "review", "present", "approve")
    house.clock.step(days=1)
    house.move(entry, "reopen", "manager two")
    house.move(entry, "withdraw", "coordinator one")
    assert [one.decision for one in listed(house)] == ["approved"]
    deferred = house.ask("CR-119")
    house.moved(deferred, "review", "defer")
    assert [one.decision for one in listed(house)] == ["approved", "deferred"]


def test_who_does_not_read_the_collection_sees_no_notice_and_who_only_reads_marks_none(house):
    decided(house)
    with house.database.write() as session:
        outside = house.person("coordinator one", "secret")
        assert notices.list_notices(session, outside).total == 0
        with pytest.raises(NotFound):
            notices.mark_sent(session, outside, 1, house.clock())
        with pytest.raises(NotAllowed):
            notices.mark_sent(session, house.person("staff one"), 1, house.clock())


def test_a_filed_notice_is_read_as_a_message_that_opens_no_entry(house):
    decided(house)
    with house.database.read() as session:
        message = session.get_one(notices.Notice, 1).message
    _, text = text_of(message.encode())
    house.put("notice.eml", f"CR-118 is approved: Another seal\n{text}")
    assert house.get("change-request", "CR-118").values["state"] == "approved"
    lines = [json.loads(event.line) for event in house.events() if event.kind == "entry-made"]
    assert len(lines) == 1
