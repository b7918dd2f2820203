"""Documents of change requests: which are affected, what answers each, which opens an entry."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive import change_answers
from archive.attention import Wish, bring_back, list_attention, set_aside
from archive.change_answers import Answer
from archive.change_authority import ChangeRules
from archive.config import Config
from archive.config_rules import AuthorityRule
from archive.errors import Conflict, NotFound, UsageError
from archive.linking import documents_of
from archive.listing import MOST
from archive.models import Collection, Document
from archive.reading import PageText
from archive.register_csv import import_register
from archive.register_fields import register_of
from archive.registers import list_entries
from indexer.extract.change_forms import MAILS, asked_in_mail
from tests.change_house import ChangeHouse

SPEC = "Specification\nSpecification no: SPEC-{number}\nDate: 2024-0{month}-01\nA seal.\n{more}"
REQUEST = """Change request
Change request no: CR-118
Date: 2024-03-05
Requested by: Eva Sandmark
Article no: X100-B
Another seal, please.
"""


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ChangeHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def spec(house: ChangeHouse, number: int, month: int, more: str = "", collection="general") -> None:
    text = SPEC.format(number=number, month=month, more=more)
    house.put(f"spec-{number}.txt", text, collection)


def affect(house: ChangeHouse, entry, name: str, by: str = "coordinator one") -> int:
    house.clock.step()
    with house.database.write() as session:
        return change_answers.add(session, house.person(by, "general", "secret"), entry, name,
                                  house.clock())  # fmt: skip


def answer(house: ChangeHouse, entry, affected: int, said: Answer) -> None:
    house.clock.step()
    with house.database.write() as session:
        change_answers.answer(
            session, house.person("coordinator one"), entry, affected, said, house.clock(),
            rules=ChangeRules(house.rules, house.schemes),
        )  # fmt: skip


def state(house: ChangeHouse, **then) -> str:
    return house.get("change-request", "CR-118", **then).values["state"]


def entries(house: ChangeHouse) -> list[dict]:
    with house.database.read() as session:
        found = list_entries(session, house.person("manager one"), register_of("change-request"))
        return [entry.told() for entry in found.items]


def test_an_approved_change_is_incorporated_when_later_versions_of_all_it_affects_cite_it(house):
    spec(house, 104, 1)
    spec(house, 105, 1)
    entry = house.ask()
    for name in ("SPEC-104", "D-000002"):
        affect(house, entry, name)
    house.moved(entry, "review", "present", "approve")
    spec(house, 104, 4, "Changed by CR-118.")
    assert [one.answer for one in house.status(entry).affected] == ["cited", ""]
    with pytest.raises(Conflict, match="D-000002 are affected and not answered"):
        house.move(entry, "incorporate", "coordinator one")
    before = house.clock()
    spec(house, 105, 4, "Changed by CR-118.")
    assert state(house) == "incorporated"
    assert state(house, as_of=before) == "approved"
    line = json.loads([e for e in house.events() if e.kind == "change-moved"][-1].line)
    assert line["actor"] == "system"
    assert len(line["details"]["versions"]) == 2
    values = house.get("change-request", "CR-118").values
    assert values["state_reason"] == "D-000001 v2; D-000002 v2"


def test_versions_that_came_before_or_cite_nothing_do_not_answer(house):
    spec(house, 104, 1, "CR-118 is being thought about.")
    entry = house.ask()
    affect(house, entry, "SPEC-104")
    house.moved(entry, "review", "present", "approve")
    spec(house, 104, 4, "Another matter.")
    assert [one.answer for one in house.status(entry).affected] == [""]
    assert state(house) == "approved"


def test_nothing_is_incorporated_before_it_is_approved(house):
    spec(house, 104, 1)
    entry = house.ask()
    affect(house, entry, "SPEC-104")
    spec(house, 104, 4, "Changed by CR-118.")
    entry = house.moved(entry, "review", "present")
    assert house.move(entry, "approve", "manager one").values["state"] == "incorporated"


def test_a_person_may_rule_that_a_version_carries_it_or_waive_it_with_a_reason(house):
    for number in (104, 105):
        spec(house, number, 1)
        spec(house, number, 2, "Edited.") if number == 105 else None
    entry = house.ask()
    first, second = affect(house, entry, "SPEC-104"), affect(house, entry, "SPEC-105")
    house.moved(entry, "review", "present", "approve")
    with pytest.raises(UsageError, match="Say why"):
        answer(house, entry, first, Answer("waived", " "))
    with pytest.raises(UsageError, match="no such version"):
        answer(house, entry, second, Answer("carried"))
    answer(house, entry, first, Answer("waived", "It stays in stock."))
    spec(house, 105, 5, "Silently changed.")
    assert state(house) == "approved"
    answer(house, entry, second, Answer("carried", version=3))
    assert state(house) == "incorporated"
    with pytest.raises(Conflict, match="Reopen it first"):
        affect(house, entry, "SPEC-104")


def test_what_was_answered_and_added_can_be_taken_back_and_stays_in_the_history(house):
    spec(house, 104, 1)
    entry = house.ask()
    affected = affect(house, entry, "SPEC-104")
    assert affect(house, entry, "SPEC-104") == affected
    answer(house, entry, affected, Answer("waived", "No need."))
    then = house.clock()
    house.clock.step()
    with house.database.write() as session:
        by = house.person("coordinator one")
        change_answers.take_back(session, by, entry, affected, house.clock())
    assert [one.answer for one in house.status(entry).affected] == [""]
    with house.database.write() as session:
        change_answers.remove(session, by, entry, affected, house.clock.step())
    assert house.status(entry).affected == ()
    told = house.status(entry, as_of=then).affected
    assert [(one.document, one.version, one.answer, one.who) for one in told] == [
        ("D-000001", 1, "waived", "coordinator one")
    ]


def wanting(house: ChangeHouse) -> list[dict]:
    with house.database.read() as session:
        by, wish = house.person("coordinator one"), Wish(kind="not-carried")
        return list_attention(session, by, Config(), wish, house.clock())["items"]


def test_an_approved_change_wants_a_person_until_versions_carry_it(house):
    spec(house, 104, 1)
    spec(house, 105, 1)
    entry = house.ask(affects=["SPEC-104", "SPEC-105"])
    house.moved(house.ask("CR-119"), "review", "present", "approve")
    assert wanting(house) == []
    house.moved(entry, "review", "present", "approve")
    approved_at = house.clock()
    house.clock.step(days=3)
    spec(house, 104, 4, "Changed by CR-118.")
    (line,) = wanting(house)
    assert line["change"] == {"id": entry.id, "number": "CR-118", "documents": ["D-000002"]}
    assert line["age_days"] == 3 and line["since"].startswith(approved_at.date().isoformat())
    with house.database.write() as session:
        set_aside(session, house.person("coordinator one"), line["item"], house.clock(),
                  reason="The supplier writes it.")  # fmt: skip
    assert wanting(house) == []
    with house.database.write() as session:
        bring_back(session, house.person("coordinator one"), line["item"], house.clock())
    spec(house, 105, 5, "Changed by CR-118.")
    assert wanting(house) == []


def test_an_approved_change_that_lacks_an_approval_since_its_costs_grew_wants_a_person(house):
    house.rules = house.authority = (AuthorityRule(over=1000, currency="SEK", persons=2),)
    spec(house, 104, 1)
    entry = house.moved(house.ask(affects=["SPEC-104"]), "review", "present", "approve")
    house.edit(house.get("change-request", "CR-118"), cost_amount="2000", cost_currency="SEK")
    spec(house, 104, 4, "Changed by CR-118.")
    (line,) = wanting(house)
    assert line["sentence"]["id"] == "lacks-authority" and entry.code in line["text"]


def test_what_it_affects_is_in_its_own_collection(house):
    spec(house, 104, 1, collection="secret")
    with pytest.raises(UsageError, match="another collection"):
        affect(house, house.ask(), "SPEC-104")
    assert house.status(house.ask("CR-119", affects=["SPEC-104"])).affected == ()


def test_documents_that_the_field_affects_names_are_affected_once_and_for_good(house):
    spec(house, 104, 1)
    entry = house.ask(affects=["SPEC-104", "SPEC-999", "M-1"])
    (one,) = house.status(entry).affected
    assert (one.document, one.version) == ("D-000001", 1)
    with house.database.write() as session:
        by = house.person("coordinator one")
        change_answers.remove(session, by, entry, one.id, house.clock.step())
        with pytest.raises(NotFound):
            change_answers.remove(session, by, entry, one.id, house.clock.step())
    house.edit(house.get("change-request", "CR-118"), affects=["SPEC-104", "SPEC-998"])
    assert house.status(entry).affected == ()


def test_a_named_document_that_comes_later_is_affected_as_it_was_before_a_version_cites_it(house):
    entry = house.ask(affects=["SPEC-104", "spec 105"])
    house.moved(entry, "review", "present", "approve")
    assert house.status(entry).affected == ()
    spec(house, 105, 4, "Changed by CR-118.")
    spec(house, 104, 1)
    told = {one.document: (one.version, one.answer) for one in house.status(entry).affected}
    assert told == {"D-000001": (1, ""), "D-000002": (1, "")}
    spec(house, 104, 5, "Changed by CR-118.")
    assert state(house) == "approved"
    spec(house, 105, 3)
    assert [one.answer for one in house.status(entry).affected] == ["", "cited"]
    kinds = [json.loads(event.line) for event in house.events() if event.kind == "change-affects"]
    assert [line["actor"] for line in kinds] == ["system", "system"]


def test_that_a_change_affects_what_it_names_is_an_event_whenever_it_is_found(house):
    spec(house, 104, 1)
    house.ask(affects=["SPEC-104"])
    events = house.events()
    (line,) = [json.loads(one.line) for one in events if one.kind == "change-affects"]
    assert line["details"]["version"] == 1
    assert line["collection"] == 1
    made = next(one.number for one in events if one.entry_id == line["entry"])
    assert made < line["number"]
    spec(house, 105, 1)
    house.edit(house.get("change-request", "CR-118"), affects=["SPEC-104", "SPEC-105"])
    kinds = [one.kind for one in house.events() if one.kind == "change-affects"]
    assert len(kinds) == 2


def test_a_named_document_that_comes_after_all_is_over_changes_nothing(house):
    spec(house, 104, 1)
    entry = house.ask(affects=["SPEC-104", "SPEC-105"])
    house.moved(entry, "review", "present", "approve")
    spec(house, 104, 4, "Changed by CR-118.")
    assert state(house) == "incorporated"
    spec(house, 105, 1)
    assert [one.document for one in house.status(entry).affected] == ["D-000001"]


def test_a_named_document_of_another_collection_is_not_affected_when_it_comes(house):
    entry = house.ask(affects=["SPEC-104"])
    spec(house, 104, 1, collection="secret")
    assert house.status(entry).affected == ()


def test_a_change_request_that_lands_opens_an_entry_that_says_what_it_says(house):
    house.put("cr.txt", REQUEST)
    (told,) = entries(house)
    assert {name: told[name] for name in ("number", "requester", "received_on", "state")} == {
        "number": "CR-118",
        "requester": "Eva Sandmark",
        "received_on": "2024-03-05",
        "state": "received",
    }
    assert told["products"] == ["X100-B"] and told["title"]
    with house.database.read() as session:
        entry = house.get("change-request", "CR-118")
        found = documents_of(session, house.person("manager one"), entry, limit=MOST)
    assert [(one["path"], one["bears"]) for one in found.items] == [("filing/cr.txt", True)]


def test_an_entry_is_opened_once_in_the_collection_of_its_document(house):
    version = house.put("cr.txt", REQUEST)
    house.reread(version, REQUEST)
    house.put("copy/cr2.txt", REQUEST + "\nA copy.")
    house.put("hidden.txt", REQUEST.replace("118", "119"), "secret")
    assert [one["number"] for one in entries(house)] == ["CR-118"]
    assert house.get("change-request", "CR-119").collection == "secret"


def test_an_entry_that_is_there_is_linked_and_left_as_it_is(house):
    entry = house.ask()
    house.put("cr.txt", REQUEST)
    assert house.get("change-request", "CR-118") == entry
    with house.database.read() as session:
        assert documents_of(session, house.person("manager one"), entry).total == 1


def test_an_opened_entry_follows_its_document_until_somebody_touches_it(house):
    version = house.put("cr.txt", REQUEST)
    house.reread(version, REQUEST.replace("Eva Sandmark", "Åsa Öst"))
    assert entries(house)[0]["requester"] == "Åsa Öst"
    house.move(house.get("change-request", "CR-118"), "review", "coordinator one")
    house.reread(version, REQUEST)
    assert entries(house)[0]["requester"] == "Åsa Öst"
    assert entries(house)[0]["state"] == "under-review"


def test_a_change_request_with_a_number_of_another_family_is_linked_too(house):
    house.put("eco.txt", "Engineering change order\nChange order no: ECO-0042\nDate: 2024-03-05\n")
    told = entries(house)
    assert [one["number"] for one in told] == ["ECO-0042"]
    with house.database.read() as session:
        entry = house.get("change-request", "ECO-0042")
        assert documents_of(session, house.person("manager one"), entry).total == 1


MAIL = """From: Eva Sandmark <eva@example.com>
Subject: Another seal, please
Date: Tue, 05 Mar 2024 10:00:00 +0100

