"""The pages over HTTP: what they show to whom, and what their forms do."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.search_words import MESSAGES
from api.service import Services
from archive import accounts, grants, sign_ins
from archive.access import operator
from archive.config import Config, DataSection
from archive.models import Fact, Version
from archive.vocabulary import UNDECIDED
from indexer.search import answers
from tests.small_archive import SmallArchive
from web.render import Pages

HTML = {"accept": "text/html"}


class Rooms:
    """A small archive with two collections behind the real pages."""

    def __init__(self, url, folder, clock):
        self.archive = SmallArchive(url, folder, clock)
        config = Config(data=DataSection(folder=folder))
        self.services = Services(
            config, self.archive.database, self.archive.vault, self.archive.intake, clock
        )
        self.app = create_app(self.services, Pages())
        self.clock = clock
        order = "Purchase order PO-2024-113\nfour hundred housings"
        self.archive.add("order.txt", order, number="PO-2024-113")
        bill = "Bill 88213\nfor PO-2024-113 and PO-2024-999 <b>bold</b>"
        self.archive.add("bill.txt", bill, number="88213", cites=("PO-2024-113", "PO-2024-999"))
        secret = "Secret 7000-7\nabout PO-2024-113"
        self.archive.add(
            "secret.txt", secret, number="7000-7", cites=("PO-2024-113",), collection="board"
        )
        with self.archive.database.write() as session:
            by = operator(session)
            for name, role, right in (("cora", "coordinator", "write"), ("sven", "staff", "read")):
                accounts.create(session, name, role, by=by, at=clock())
                grants.grant(session, "general", right, by=by, at=clock(), user=name)

    def client(self, name):
        with self.archive.database.write() as session:
            user = accounts.find(session, name)
            secret = sign_ins.open_session(session, user.id, at=self.clock())
        return TestClient(
            self.app, follow_redirects=False, cookies={"crossfile": secret}, headers=HTML
        )


@pytest.fixture
def rooms(database_url, tmp_path, clock):
    rooms = Rooms(database_url, tmp_path, clock)
    yield rooms
    rooms.services.close()
    rooms.archive.close()


def test_each_message_of_the_search_stands_in_the_catalogues():
    assert dict(answers.MESSAGES) == MESSAGES


def test_a_hidden_document_looks_like_one_that_is_not_there(rooms):
    with rooms.client("sven") as client:
        hidden, absent = (client.get(f"/documents/D-00000{number}") for number in (3, 9))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    ids = [answer.headers["x-request-id"] for answer in (hidden, absent)]
    texts = [
        answer.text.replace(one, "") for answer, one in zip((hidden, absent), ids, strict=True)
    ]
    assert texts[0].replace("D-000003", "") == texts[1].replace("D-000009", "")


def test_a_hidden_document_is_not_among_those_that_cite(rooms):
    with rooms.client("sven") as client:
        page = client.get("/documents/D-000001").text
    assert "88213" in page
    assert "7000-7" not in page


def test_text_of_a_document_is_escaped_and_its_references_are_links(rooms):
    with rooms.client("sven") as client:
        page = client.get("/documents/D-000002?view=text").text
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page
    assert 'href="/documents/D-000001"' in page
    assert "#reference-" in page


def test_whoever_may_only_read_sees_no_forms_and_is_refused(rooms):
    with rooms.client("sven") as client:
        page = client.get("/documents/D-000002").text
        assert 'action="/documents/D-000002/facts"' not in page
        answer = client.post("/documents/D-000002/facts", data={"fact": "title", "value": "x"})
        assert answer.status_code == 403
        assert client.get("/upload").status_code == 403
        assert client.get("/users").status_code == 403


def test_a_fact_set_right_is_said_once_and_shown(rooms):
    with rooms.client("cora") as client:
        back = "/documents/D-000002"
        form = {"fact": "title", "value": "Bill for housings", "version": "1", "back": back}
        answer = client.post(f"{back}/facts", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, back)
        page = client.get(back)
        assert "Bill for housings" in page.text
        assert "It is set right." in page.text
        assert "It is set right." not in client.get(back).text


def test_of_a_date_with_two_readings_a_person_chooses_one_on_the_page(rooms):
    with rooms.archive.database.write() as session:
        session.add_all(
            Fact(version_id=2, name="due_date", value=day, origin="text", rule=UNDECIDED,
                 confidence=0.3, quote="03/04/2024", recorded_at=rooms.clock())
            for day in ("2024-03-04", "2024-04-03")
        )  # fmt: skip
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000002").text
        assert "2024-03-04 / 2024-04-03" in page
        assert 'name="value" value="2024-04-03"' in page
        form = {"fact": "due_date", "value": "2024-04-03", "back": "/"}
        client.post("/documents/D-000002/facts", data=form)
        page = client.get("/documents/D-000002").text
    assert "2024-03-04 / 2024-04-03" not in page
    assert "2024-04-03" in page


def test_a_party_that_a_person_names_takes_the_place_of_what_was_read(rooms):
    with rooms.client("cora") as client:
        form = {"fact": "party", "value": "Norrgjuteri AB", "role": "seller", "back": "/"}
        client.post("/documents/D-000002/facts", data=form)
        renamed = form | {"value": "Norrgjuteriet AB", "was": "Norrgjuteri AB"}
        client.post("/documents/D-000002/facts", data=renamed)
        client.get("/documents/D-000002")  # what was just done, with its undoing, is said once
        page = client.get("/documents/D-000002").text
    assert "Norrgjuteriet AB" in page
    assert "Norrgjuteri AB" not in page


def test_a_form_of_another_site_is_refused(rooms):
    with rooms.client("cora") as client:
        answer = client.post(
            "/documents/D-000002/facts",
            data={"fact": "title", "value": "x"},
            headers={"sec-fetch-site": "cross-site"},
        )
    assert answer.status_code == 403


def test_the_trail_names_what_is_missing_and_what_is_not_known(rooms):
    with rooms.client("cora") as client:
        page = client.get("/trail?seed=88213;NO-SUCH").text
    assert "PO-2024-999" in page
    assert "NO-SUCH" in page
    assert "7000-7" not in page


def test_an_entry_is_made_changed_and_linked_by_forms(rooms):
    with rooms.client("cora") as client:
        wrong = client.post("/products", data={"code": "", "name": "Pump"})
        assert wrong.status_code == 422
        client.post("/products", data={"code": "PX/200", "name": "Pump"})
        listed = client.get("/products").text
        assert 'href="/products/~1"' in listed  # a slash is no part of an address
        client.post("/products/~1", data={"name": "Circulation pump", "revision": "1"})
        late = client.post("/products/~1", data={"name": "Other", "revision": "1"})
        assert late.status_code == 422
        client.post("/products/~1/documents", data={"target": "88213", "relation": "about"})
        page = client.get("/products/~1").text
    assert "Circulation pump" in page
    assert "88213" in page


def test_an_import_is_looked_at_before_it_is_done(rooms):
    with rooms.client("cora") as client:
        file = {"file": ("products.csv", b"code,name\nPX-1,Pump\n", "text/csv")}
        shown = client.post("/products/import", files=file).text
        token = shown.partition('name="token" value="')[2].partition('"')[0]
        assert "PX-1" not in client.get("/products").text
        assert client.post("/products/import", data={"token": token}).status_code == 303
        assert "PX-1" in client.get("/products").text
        again = client.post("/products/import", data={"token": token})
    assert again.status_code == 404


def test_an_address_that_makes_no_sense_is_told_so(rooms):
    with rooms.client("cora") as client:
        for path in (
            "/?page=x",
            "/?from=99",
            "/documents/D-000001?page=0",
            "/trail?seed=1&depth=x",
        ):
            assert client.get(path).status_code in (400, 200 if "trail" in path else 400), path


def test_pages_are_no_part_of_the_description_of_the_api(rooms):
    paths = rooms.app.openapi()["paths"]
    assert all(
        path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics") for path in paths
    )


def test_one_answer_does_for_all_lines_with_the_same_question_and_is_taken_back(rooms):
    for name in ("one.txt", "two.txt"):
        rooms.archive.add(name, f"Order PO-7700\nin {name}", number="PO-7700")
    for number in ("B-100", "B-200"):
        rooms.archive.add(
            f"{number}.txt", f"Bill {number}\nfor PO-7700", number=number, cites=("PO-7700",)
        )
    with rooms.client("cora") as client:
        page = client.get("/attention").text
        assert page.count("and 1 alike") >= 2
        (item,) = set(re.findall(r'action="/attention/(ambiguous:[^"]+)"', page)[:1])
        both = {"answer": "explain", "reason": "paid twice", "all": "1", "back": "/attention"}
        answer = client.post(f"/attention/{item}", data=both)
        assert (answer.status_code, answer.headers["location"]) == (303, "/attention")
        page = client.get("/attention").text
        assert "2 are decided." in page
        assert "Numbers that more than one document bears" not in page
        undo = {"answer": "back", "item": re.findall(r'name="item" value="([^"]+)"', page)}
        assert client.post(f"/attention/{item}", data=undo).status_code == 303
        assert client.get("/attention").text.count("and 1 alike") >= 2


def test_files_that_cannot_be_read_are_grouped_by_reason_and_answered_together(rooms):
    for number, reason in enumerate(["damaged"] * 6 + ["encrypted"]):
        version = rooms.archive.file(f"{reason}-{number}.pdf", f"%PDF {number}".encode())
        with rooms.archive.database.write() as session:
            row = session.get_one(Version, version)
            row.status, row.reason_code, row.reason = "unreadable", reason, "No."
    with rooms.client("cora") as client:
        page = client.get("/attention").text
        damaged, encrypted = page.split('aria-labelledby="reason-')[1:]
        assert "<details open><summary>" in damaged
        assert (damaged.count("damaged-"), encrypted.count("encrypted-6")) == (2 * 4, 2)
        assert "File it again from where it came." in damaged
        assert "Try all again" not in encrypted
        (alone,) = re.findall(r'href="([^"]+)">Show all 6<', damaged)
        alone = client.get(html.unescape(alone)).text
        assert alone.count(' action="/attention/unreadable:') > 6
        assert "encrypted" not in alone.split("<main")[1]
        every = re.search(r'action="/attention/(unreadable:[^"]+)"(?:(?!</form>).)*all', damaged)
        again = client.post(f"/attention/{every[1]}", data={"answer": "retry", "all": "1"})
        assert again.status_code == 303
        assert "6 files are read again" in client.get("/attention").text


def test_the_history_shows_a_move_with_both_places_and_a_copy_with_one(rooms):
    rooms.archive.file("notes.txt", b"Notes of May")
    rooms.archive.file("archive/notes.txt", b"Notes of May")
    rooms.archive.intake.gone("filing", ["notes.txt"])
    for _ in range(20):
        rooms.clock.step(minutes=1)
    rooms.archive.file("copy.txt", b"Notes of May")
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000004").text
        history = page.split('<ol class="history">')[1]
        assert "It was moved from filing/notes.txt to filing/archive/notes.txt" in history
        assert "It was seen at one more place: filing/copy.txt" in history
        assert "no longer" not in history
        rooms.clock.step()
        rooms.archive.intake.gone("filing", ["copy.txt"])
        told = client.get("/api/v1/documents/D-000004/history").json()["items"]
        assert [line["what"] for line in told] == ["gone", "sighted", "gone", "sighted", "received"]
        assert [line.get("move") for line in told[2:4]] == [
            ["filing/notes.txt", "filing/archive/notes.txt"]
        ] * 2


def taken_back(page):
    """The facts for which the page offers to take a person's word back, in its order."""
    forms = re.findall(
        r'<form method="post" action="[^"]+/facts"(?:(?!</form>).)*take back<', page, re.S
    )
    return [re.search(r'name="fact" value="([^"]+)"', form)[1] for form in forms]


