"""Paper originals: said, lent, taken back, found by place, wanted back; on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from archive import attention, moving, papers
from archive.access import Viewer, operator
from archive.attention import Wish
from archive.backup import backup
from archive.config import Config
from archive.db import Database
from archive.errors import NotAllowed, NotFound, UsageError
from archive.models import Collection, Event, Job, Paper, Version
from archive.papers import PaperSaid
from archive.records import load_records
from archive.restore import restore
from archive.vault import Vault
from tests.api_house import opened_house
from tests.small_archive import SmallArchive

SHELF = PaperSaid("Room 2, shelf 12", "signed")


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path, clock)
    house.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
    house.add("secret.txt", "Order\nPO-2\n", number="PO-2", collection="legal")
    yield house
    house.close()


def say(house, said, number=1, viewer=None):
    at = house.clock.step()
    with house.database.write() as session:
        papers.set_paper(session, viewer or operator(session), number, said, at)
    return at


def told(house, number=1, viewer=None, as_of=None):
    with house.database.read() as session:
        return papers.paper_of(session, viewer or operator(session), number, as_of=as_of)


def kinds_of_events(house):
    with house.database.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.number)).all()
    return [kind for kind in kinds if kind.startswith("paper")]


def by_general(house, role, *, writes=True):
    with house.database.read() as session:
        general = session.scalars(select(Collection.id).where(Collection.name == "general")).one()
    only = frozenset({general})
    return Viewer("user:1", role, only, only if writes else frozenset())


def overdue(house, viewer=None):
    with house.database.read() as session:
        found = attention.list_attention(
            session, viewer or operator(session), Config(), Wish("overdue"), house.clock()
        )
    return found["items"]


def test_what_is_said_last_counts_and_what_was_said_before_stays(house):
    first = say(house, PaperSaid("  Room 1,\n shelf 3 ", "copy"))
    say(house, SHELF)
    now = told(house)
    assert (now["document"], now["paper"]["place"]) == ("D-000001", "Room 2, shelf 12")
    assert [line["place"] for line in now["history"]] == ["Room 1, shelf 3"]
    then = told(house, as_of=first)
    assert (then["paper"]["place"], then["history"]) == ("Room 1, shelf 3", [])


def test_saying_the_same_again_changes_nothing(house):
    say(house, SHELF)
    before = told(house)
    say(house, SHELF)
    assert told(house) == before
    assert kinds_of_events(house) == ["paper-set"]


def test_a_paper_is_lent_and_comes_back_to_its_place(house):
    say(house, SHELF)
    say(house, PaperSaid(SHELF.place, "signed", "Eva Berg", date(2031, 1, 1)))
    lent = told(house)["paper"]
    assert (lent["lent_to"], lent["lent_until"]) == ("Eva Berg", "2031-01-01")
    with house.database.write() as session:
        papers.take_back(session, operator(session), 1, house.clock.step())
    back = told(house)["paper"]
    assert (back["place"], back["lent_to"]) == (SHELF.place, None)
    assert kinds_of_events(house) == ["paper-set", "paper-lent", "paper-returned"]


def test_events_of_papers_say_no_place_and_no_name(house):
    say(house, PaperSaid("Strongroom", "signed", "Eva Berg"))
    with house.database.read() as session:
        lines = session.scalars(select(Event.line)).all()
    assert not [line for line in lines if "Strongroom" in line or "Eva" in line]


def test_a_paper_that_is_gone_is_history(house):
    say(house, SHELF)
    with house.database.write() as session:
        papers.remove_paper(session, operator(session), 1, house.clock.step())
    now = told(house)
    assert now["paper"] is None
    assert [line["place"] for line in now["history"]] == [SHELF.place]
    with house.database.write() as session, pytest.raises(NotFound):
        papers.remove_paper(session, operator(session), 1, house.clock.step())


@pytest.mark.parametrize(
    "said",
    [
        PaperSaid(" ", "signed"),
        PaperSaid("Shelf 1", "facsimile"),
        PaperSaid("Shelf 1", "copy", None, date(2031, 1, 1)),
    ],
)
def test_what_makes_no_sense_is_refused(house, said):
    with pytest.raises(UsageError):
        say(house, said)
    assert told(house)["paper"] is None


def test_the_paper_of_a_hidden_document_is_not_there(house):
    say(house, SHELF, number=2)
    viewer = by_general(house, "coordinator")
    for ask in (told, lambda house, number, viewer: say(house, SHELF, number, viewer)):
        with pytest.raises(NotFound):
            ask(house, 2, viewer)


def test_who_may_not_write_may_read_where_the_paper_is(house):
    say(house, SHELF)
    for viewer in (by_general(house, "staff"), by_general(house, "coordinator", writes=False)):
        assert told(house, viewer=viewer)["paper"]["place"] == SHELF.place
        with pytest.raises(NotAllowed):
            say(house, PaperSaid("Mine", "copy"), viewer=viewer)


def test_the_index_is_told_where_the_paper_is_and_who_has_it(house):
    with house.database.write() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)
    say(house, SHELF)
    say(house, PaperSaid("Room 3", "signed", "Eva Berg"))
    with house.database.read() as session:
        version_id = session.scalars(select(Version.id).where(Version.document_id == 1)).one()
        waiting = session.execute(select(Job.kind, Job.subject)).all()
        (record,) = load_records(session, [version_id])
    assert [tuple(row) for row in waiting] == [("index", version_id)]
    assert record.papers == ["Room 3", "Eva Berg"]


def test_what_should_be_back_wants_a_person_who_sees_it(house):
    today = house.clock().date()
    say(house, PaperSaid("Shelf 1", "copy", "Eva Berg", today - timedelta(days=1)), number=2)
    say(house, PaperSaid("Shelf 1", "copy", "Eva Berg", today))
    (line,) = overdue(house)
    assert (line["document"], line["age_days"]) == ("D-000002", 0)
    assert line["text"].startswith("The paper of D-000002 was lent to Eva Berg until ")
    assert overdue(house, by_general(house, "coordinator")) == []
    with house.database.write() as session:
        attention.set_aside(
            session, operator(session), line["item"], house.clock(), reason="she works with it"
        )
    assert overdue(house) == []


def test_the_paper_goes_along_where_a_document_joins_another(house):
    house.add("copy.txt", "Copy\nPO-3\n", number="PO-3")
    say(house, SHELF, number=3)
    receipt = {
        "what": "joined", "receipt": "r", "document": 3, "version": 1, "into": 1, "as": 2,
    }  # fmt: skip
    with house.database.write() as session:
        moving.apply(session, receipt, house.clock.step())
    assert told(house)["paper"]["place"] == SHELF.place
    assert told(house, number=3)["document"] == "D-000001"


def test_two_papers_of_documents_that_were_joined_both_stay_until_a_person_says(house):
    house.add("copy.txt", "Copy\nPO-3\n", number="PO-3")
    say(house, SHELF)
    say(house, PaperSaid("Room 9", "copy"), number=3)
    receipt = {
        "what": "joined", "receipt": "r", "document": 3, "version": 1, "into": 1, "as": 2,
    }  # fmt: skip
    with house.database.write() as session:
        moving.apply(session, receipt, house.clock.step())
    now = told(house)
    assert (now["paper"]["place"], now["history"][0]["place"]) == ("Room 9", SHELF.place)
    assert now["history"][0]["retracted_at"] is None
    say(house, SHELF)
    assert all(line["retracted_at"] for line in told(house)["history"])


def test_papers_are_in_a_backup(house, tmp_path, clock):
    say(house, PaperSaid("Room 3", "signed", "Eva Berg"))
    backup(house.database, house.vault, tmp_path / "backups", house.clock)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert restore(tmp_path / "backups", other, Vault(tmp_path / "other"), clock) == []
    with other.read() as session:
        assert session.scalars(select(Paper.lent_to)).all() == ["Eva Berg"]
        now = papers.paper_of(session, operator(session), 1)
    assert now["paper"] == told(house)["paper"]
    other.close()


def test_over_http_a_paper_is_said_lent_returned_and_taken_away(house_of_papers):
    karin, sven = (house_of_papers.by(name) for name in ("karin", "sven"))
    document = house_of_papers.document("filing/orders/order.pdf")
    path = f"documents/{document}/paper"
    assert sven.get(path).json() == {"document": document, "paper": None, "history": []}
    lent = {"place": "Shelf 12", "form": "signed", "lent_to": "Eva", "lent_until": "2031-01-01"}
    assert karin.put(path, json=lent).json()["paper"]["lent_to"] == "Eva"
    assert sven.put(path, json=lent).status_code == 403
    back = karin.put(path, json={"place": "Shelf 12", "form": "signed"}).json()
    assert (back["paper"]["lent_to"], len(back["history"])) == (None, 1)
    assert back["paper"]["by"] == "karin"
    assert karin.put(path, json={"place": "", "form": "signed"}).status_code == 422
    house_of_papers.read()
    for query, found in (('paper:"Shelf 12"', [document]), ('paper:"Shelf 1"', [])):
        hits = sven.get("search", params={"q": query}).json()["hits"]
        assert [hit["document"] for hit in hits] == found, query
    history = sven.get(f"documents/{document}/history").json()["items"]
    assert [line["what"] for line in history][:2] == ["paper-returned", "paper-lent"]
    assert karin.delete(path).status_code == 204
    assert karin.delete(path).status_code == 404


@pytest.fixture(name="house_of_papers")
def _house_of_papers(tmp_path, database_url):
    with opened_house(database_url, tmp_path) as house:
        yield house


def test_a_label_shows_number_title_and_place_and_its_code_says_the_number(house_of_papers):
    document = house_of_papers.document("filing/orders/order.pdf")
    karin = house_of_papers.by("karin")
    karin.put(f"documents/{document}/paper", json={"place": "Shelf 12 #x", "form": "copy"})
    label = karin.get(f"documents/{document}/label.pdf")
    assert label.headers["content-type"] == "application/pdf"
    with pypdfium2.PdfDocument(label.content) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
        picture = pdf[0].render(scale=150 / 72).to_pil()
    assert all(said in text for said in (document, "Purchase order", "Shelf 12 #x"))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"crossfile:{document}"]
    hidden = house_of_papers.document("filing/legal/secret.txt")
    assert karin.get(f"documents/{hidden}/label.pdf").status_code == 404
