"""What people called documents teaches the kind of others of their collection, and says why."""

from __future__ import annotations

from itertools import permutations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.service import Services
from archive import accounts, grants, sign_ins, teaching
from archive.access import operator
from archive.config import Config, DataSection
from archive.jobs import JobKind
from archive.models import Fact, Job, Version
from archive.rulings import set_facts
from archive.taught_kinds import TAUGHT, Example, Sign, learn, signs_of, taught
from tests.register_house import RegisterHouse
from web.render import Pages

CARD = "Pump card {number}\n\nNordpump AB\nMeasured at rest and under load.\n"
INVOICE = "INVOICE\nNordpump AB\nInvoice number: 88{number}\nDate: 2024-01-31\nTotal: 100.00\n"


class Teaching(RegisterHouse):
    """Texts by path; people who say kinds; a worker that learns and reads again."""

    def __init__(self, *made):
        super().__init__(*made)
        self.texts: dict[int, str] = {}

    def add(self, path: str, text: str, collection: str = "general") -> int:
        version_id = self.put(path, text, collection)
        self.texts[version_id] = text
        return version_id

    def say(self, version_id: int, kind: str | None) -> None:
        self.clock.step()
        with self.database.write() as session:
            document = session.get_one(Version, version_id).document_id
            at = self.clock()
            set_facts(
                session, operator(session), document, {"kind": kind}, at, schemes=self.schemes
            )

    def learn(self) -> int:
        """Until nothing is to be learnt any more; how many versions were read again for it."""
        count = 0
        while True:
            self.forget_jobs()
            with self.database.read() as session:
                if not teaching.is_due(session):
                    return count
            count += teaching.review(self.database, self.clock())
            with self.database.read() as session:
                parse = select(Job.subject).where(Job.kind == JobKind.PARSE)
                waiting = session.scalars(parse).all()
            for version_id in waiting:
                self.reread(version_id, self.texts[version_id])

    def forget_jobs(self) -> None:
        with self.database.write() as session:
            for job in session.scalars(select(Job)):
                session.delete(job)

    def kind(self, version_id: int) -> tuple[str | None, str]:
        """The kind, and the rule by which it was read."""
        with self.database.read() as session:
            fact = session.scalars(
                select(Fact).where(
                    Fact.version_id == version_id, Fact.name == "kind",
                    Fact.retracted_at.is_(None), Fact.origin != "person",
                )
            ).one()  # fmt: skip
            return session.get_one(Version, version_id).kind, fact.rule


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = Teaching(database_url, tmp_path, clock)
    yield house
    house.close()


def filled(house, cards=3, collection="general"):
    """Invoices, cards that people called reports, and one that nobody looked at."""
    for number in range(3):
        house.add(f"{collection}/inv/{number}.txt", INVOICE.format(number=number), collection)
    called = [
        house.add(f"{collection}/{number}/x.txt", CARD.format(number=number), collection)
        for number in range(cards)
    ]
    for version_id in called:
        house.say(version_id, "quality-report")
    fresh = house.add(f"{collection}/new/7.txt", CARD.format(number=77), collection)
    return called, fresh


def test_three_documents_that_people_called_so_teach_the_next(house):
    called, fresh = filled(house)
    assert house.kind(fresh) == ("other", "nothing")
    assert house.learn() == 1
    assert house.kind(fresh) == ("quality-report", TAUGHT)
    later = house.add("later.txt", CARD.format(number=78))
    assert house.kind(later) == ("quality-report", TAUGHT)
    assert house.kind(called[0])[1] != TAUGHT  # a person says what it is


def test_two_are_not_enough(house):
    _, fresh = filled(house, cards=2)
    house.learn()
    assert house.kind(fresh) == ("other", "nothing")


def test_the_evidence_is_the_place_and_the_lesson_says_how_many(house):
    _, fresh = filled(house)
    house.learn()
    with house.database.read() as session:
        fact = session.scalars(select(Fact).where(Fact.rule == TAUGHT)).one()
        assert (fact.version_id, fact.page, fact.start, fact.end) == (fresh, 1, 0, 9)
        lessons = teaching.lessons_of(session)[1]
        told = {"rule": fact.rule, "quote": fact.quote, "where": fact.where, "value": fact.value}
        lesson = teaching.lesson_of(lessons, told)
    assert (fact.quote, lesson.documents, lesson.sign) == (
        "Pump card",
        3,
        Sign("line", "pump card"),
    )