def test_a_fact_that_was_set_right_can_be_taken_back_as_long_as_it_stands(rooms):
    form = {"version": 1, "back": "/documents/D-000002"}
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        for name, value in (("title", "A bill"), ("due_date", "2026-04-01"), ("title", "The bill")):
            rooms.clock.step()
            client.post("/documents/D-000002/facts", data={**form, "fact": name, "value": value})
        party = {"fact": "party", "role": "seller", "value": "Norrgjuteri AB"}
        client.post("/documents/D-000002/facts", data={**form, **party})
        rooms.clock.step(hours=1)
        page = client.get("/documents/D-000002").text
        rows, history = page.split('<ol class="history">')
        assert sorted(taken_back(rows)) == ["due_date", "party", "title"]
        assert taken_back(history) == ["party", "title", "due_date"]
        assert taken_back(reader.get("/documents/D-000002").text) == []
        for name in ("title", "due_date"):
            client.post("/documents/D-000002/facts", data={**form, "fact": name, "value": ""})
        client.post("/documents/D-000002/facts", data={**form, "fact": "party", "read": "1"})
        page = client.get("/documents/D-000002").text
        assert taken_back(page) == []
        assert "The bill" not in page.split('class="desk"')[0]


def undo_of(page):
    """The form that takes back what was just done: where it goes, and its fields."""
    form = re.search(r'<form method="post" action="([^"]+)">((?:(?!</form>).)*)>Undo<', page, re.S)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    return html.unescape(form[1]), {name: html.unescape(value) for name, value in fields}


