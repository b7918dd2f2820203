"""Numbers that a scan may have misread: asked of a person, and nothing before somebody answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive import exports, rulings
from archive.access import operator
from archive.alike import alike
from archive.attention import Wish, list_attention
from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.config import Config
from archive.misread import proposed
from archive.reading import Extraction, PageText, Reading, ReadingContext
from archive.readings import ReadVersion, load_subjects, record
from archive.records import document_id_of
from archive.references import Target
from archive.rulings import OnReference
from archive.schemes import compile_schemes
from archive.wanting import Asked
from indexer.extract.mentions import find_mentions
from tests.rooms import Rooms
from tests.small_archive import SmallArchive

SCHEMES = compile_schemes(BUILTIN_SCHEMES, ())
SCAN = "Invoice of May\nfor PO-2O24-110"
LABELLED = "Invoice of May\nOrder no: 2O24110"


class Archive(SmallArchive):
    def scan(self, text=SCAN, path="bill.png", source="ocr", version_id=None):
        """File a scan of an invoice that was read as this text, or read it again."""
        version_id = version_id or self.file(path, text.encode())
        pages = (PageText(1, text, source),)
        mentions = find_mentions(pages, SCHEMES, kind="invoice", context=ReadingContext("a"))
        reading = Reading("image", 1, "image/png", pages)
        with self.database.write() as session:
            subject = load_subjects(session, [version_id])[version_id]
            said = Extraction((), (), tuple(mentions))
            record(session, [ReadVersion(subject, reading, said)], self.clock())
        return version_id

    def order(self, number="PO-2024-110", path="order.txt", collection="general"):
        return self.add(path, f"Order {number}\n{path}", number=number, collection=collection)

    def lines(self, kind="misread", viewer=None):
        with self.database.read() as session:
            viewer = viewer or operator(session)
            wish = Wish(kind=kind)
            return list_attention(session, viewer, Config(), wish, self.clock())["items"]

    def told(self, viewer=None):
        """What is a reference, and what it reaches."""
        with self.database.read() as session:
            every = exports.references(session, viewer or operator(session))
            return [(line["identifier"], line["quote"], line["target"]) for line in every]

    def others(self):
        """Somebody who does not read what the board has."""
        with self.database.read() as session:
            every = operator(session)
        return replace(every, reads=frozenset({1}), writes=frozenset({1}))


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = Archive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def test_a_number_that_one_document_bears_if_it_is_misread_is_proposed_and_not_linked(archive):
    archive.scan()
    assert archive.lines() == []
    archive.order()  # late
    (line,) = archive.lines()
    assert line["text"] == "PO-2O24-110 in D-000001 may be PO-2024-110."
    assert [one["target"] for one in line["candidates"]] == ["D-000002"]
    assert (line["reference"]["status"], line["reference"]["target"]) == ("waiting", None)
    assert archive.told() == []
    assert archive.lines("waiting") == []


def test_in_whatever_order_they_come_the_same_is_proposed(archive):
    archive.order()
    archive.scan()
    (line,) = archive.lines()
    assert line["text"] == "PO-2O24-110 in D-000002 may be PO-2024-110."


def test_text_that_was_not_read_from_a_picture_is_taken_at_its_word(archive):
    archive.scan(source="embedded")
    archive.order()
    assert archive.lines() == []


def test_two_that_bear_it_are_too_many(archive):
    archive.scan()
    archive.order()
    archive.order(path="again.txt")
    assert archive.lines() == []


def test_a_hidden_bearer_changes_nothing(archive):
    archive.scan()
    archive.order(path="secret.txt", collection="board")
    assert archive.lines(viewer=archive.others()) == []
    archive.order()
    assert len(archive.lines(viewer=archive.others())) == 1
    assert archive.lines() == []


def test_a_number_that_something_bears_as_it_is_read_is_no_question(archive):
    archive.scan(LABELLED)
    archive.order("PO-2024110")
    (line,) = archive.lines()
    assert line["text"] == "2O24110 in D-000001 may be 2024110."
    assert [one[1:] for one in archive.told()] == [("2O24110", None)]
    archive.order("PO-2O24110", path="odd.txt")
    assert archive.lines() == []
    assert [one[1:] for one in archive.told()] == [("2O24110", "D-000003")]


def test_what_the_document_cites_beside_it_without_doubt_is_no_question(archive):
    archive.scan(SCAN + "\nthat is PO-2024-110")
    archive.order()
    assert archive.lines() == []
    assert [one[2] for one in archive.told()] == ["D-000002"]


def answer(client, item, said, **more):
    posted = client.post(f"/attention/{item}", data={"answer": said, **more})
    assert posted.status_code == 303, posted.text


@pytest.fixture
def rooms(database_url, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("tests.rooms.SmallArchive", Archive)
    rooms = Rooms(database_url, tmp_path, clock)
    rooms.archive.order()
    yield rooms
    rooms.services.close()
    rooms.archive.close()


@pytest.mark.parametrize("text", [SCAN, "Invoice of May\nOrder no: PO-2O24-110"])
def test_accepted_it_is_a_reference_by_a_ruling_until_that_is_taken_back(rooms, text):
    archive = rooms.archive
    archive.scan(text)
    before = archive.told()
    (line,) = archive.lines()
    document, target = line["document"], line["candidates"][0]["target"]
    with rooms.client("cora") as client:
        assert "It is read as PO-2O24-110" in client.get("/attention").text
        answer(client, line["item"], "choose", choose=target)
        assert archive.lines() == []
        assert ("PO-2O24-110", target) in [one[1:] for one in archive.told()]
        page = client.get(f"/documents/{document}").text
        assert f"/documents/{target}" in page
        waits = [one["identifier"] for one in archive.lines("waiting")]
        assert waits == ["PO-2024-999"]
        answer(client, line["item"], "withdraw")
        assert archive.told() == before
        assert [one["item"] for one in archive.lines()] == [line["item"]]


def test_one_answer_does_for_the_same_number_in_several_scans(rooms):
    archive = rooms.archive
    for name in ("one.png", "two.png"):
        archive.scan(f"{SCAN}\n{name}", path=name)
    archive.scan(SCAN.replace("110", "111"), path="three.png")
    with rooms.client("cora") as client:
        page = client.get("/attention").text
        assert "and 1 alike" in page
        (target, item) = next(
            (line["candidates"][0]["target"], line["item"]) for line in archive.lines()
        )
        answer(client, item, "choose", choose=target, all="1")
        assert "2 are decided." in client.get("/attention").text
        assert archive.lines() == []
        assert archive.told().count(("PO-2024-110", "PO-2O24-110", target)) == 2


def test_rejected_it_does_not_come_again(rooms):
    archive = rooms.archive
    version_id = archive.scan()
    before = archive.told()
    (line,) = archive.lines()
    with rooms.client("cora") as client:
        answer(client, line["item"], "reject")
    archive.scan(version_id=version_id)
    assert (archive.lines(), archive.told()) == ([], before)


def test_what_was_accepted_for_a_hidden_order_is_no_reference_to_others(archive):
    archive.scan()
    archive.order(path="secret.txt", collection="board")
    (line,) = archive.lines()
    parts = line["item"].partition(":")[2].split("/")
    with archive.database.write() as session:
        assert alike(session, operator(session), line["item"], archive.clock()) == [line["item"]]
        rulings.rule(
            session, operator(session), OnReference(int(parts[0]), *parts[1:]), "redirect",
            archive.clock(), target=Target("document", document_id_of("D-000002")),
        )  # fmt: skip
    assert [one[2] for one in archive.told()] == ["D-000002"]
    assert archive.told(archive.others()) == []


def test_a_new_reading_that_has_no_doubt_takes_the_place_of_the_question(archive):
    version_id = archive.scan()
    archive.order()
    archive.scan(SCAN.replace("O24", "024"), version_id=version_id)
    assert archive.lines() == []
    assert [one[2] for one in archive.told()] == ["D-000002"]


def test_a_later_reading_may_bring_the_doubt(archive):
    version_id = archive.scan(SCAN.replace("O24", "024"))
    archive.order()
    archive.scan(version_id=version_id)
    assert (len(archive.lines()), archive.told()) == (1, [])


def test_the_list_is_asked_for_by_an_index_and_not_by_looking_at_all_references(tmp_path, clock):
    archive = Archive(f"sqlite:///{tmp_path / 'a.sqlite'}", tmp_path, clock)
    with archive.database.read() as session:
        asked = proposed(Asked(operator(session), clock().date())).order_by(None)
        query = asked.compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert "USING INDEX ix_reference_many" in plan[0][3]
    archive.close()
