"""A PDF and the XML in it are one document; where they disagree, a person says which is right."""

from __future__ import annotations

import html
import re

import pytest

from archive import attention, discrepancies
from archive.access import operator
from archive.attention import Wish
from archive.config import Config
from archive.errors import NotAllowed, NotFound, UsageError
from archive.jobs import Claimed, JobKind
from archive.models import Version
from archive.opening import facts_of
from archive.reading import PageText, Reading, ReadingContext
from archive.subjects import to_read
from archive.vocabulary import PRINTED
from indexer.extract.extractor import Extractor
from indexer.stages import Done, record
from tests.register_house import RegisterHouse
from tests.test_edocuments import ubl

PAGE = """Invoice
Invoice no: INV-77
Invoice date: 2024-03-05
Seller: Norrby Pumpar AB
Buyer: Vik Kommun AB
Net 1 000,00
VAT 250,00
Total with VAT 1 250,00 SEK"""


class House(RegisterHouse):
    """Reads PDFs with an invoice inside."""

    def hybrid(self, page: str, data: bytes, path: str = "bill.pdf", source: str = "embedded"):
        version_id = self.file(path, (page + path).encode())
        self.again(version_id, page, data, source)
        return version_id

    def again(self, version_id, page, data, source="embedded"):
        self.clock.step()
        pages = (PageText(1, page, source, width=595.0, height=842.0),)
        reading = Reading("pdf", 1, "application/pdf", pages, data=data)
        with self.database.write() as session:
            subject = to_read(session, [version_id])[version_id]
            context = ReadingContext(subject.path)
            reading, extraction = Extractor(self.schemes).extract(reading, context)
            done = Done(Claimed(0, JobKind.PARSE, version_id, 1), subject, reading, extraction)
            record(session, [], [done], self.clock(), naming=self.naming, has_ocr=False)

    def lines(self, viewer=None):
        with self.database.read() as session:
            wish, who = Wish("discrepancy"), viewer or operator(session)
            return attention.list_attention(session, who, Config(), wish, self.clock())["items"]

    def decide(self, item, answer, viewer=None):
        with self.database.write() as session:
            who = viewer or operator(session)
            discrepancies.choose(session, who, item, answer, self.clock(), schemes=self.schemes)

    def shown(self, version_id):
        with self.database.read() as session:
            return session.get_one(Version, version_id)


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def extractor():
    from archive.builtin_schemes import BUILTIN_SCHEMES
    from archive.schemes import compile_schemes

    return Extractor(compile_schemes(BUILTIN_SCHEMES))


def said_otherwise(extractor, page, data, source="embedded"):
    pages = (PageText(1, page, source, width=595.0, height=842.0),)
    reading = Reading("pdf", 1, "application/pdf", pages, data=data)
    _, found = extractor.extract(reading, ReadingContext("filing/bill.pdf"))
    return {(fact.role or fact.name): fact.value for fact in found.facts if fact.rule == PRINTED}


@pytest.mark.parametrize(
    ("printed", "instead", "name", "value"),
    [
        ("INV-77", "INV-78", "number", "INV-78"),
        ("2024-03-05", "2024-03-06", "date", "2024-03-06"),
        ("1 250,00", "1 350,00", "total", "1350.00"),
        ("SEK", "EUR", "currency", "EUR"),
        ("Norrby Pumpar AB", "Sörby Fläktar AB", "seller", "Sörby Fläktar AB"),
        ("Vik Kommun AB", "Sund Hamn AB", "buyer", "Sund Hamn AB"),
    ],
)
def test_what_the_page_says_otherwise_than_the_data_is_found(
    extractor, printed, instead, name, value
):
    assert said_otherwise(extractor, PAGE, ubl()) == {}
    page = PAGE.replace(printed, instead)
    data = ubl().replace(b"SE556036079301", b"")
    assert said_otherwise(extractor, page, data) == {name: value}


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        ("2024-03-05", "5 March 2024"),
        ("2024-03-05", "05.03.2024"),
        ("1 250,00", "1.250,00"),
        ("1 250,00 SEK", "SEK 1250"),
        ("1 250,00 SEK", "1 250:- kr"),
        ("INV-77", "INV 77"),
        ("INV-77", "INV\u2011077 (our INV77)"),
        ("Norrby Pumpar AB", "NORRBY PUMPAR Aktiebolag"),
        ("Norrby Pumpar AB", "Pumpexperten AB"),  # the number of the seller stands below
        ("Vik Kommun AB", "Kommun Vik"),
        ("Total with VAT 1 250,00", "Total 1 000,00\nTo pay 1 250,00"),
        ("Invoice date: 2024-03-05", "Delivery date: 2024-02-01\nInvoice date: 2024-03-05"),
    ],
)
def test_another_form_of_the_same_is_no_disagreement(extractor, printed, instead):
    page = PAGE.replace(printed, instead) + "\nVAT no: SE556036079301"
    assert said_otherwise(extractor, page, ubl()) == {}