def test_facts_set_right_are_set_back(rooms):
    with rooms.client("cora") as client:
        here = "/documents/D-000001"
        for said, before in (("A new title", "Purchase order PO-2024-113"), ("B", "A new title")):
            form = {"fact": "title", "value": said, "version": "1", "back": here}
            client.post(f"{here}/facts", data=form)
            address, fields = undo_of(client.get(here).text)
            client.post(address, data=fields)
            assert before in client.get(here).text
            client.post(f"{here}/facts", data=form)
        party = {"fact": "party", "role": "buyer", "value": "Acme AB", "version": "1", "back": here}
        client.post(f"{here}/facts", data=party)
        page = client.get(here).text
        assert "Acme AB" in page
        address, fields = undo_of(page)
        client.post(address, data=fields)
        assert "Acme AB" not in client.get(here).text


def test_links_are_taken_back_but_for_those_that_stood_before(rooms):
    with rooms.client("cora") as client:
        client.post(
            "/documents/D-000002/references",
            data={"relation": "about", "target": "PO-2024-113", "back": "/documents/D-000002"},
        )
        address, fields = undo_of(client.get("/documents/D-000002").text)
        client.post(address, data=fields)
        assert "made by hand was taken back: about" in client.get("/documents/D-000002").text
        wrong = {"relation": "about", "target": "nothing", "back": "/documents/D-000002"}
        assert client.post("/documents/D-000002/references", data=wrong).status_code == 303
        page = client.get("/documents/D-000002").text
        assert "Nothing that you can see is called nothing." in page
        client.post(
            "/products",
            data={"code": "AV-200", "name": "Pump", "collection": "general", "back": "/products"},
        )
        link = {"document": ["D-000001", "D-000002"], "target": "product:AV-200",
                "relation": "about", "back": "/"}  # fmt: skip
        client.post("/links", data={**link, "document": ["D-000001"]})
        client.post("/links", data=link)
        address, fields = undo_of(client.get("/").text)
        client.post(address, data=fields)
        page = client.get("/products/AV-200").text
        assert ("D-000001" in page, "D-000002" in page) == (True, False)


