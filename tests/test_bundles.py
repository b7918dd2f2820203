"""Pages of a copier's bundle are a document of their own, where a person says so."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from api.labels import separator_pdf
from archive import agreement
from archive.access import operator
from archive.db import Database
from archive.intake import Intake
from archive.labels import SEPARATORS
from archive.models import Document, Event, Part, Proposal, Reference, Sighting, Version
from archive.rereading import ask_reread
from archive.vault import Vault
from indexer.parsers.cut import cut
from indexer.parsers.limits import Limits
from indexer.parsers.separators import is_separator
from tests.api_house import opened_house
from tests.small_files import pdf, reading, texts

INVOICES = [
    (
        "INVOICE",
        f"Invoice number: 5500-{number}",
        f"Date: 2024-0{number}-03",
        "Seller: Norrgjuteri AB",
        "Your order: PO-2024-113",
    )
    for number in range(1, 6)
]


def bundle(*pages) -> bytes:
    return pdf(*(pages or (*INVOICES, ("The second page of the last one.",))))


@pytest.fixture(scope="module")
def house(house_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    with opened_house(house_url, folder) as house:
        yield house


def filed(house, name, data):
    (house.tree / name).write_bytes(data)
    house.read()
    return house.document(f"filing/{name}")


def say(house, number, *ranges, who="karin"):
    said = {"ranges": [{"first": first, "last": last} for first, last in ranges]}
    return house.by(who).post(f"documents/{number}/parts", json=said)


def parts(house, number):
    items = house.by("karin").get(f"documents/{number}/parts").json()["items"]
    return [(one["first"], one["last"], one["document"]) for one in items]


def document(house, number):
    return house.by("karin").get(f"documents/{number}").json()


def hits(house, query):
    found = house.by("karin").get("search", params={"q": query}).json()
    return [hit["document"] for hit in found["hits"][: found["total"]]]


def test_pages_of_a_bundle_become_a_document_of_their_own_and_the_bundle_stays(house):
    data = bundle()
    number = filed(house, "scan-1.pdf", data)
    assert say(house, number, (2, 2), (5, 6)).status_code == 202
    assert [one[:2] for one in parts(house, number)] == [(2, 2), (5, 6)]
    house.read()
    (_, _, second), (_, _, last) = parts(house, number)
    told = document(house, last)
    assert told["path"] == "filing/scan-1.pdf!/pages 5-6.pdf"
    assert (told["parent"], told["number"], told["date"]) == (number, "5500-5", "2024-05-03")
    assert (told["pages"], told["status"]) == (2, "searchable")
    assert document(house, second)["number"] == "5500-2"
    page = house.by("karin").get(f"documents/{last}/pages/2").json()
    assert page["text"] == "The second page of the last one."
    assert last in hits(house, "number:5500-5")
    whole = house.by("karin").get(f"documents/{number}/content")
    assert whole.content == data
    with house.services.database.read() as session:
        relations = session.execute(
            select(Reference.relation, Reference.fixed_document_id).where(
                Reference.document_id == int(last[2:]), Reference.fixed_document_id.is_not(None)
            )
        ).all()
    assert relations == [("attached-to", int(number[2:]))]


def test_reading_the_bundle_again_files_no_part_twice(house):
    number = filed(house, "scan-2.pdf", bundle(*INVOICES[:3]))
    say(house, number, (1, 2))
    house.read()
    before = parts(house, number)
    assert say(house, number, (1, 2)).status_code == 202  # said already
    with house.services.database.write() as session:
        at = house.services.clock()
        ask_reread(session, operator(session), [number], "parse", at, newest={})
    house.read()
    assert parts(house, number) == before
    child = before[0][2]
    versions = house.by("karin").get(f"documents/{child}/versions").json()["items"]
    assert [len(one["sightings"]) for one in versions] == [1]


@pytest.mark.parametrize(
    ("ranges", "why"),
    [
        ([(2, 4)], "Pages 2 to 4 overlap with pages 1 to 2, which are a document of their own."),
        ([(3, 4), (4, 5)], "Pages 4 to 5 overlap with pages 3 to 4"),
        ([(5, 6)], "There are no pages 5 to 6; the file has pages 1 to 5."),
        ([(4, 3)], "There are no pages 4 to 3"),
        ([(1, 5)], "These are all pages of the file"),
    ],
)
def test_what_overlaps_or_is_not_there_is_refused_in_words(house, ranges, why):
    number = filed(house, "scan-3.pdf", bundle(*INVOICES))
    say(house, number, (1, 2))
    answer = say(house, number, *ranges)
    assert answer.status_code == 400
    assert why in answer.json()["detail"]
    assert [one[:2] for one in parts(house, number)] == [(1, 2)]


def test_only_who_may_file_there_parts_a_bundle_and_only_one_of_pages(house):
    number = filed(house, "scan-3.pdf", bundle(*INVOICES))
    assert say(house, number, (3, 4), who="sven").status_code == 403
    assert say(house, house.document("filing/legal/secret.txt"), (1, 2)).status_code == 404
    answer = say(house, house.document("filing/invoices/88213.txt"), (1, 1))
    assert "Only a PDF or TIFF of several pages" in answer.json()["detail"]


def test_a_part_that_is_taken_back_is_found_no_more_and_comes_back_as_the_same(house):
    number = filed(house, "scan-4.pdf", bundle(("INVOICE", "Invoice number: 7700-1"), ("Two",)))
    say(house, number, (1, 1))
    house.read()
    ((_, _, child),) = parts(house, number)
    assert set(hits(house, "number:7700-1")) == {number, child}
    karin = house.by("karin")
    (part,) = karin.get(f"documents/{number}/parts").json()["items"]
    assert house.by("sven").delete(f"documents/{number}/parts/{part['id']}").status_code == 403
    assert karin.delete(f"documents/{number}/parts/{part['id']}").status_code == 204
    assert karin.delete(f"documents/{number}/parts/{part['id']}").status_code == 404
    house.read()
    assert parts(house, number) == []
    assert hits(house, "number:7700-1") == [number]
    assert document(house, child)["document"] == number  # its number leads to the bundle
    listed = karin.get("documents?limit=200").json()["items"]
    assert child not in {one["document"] for one in listed}
    with house.services.database.write() as session:
        at = house.services.clock()
        ask_reread(session, operator(session), [], "parse", at, newest={})
    house.read()
    assert hits(house, "number:7700-1") == [number]
    with house.services.database.read() as session:
        assert list(agreement._currents(session)) == []
    say(house, number, (1, 1))
    house.read()
    ((_, _, again),) = parts(house, number)
    assert again == child
    assert set(hits(house, "number:7700-1")) == {number, child}
    assert document(house, child)["path"] == "filing/scan-4.pdf!/page 1.pdf"
    with house.services.database.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.number)).all()
    assert kinds.count("withdrawn") == kinds.count("part-taken-back") == 1


def test_a_bundle_and_its_pages_are_never_versions_of_one(house):
    spec = ("SPECIFICATION", "Specification no: SPEC-9100", "All pumps are to be tested with oil.")
    bill = ("INVOICE", "Invoice number: 8800-1", "Seller: Norrgjuteri AB", "VAT SE556677889901")
    for name, first in (("scan-7.pdf", spec), ("scan-8.pdf", bill)):
        number = filed(house, name, bundle(first, ("A page by itself",)))
        say(house, number, (1, 1))
        house.read()
        ((_, _, child),) = parts(house, number)
        assert child != number
        assert document(house, child)["number"] == document(house, number)["number"]
        asked = house.by("karin").get("attention?kind=proposal&limit=200").json()["items"]
        assert not [line for line in asked if line.get("document") in (number, child)]


def test_a_part_that_is_taken_back_while_it_is_made_is_no_document(house):
    number = filed(house, "scan-5.pdf", bundle(("Some page",), ("Other page",), ("Third",)))
    say(house, number, (2, 3))
    (part,) = house.by("karin").get(f"documents/{number}/parts").json()["items"]
    before = house.by("karin").get("documents?limit=1").json()["total"]
    house.by("karin").delete(f"documents/{number}/parts/{part['id']}")
    house.read()
    assert house.by("karin").get("documents?limit=1").json()["total"] == before


def test_parts_come_back_from_the_vault_alone(house, tmp_path):
    number = filed(house, "scan-6.pdf", bundle(("One thing",), ("Two things",), ("Three",)))
    say(house, number, (1, 1), (2, 3))
    house.read()
    first, second = house.by("karin").get(f"documents/{number}/parts").json()["items"]
    house.by("karin").delete(f"documents/{number}/parts/{first['id']}")
    database = Database(f"sqlite:///{tmp_path / 'again.sqlite'}")
    from archive import schema

    schema.upgrade(database)
    vault = Vault(house.config.data.folder / "vault")
    Intake(database, vault, house.services.clock).catch_up()
    with database.read() as session:
        gone = session.get_one(Document, int(first["document"][2:]))
        kept = session.get_one(Document, int(second["document"][2:]))
        assert gone.current_version_id is None
        assert kept.current_version_id is not None
        names = session.scalars(select(Sighting.name).where(Sighting.position >= 10**9))
        assert {"page 1.pdf", "pages 2-3.pdf"} <= set(names)
        taken, left = (session.get_one(Part, one["id"]) for one in (first, second))
        assert taken.retracted_at is not None and left.retracted_at is None
        assert (left.first_page, left.last_page) == (2, 3)
    lines = (house.config.data.folder / "vault/journal/receipts.jsonl").read_text().splitlines()
    said = [json.loads(line).get("pages") for line in lines]
    assert [2, 3] in said
    database.close()


def scan(*pages: bytes | None) -> bytes:
    """A PDF of grey pictures: a separator sheet for each None, else the first page of a PDF."""
    pictures = []
    for page in pages:
        with pypdfium2.PdfDocument(separator_pdf() if page is None else page) as document:
            picture = document[0].render(scale=100 / 72).to_pil().convert("L")
        grey = Image.new("L", picture.size, 235)
        grey.paste(picture.rotate(2, fillcolor=235), (0, 0))
        pictures.append(grey)
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=100)
    return out.getvalue()


def proposals(house, who="karin"):
    lines = house.by(who).get("attention?kind=proposal&limit=200").json()["items"]
    return [line for line in lines if line["proposes"] == "parts"]


def test_separator_sheets_propose_the_pages_between_them(house):
    pages = [pdf(lines) for lines in INVOICES[:4]]
    number = filed(house, "pile.pdf", scan(pages[0], pages[1], None, pages[2], None, pages[3]))
    (line,) = proposals(house)
    assert line["text"] == f"Separator pages part {number} into 3 documents: 1-2, 4, 6."
    karin, path = house.by("karin"), f"part-proposals/{line['proposal']}"
    some = {"answer": "accept", "ranges": [{"first": 1, "last": 2}, {"first": 6, "last": 6}]}
    assert house.by("sven").post(path, json=some).status_code == 403
    others = {"answer": "accept", "ranges": [{"first": 1, "last": 3}]}
    assert karin.post(path, json=others).status_code == 400
    assert karin.post(path, json=some).status_code == 204
    house.read()
    assert [one[:2] for one in parts(house, number)] == [(1, 2), (6, 6)]
    assert proposals(house) == []
    assert karin.post(path, json={"answer": "undo"}).status_code == 204
    assert parts(house, number) == []
    assert len(proposals(house)) == 1
    assert karin.post(path, json={"answer": "reject"}).status_code == 204
    with house.services.database.write() as session:
        at = house.services.clock()
        ask_reread(session, operator(session), [number], "parse", at, newest={})
    house.read()
    assert proposals(house) == []
    sheet = karin.get("separator.pdf")
    assert sheet.content.startswith(b"%PDF")


def separators_of(data: bytes) -> str | None:
    return dict(reading(data, "scan").properties).get(SEPARATORS)


def tiff(*colours: int) -> bytes:
    frames = [Image.new("L", (200, 280), colour) for colour in colours]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(100, 100))
    return out.getvalue()


def test_words_alone_on_a_page_part_too_and_a_blank_page_does_not():
    assert separators_of(pdf(("One",), ("DOKUMENTAVSKILJARE",), ("Two",))) == "2"
    assert separators_of(pdf(("One",), ("Separator page",), ("Two",), ("Skiljeblad",))) == "2,4"
    assert separators_of(pdf(("One",), (), ("Two",))) is None
    assert separators_of(pdf(("One",), ("Separator for oil, 40 l/min",), ("Two",))) is None
    assert separators_of(pdf(("Separator page",), ("Two",))) is None
    assert is_separator("Crossfile\nSeparator sheet\nSkiljeblad")
    assert not is_separator("Separator\n" + "A catalogue of separators for milk and oil. " * 3)


@pytest.mark.parametrize("data", [bundle(), tiff(10, 90, 170, 250)], ids=["pdf", "tiff"])
def test_the_same_pages_are_always_the_same_bytes(data):
    made = [cut(data, 2, 3, Limits()) for _ in range(2)]
    assert hashlib.sha256(made[0]).digest() == hashlib.sha256(made[1]).digest()
    assert cut(data, 2, 4, Limits()) != made[0]


def test_pages_are_taken_out_as_they_are():
    found = reading(cut(bundle(), 5, 6, Limits()), "part.pdf")
    assert texts(found) == ["\n".join(INVOICES[4]), "The second page of the last one."]
    assert dict(found.properties).keys() == {"creator", "producer"}
    part = Image.open(io.BytesIO(cut(tiff(10, 90, 170, 250), 2, 3, Limits())))
    shades = []
    for frame in range(part.n_frames):
        part.seek(frame)
        shades.append(part.getpixel((5, 5)))
    assert (shades, round(part.info["dpi"][0])) == ([90, 170], 100)


def test_pages_that_are_gone_from_the_file_cost_themselves_only():
    from indexer.parsers.cut import with_parts

    found = reading(bundle(), "scan.pdf")
    wanted = [(10**9, "pages 2-3.pdf", 2, 3), (10**9 + 1, "pages 9-9.pdf", 9, 9)]
    made = with_parts(found, bundle(), wanted, Limits())
    assert [child.name for child in made.children] == ["pages 2-3.pdf"]
    assert made.reason_code == "truncated"
    assert "Pages 9 to 9 can't be taken out" in made.reason
    assert made.pages == found.pages


def test_the_page_takes_pages_out_and_back_and_says_what_can_not_be(rooms):
    number = "D-000001"
    with rooms.archive.database.write() as session:
        version = session.get_one(Version, 1)
        version.media_type, version.page_count = "application/pdf", 9
        collection = session.get_one(Document, 1).collection_id
        proposed = {"version_id": 1, "ranges": [[6, 7], [9, 9]]}
        session.add(
            Proposal(kind="parts", collection_id=collection, document_id=1, details=proposed,
                     recorded_at=rooms.clock())
        )  # fmt: skip
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = client.get(f"/documents/{number}").text
        assert "None of its pages is a document of its own." in page
        assert "Documents in it" not in reader.get(f"/documents/{number}").text
        client.post(f"/documents/{number}/parts", data={"pages": "2-4, 5"})
        page = client.get(f"/documents/{number}").text
        assert (page.count("being taken out"), "p. 2-4" in page, "p. 5" in page) == (2, True, True)
        for pages, why in (("4-5", "overlap with pages"), ("x", "is no stretch of pages")):
            client.post(f"/documents/{number}/parts", data={"pages": pages})
            assert why in client.get(f"/documents/{number}").text
        (back, *_) = re.findall(r'action="(/documents/D-000001/parts/\d+/take-back)"', page)
        assert reader.post(back, data={}).status_code == 403
        assert client.post(back, data={}).status_code == 303
        page = client.get(f"/documents/{number}").text
        assert page.count("being taken out") == 1
        assert 'name="pages" value="2-4"' in page  # the button that undoes it
        assert "p. 5" in reader.get(f"/documents/{number}").text
        page = client.get("/attention?what=proposal").text
        assert "Separator pages part it into 2 documents: pages 6-7, 9." in page
        (answer,) = set(re.findall(r'action="(/attention/proposal:\d+)"', page))
        client.post(answer, data={"answer": "parts", "part": ["9"]})
        assert "Separator pages part it" not in client.get("/attention").text
        assert "p. 9" in client.get(f"/documents/{number}").text
        client.post(answer, data={"answer": "withdraw"})
        assert "Separator pages part it" in client.get("/attention").text
        client.post(answer, data={"answer": "reject"})
        assert "Separator pages part it" not in client.get("/attention").text