def test_what_is_taken_back_is_unlearnt(house):
    called, fresh = filled(house)
    house.learn()
    house.say(called[0], None)
    house.learn()
    assert house.kind(fresh) == ("other", "nothing")
    assert house.kind(called[0]) == ("other", "nothing")
    house.say(called[0], "quality-report")
    house.learn()
    assert house.kind(fresh) == ("quality-report", TAUGHT)


def test_a_clear_rule_and_a_person_are_not_overruled(house):
    _, fresh = filled(house)
    clear = house.add("clear.txt", "Pump card\n" + INVOICE.format(number=99))
    house.say(fresh, "plan")
    house.learn()
    assert house.kind(clear) == ("invoice", "title")
    assert house.kind(fresh) == ("plan", "nothing")


def test_other_collections_learn_nothing_of_it(house):
    filled(house)
    hidden = house.add("secret/x.txt", CARD.format(number=1), "secret")
    for number in range(3):
        house.add(f"secret/{number}.txt", INVOICE.format(number=number), "secret")
    house.learn()
    assert house.kind(hidden) == ("other", "nothing")


def test_what_stands_on_other_kinds_too_teaches_nothing(house):
    for number in range(3):
        text = "Pump card\n" + INVOICE.format(number=number)
        house.add(f"inv/{number}.txt", text)
    for number in range(3):
        house.say(house.add(f"{number}/x.txt", f"Pump card {number}"), "quality-report")
    fresh = house.add("new/7.txt", "Pump card 77")
    house.learn()
    assert house.kind(fresh) == ("other", "nothing")


def test_without_other_kinds_to_compare_with_nothing_is_taught():
    signs = [Sign("line", "pump card")]
    assert learn(Example(n, "plan", True, signs) for n in range(9)) == []


def test_the_order_of_examples_does_not_matter():
    card, ours = Sign("line", "pump card"), Sign("line", "our pumps")
    examples = [
        *(Example(n, "plan", True, [card, ours]) for n in range(3)),
        *(Example(n, "invoice", n % 2 == 0, [ours]) for n in range(3, 6)),
    ]
    learnt = {tuple(learn(order)) for order in permutations(examples)}
    assert [[lesson.sign for lesson in one] for one in learnt] == [[card]]


def test_signs_that_teach_two_kinds_leave_the_kind_open():
    words = Sign("line", "pump card"), Sign("name", "measured")
    kinds = "plan", "minutes"
    examples = [Example(10 * k + n, kinds[k], True, [words[k]]) for k in range(2) for n in range(3)]
    lessons = {lesson.sign: lesson for lesson in learn(examples)}
    assert taught(lessons, "root/a.txt", "Pump card 7").value == "plan"
    assert taught(lessons, "root/measured 7.txt", "Pump card 7") is None


def test_signs_are_how_lines_and_names_begin_and_the_folder():
    found = signs_of("root/QA/KR_24.pdf", "Nordpump AB\nPump card 24, page 1\n2024 x\n")
    assert {(sign.place, sign.words) for sign in found} == {
        ("line", "pump card"), ("name", "kr"), ("folder", "root/QA"),
    }  # fmt: skip


def test_the_page_of_a_document_says_what_taught_its_kind(house, tmp_path):
    _, fresh = filled(house)
    house.learn()
    with house.database.write() as session:
        by, at = operator(session), house.clock()
        grants.grant(session, "general", "read", by=by, at=at, user="eva")
        eva = accounts.find(session, "eva")
        secret = sign_ins.open_session(session, eva.id, at=at)
        document = session.get_one(Version, fresh).document_id
    config = Config(data=DataSection(folder=tmp_path))
    services = Services(config, house.database, house.vault, house.intake, house.clock)
    client = TestClient(
        create_app(services, Pages()),
        cookies={"crossfile": secret},
        headers={"accept": "text/html"},
    )
    page = client.get(f"/documents/D-{document:06d}").text
    assert "because 3 documents that people called ‘quality report’ begin with ‘Pump card’" in page