def test_what_ocr_read_is_no_evidence_against_data(extractor):
    page = PAGE.replace("2024-03-05", "2024-03-06")
    assert said_otherwise(extractor, page, ubl(), "ocr") == {}


def test_both_readings_stand_and_the_data_counts_until_a_person_chooses(house):
    version_id = house.hybrid(PAGE.replace("2024-03-05", "2024-03-06"), ubl())
    (line,) = house.lines()
    assert line["item"] == "discrepancy:1/1/date"
    assert line["text"] == ("The data in D-000001 says date 2024-03-05, its page says 2024-03-06.")
    data, page = line["readings"]
    assert (data["said"], data["value"], page["said"], page["value"]) == (
        "data", "2024-03-05", "page", "2024-03-06",
    )  # fmt: skip
    assert data["where"].endswith("IssueDate[1]") or "IssueDate" in data["where"]
    assert (page["page"], page["quote"]) == (1, "2024-03-06")
    assert house.shown(version_id).date == "2024-03-05"
    house.decide(line["item"], "page")
    assert house.shown(version_id).date == "2024-03-06"
    assert house.lines() == []
    house.again(version_id, PAGE.replace("2024-03-05", "2024-03-06"), ubl())
    assert house.shown(version_id).date == "2024-03-06"
    assert house.lines() == []
    with house.database.read() as session:
        standing = [
            (fact["value"], fact["origin"], fact["counts"])
            for fact in facts_of(session, version_id)
            if fact["name"] == "date" and fact["retracted_at"] is None
        ]
    assert standing == [
        ("2024-03-06", "person", True),
        ("2024-03-05", "data", False),
        ("2024-03-06", "text", False),
    ]


def test_of_parties_one_question_is_asked_and_the_others_stay(house):
    page = PAGE.replace("Vik Kommun AB", "Sund Hamn AB")
    version_id = house.hybrid(page, ubl())
    (line,) = house.lines()
    assert line["item"] == "discrepancy:1/1/party"
    house.decide(line["item"], "page")
    parties = {party["role"]: party["name"] for party in house.shown(version_id).parties}
    assert parties == {"seller": "Norrby Pumpar AB", "buyer": "Sund Hamn AB"}
    assert house.lines() == []
    with house.database.write() as session:
        who = operator(session)
        discrepancies.take_back(session, who, line["item"], house.clock(), schemes=house.schemes)
    assert len(house.lines()) == 1


def test_who_may_not_write_there_neither_answers_nor_learns_of_it(house):
    house.hybrid(PAGE.replace("2024-03-05", "2024-03-06"), ubl())
    (line,) = house.lines()
    assert house.lines(house.viewer("secret")) == []
    with pytest.raises(NotFound):
        house.decide(line["item"], "page", house.viewer("secret"))
    with pytest.raises(NotAllowed):
        house.decide(line["item"], "page", house.viewer("general", role="staff"))
    with pytest.raises(UsageError):
        house.decide(line["item"], "both")
    for item in ("discrepancy:1/2/date", "discrepancy:1/1/total", "discrepancy:x", "discrepancy:"):
        with pytest.raises(NotFound):
            house.decide(item, "page")


def test_a_line_that_was_explained_away_is_asked_no_more(house):
    house.hybrid(PAGE.replace("2024-03-05", "2024-03-06"), ubl())
    (line,) = house.lines()
    with house.database.write() as session:
        attention.set_aside(
            session, operator(session), line["item"], house.clock(), reason="A slip of the pen."
        )
    assert house.lines() == []


def test_the_page_shows_both_readings_and_takes_the_answer(rooms):
    house = House.__new__(House)
    house.database, house.clock, house.intake = (
        rooms.archive.database, rooms.clock, rooms.archive.intake,
    )  # fmt: skip
    house.vault, house.schemes = rooms.archive.vault, rooms.app.state.schemes
    from indexer.naming import Naming

    house.naming = Naming(house.schemes, [])
    house.hybrid(PAGE.replace("1 250,00", "1 350,00"), ubl())
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = client.get("/attention?what=discrepancy").text
        assert "Documents that do not agree" in page
        assert re.search(r"<b>1250.00</b>.*<b>1350.00</b>", page, re.DOTALL)
        address = html.unescape(re.search(r'action="(/attention/discrepancy:[^"]+)"', page)[1])
        assert "so says the page, not its data" in client.get("/documents/D-000004").text
        answer = {"choose": "page"}
        assert reader.post(address, data=answer).status_code == 403
        assert client.post(address, data=answer).status_code == 303
        page = client.get("/attention").text
        assert "Documents that do not agree" not in page
        assert 'name="answer" value="withdraw"' in page  # the button that undoes it
        client.post(address, data={"answer": "withdraw"})
        assert "Documents that do not agree" in client.get("/attention").text