Change request no: CR-131
Article no: X100-B
The seal leaks."""


def test_a_mail_that_says_which_change_request_it_is_opens_the_entry(house):
    house.put("ask.eml", MAIL)
    told = entries(house)[0]
    assert {name: told[name] for name in ("number", "requester", "contact", "received_on")} == {
        "number": "CR-131",
        "requester": "Eva Sandmark",
        "contact": "eva@example.com",
        "received_on": "2024-03-05",
    }
    assert told["title"] and told["state"] == "received"
    house.put("answer.eml", "From: Bo <bo@example.com>\nSubject: Re\n\nCR-131? Never.\n" + MAIL)
    assert len(entries(house)) == 1
    with house.database.read() as session:
        entry = house.get("change-request", "CR-131")
        found = documents_of(session, house.person("manager one"), entry, limit=MOST)
    assert "filing/ask.eml" in [one["path"] for one in found.items]


def test_a_mail_asks_for_a_change_where_a_line_of_its_own_says_the_number():
    for body, number in MAILS:
        found = asked_in_mail([PageText(1, f"From: Eva <eva@example.com>\n\n{body}")])
        assert (found and found.number) == number, body


def test_as_of_and_on_say_what_was_affected_and_answered_then(house):
    spec(house, 104, 1)
    entry = house.ask()
    before = house.clock()
    affect(house, entry, "SPEC-104")
    assert house.status(entry, as_of=before).affected == ()
    assert len(house.status(entry, on=house.clock().date() - timedelta(days=1)).affected) == 1


def test_an_entry_that_a_document_opened_begins_with_the_first_import_that_names_it(house):
    house.put("cr.txt", REQUEST)
    for state_of_line, is_taken in (("presented", True), ("under-review", False)):
        data = f"number,state\nCR-118,{state_of_line}\n".encode()
        with house.database.write() as session:
            result = import_register(
                session, house.person("coordinator one"), register_of("change-request"), data,
                house.clock.step(), schemes=house.schemes,
            )  # fmt: skip
        assert result.is_done is is_taken
    assert state(house) == "presented"


def test_a_document_that_went_to_another_collection_counts_no_more(house):
    spec(house, 104, 1)
    entry = house.ask()
    affect(house, entry, "SPEC-104")
    with house.database.write() as session:
        secret = session.scalar(select(Collection.id).where(Collection.name == "secret"))
        session.execute(update(Document).values(collection_id=secret))
    assert house.status(entry).affected == ()