def test_an_entry_that_was_changed_is_changed_back(rooms):
    with rooms.client("cora") as client:
        made = {"code": "AV-200", "name": "Pump", "collection": "general", "back": "/products"}
        client.post("/products", data=made)
        page = client.get("/products/AV-200").text
        revision = re.search(r'name="revision" value="(\d+)"', page)[1]
        client.post("/products/AV-200", data={"name": "Fan", "revision": revision})
        page = client.get("/products/AV-200").text
        address, fields = undo_of(page)
        client.post(address, data=fields)
        assert "Pump" in client.get("/products/AV-200").text


def test_an_unknown_target_is_told_in_one_way_to_programs_and_in_words_to_people(rooms):
    form = {"target": "PO-9", "relation": "about", "document": "D-000002"}
    link = {"target": "PO-9", "relation": "cites"}
    with rooms.client("cora") as client:
        problems = [
            client.post("/links", data=form, headers={"accept": "application/json"}),
            client.post("/documents/D-000002/references", data=link, headers={"accept": "*/*"}),
            client.post("/api/v1/documents/D-000002/references", json=link),
        ]
        for answer in problems:
            assert answer.status_code == 422, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            (wrong,) = answer.json()["errors"]
            assert wrong["where"] == "body.target"
            assert "PO-9" in wrong["message"]
            assert "Give a file number" in answer.json()["detail"]
        page = client.post("/links", data=form)
        assert page.status_code == 422
        assert page.headers["content-type"].startswith("text/html")
        assert client.post("/documents/D-000002/references", data=link).status_code == 303
        assert "called PO-9. Give a file number" in client.get("/").text


def test_a_list_in_a_trail_says_that_it_is_not_followed_and_how_to(rooms):
    orders = tuple(f"PO-{number}" for number in range(100, 130))
    for order in orders:
        rooms.archive.add(f"{order}.txt", f"Order {order}", number=order)
    text = "Prices L-1\n" + "\n".join(f"as in {order}" for order in orders)
    rooms.archive.add("prices.txt", text, number="L-1", cites=orders)
    with rooms.client("cora") as client:
        page = client.get("/trail?seed=PO-100").text
        assert "2 documents" in page
        assert "not followed: 30 references" in page
        (href,) = re.findall(r'href="([^"]+)" aria-label="Follow through', page)
        followed = client.get(html.unescape(href)).text
        assert "31 documents" in followed
        assert "not followed" not in followed
        assert re.search(r'<input type="hidden" name="through" value="D-\d+">', followed)
