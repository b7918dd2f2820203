"""Quality concerns by page, API and command line; in attention, digest and closing report."""

from __future__ import annotations

import io
import json

import pypdfium2
import pytest

from tests.rooms import Rooms

JSON = {"accept": "application/json", "sec-fetch-site": "same-origin"}
DOCUMENT = "/documents/D-000001"
PATH = "/concerns/QC-000001-1"


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    new = {"code": "AV-200", "name": "Aurora", "phase": "launched"}
    assert post(rooms.client("cora"), "/products", **new).status_code == 303
    yield rooms
    rooms.services.database.close()


def post(client, path, **fields):
    return client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})


def report(client, **said):
    new = {"title": "The seal leaks", "products": ["AV-200"], **said}
    answer = client.post("/api/v1/documents/D-000001/concerns", json=new, headers=JSON)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_concern_is_reported_with_the_form_of_a_document_and_answered_on_its_page(rooms):
    cora = rooms.client("cora")
    page = cora.get(DOCUMENT).text
    assert 'action="/documents/D-000001/concerns"' in page
    said = {"title": "The seal <leaks>", "seen": "Water.", "products": "AV-200", "version": "1"}
    made = post(cora, f"{DOCUMENT}/concerns", owner="Eva", back=DOCUMENT, **said)
    assert (made.status_code, made.headers["location"]) == (303, DOCUMENT)
    page = cora.get(DOCUMENT).text
    assert f'href="{PATH}"' in page and "The seal &lt;leaks&gt;" in page
    assert "A quality concern was reported from version 1." in page
    page = " ".join(cora.get(PATH).text.split())
    assert "Eva is to answer it by" in page and "AV-200: launched" in page
    assert 'href="/documents/D-000001?version=1"' in page
    assert "close it" not in page
    post(cora, f"{PATH}/moves", move="answer", text="A wide groove.", back=PATH)
    page = " ".join(cora.get(PATH).text.split())
    assert "Answered by cora on" in page and "A wide groove." in page
    post(cora, f"{PATH}/moves", move="close", back=PATH)
    assert "s-closed" in cora.get(PATH).text
    assert "s-closed" in cora.get("/concerns").text
    assert f'href="{PATH}"' in cora.get("/products/AV-200").text


def test_what_is_wrong_with_the_form_is_said_on_the_page(rooms):
    cora = rooms.client("cora")
    made = post(cora, f"{DOCUMENT}/concerns", title="Leaks", due_on="2026-13-01", back=DOCUMENT)
    assert made.status_code == 303
    assert "2026-13-01" in cora.get(DOCUMENT).text
    assert 'href="/concerns/' not in cora.get("/concerns").text


def test_who_only_reads_sees_concerns_and_no_form(rooms):
    report(rooms.client("cora"))
    sven = rooms.client("sven")
    page = sven.get(DOCUMENT).text
    assert f'href="{PATH}"' in page and 'action="/documents/D-000001/concerns"' not in page
    assert "concern-text" not in sven.get(PATH).text
    new = {"title": "It leaks"}
    answer = sven.post("/api/v1/documents/D-000001/concerns", json=new, headers=JSON)
    assert answer.status_code == 403
    answer = sven.post(f"/api/v1{PATH}/moves", json={"move": "answer", "text": "x"}, headers=JSON)
    assert answer.status_code == 403


def test_a_concern_about_what_one_may_not_see_is_as_if_it_was_not_there(rooms):
    cora = rooms.client("cora")
    hidden, absent = (
        cora.get(f"/api/v1/documents/{number}/concerns", headers=JSON).json()
        for number in ("D-000003", "D-000099")
    )
    assert hidden == absent == {"items": []}
    made = cora.post("/api/v1/documents/D-000003/concerns", json={"title": "x"}, headers=JSON)
    assert made.status_code == 404


def test_over_the_api_a_concern_is_reported_moved_and_listed(rooms):
    cora = rooms.client("cora")
    told = report(cora, owner="Eva", reported_on="2026-01-10", due_on="2026-02-01")
    assert told["number"] == "QC-000001-1" and told["document"] == "D-000001/1"
    assert told["is_overdue"] and told["phases"] == {"AV-200": "launched"}
    assert told["moves"] == ["answer"]
    moves = f"/api/v1{PATH}/moves"
    early = cora.post(moves, json={"move": "close"}, headers=JSON)
    assert early.status_code == 409 and "is open" in early.json()["detail"]
    told = cora.post(moves, json={"move": "answer", "text": "So it is."}, headers=JSON).json()
    assert (told["state"], told["moves"]) == ("answered", ["close", "reopen"])
    written = {"revision": told["revision"], "state": "closed"}
    refused = rooms.client("cora").patch(f"/api/v1{PATH}", json=written, headers=JSON)
    assert refused.status_code == 403 and "can't be written" in refused.json()["detail"]
    for path in (f"/api/v1{DOCUMENT}/concerns", "/api/v1/products/AV-200/concerns"):
        (one,) = cora.get(path, headers=JSON).json()["items"]
        assert (one["number"], one["state"]) == ("QC-000001-1", "answered")


def test_late_and_unowned_concerns_are_in_attention_digest_and_calendar(rooms):
    cora = rooms.client("cora")
    report(cora, title="Late", owner="Eva", reported_on="2026-01-10", due_on="2026-02-01")
    report(cora, title="Nobody's")
    report(cora, title="In time", owner="Eva", due_on="2026-03-08")
    report(cora, title="Both", reported_on="2026-01-10", due_on="2026-02-01")
    lines = cora.get("/api/v1/attention?kind=concern", headers=JSON).json()["items"]
    assert [line["text"] for line in lines] == [
        "Eva should have answered QC-000001-1 by 2026-02-01: Late",
        "Nobody answers for QC-000001-2: Nobody's",
        "Nobody answers for QC-000001-4, which was due on 2026-02-01: Both",
    ]
    page = cora.get("/attention?what=concern").text
    assert f'href="{PATH}"' in page and "Eva should have answered it by 2026-02-01" in page
    days = cora.get("/api/v1/digest", headers=JSON).json()["days"]
    assert [(one["what"], one["number"], one["date"]) for one in days] == [
        ("answer", "QC-000001-1", "2026-02-01"),
        ("answer", "QC-000001-4", "2026-02-01"),
        ("no-owner", "QC-000001-2", "2026-03-02"),
        ("no-owner", "QC-000001-4", "2026-03-02"),
        ("answer", "QC-000001-3", "2026-03-08"),
    ]
    assert "Answer due on QC-000001-3" in cora.get("/digest").text
    assert "Answer due on QC-000001-3" in cora.get("/api/v1/calendar.ics").text
    post(cora, f"{PATH}/moves", move="answer", text="It is mended.")
    aside = {"answer": "explain", "reason": "It is a toy."}
    answered = cora.post(f"/attention/{lines[1]['item']}", data=aside, headers=JSON)
    assert answered.status_code < 400
    lines = cora.get("/api/v1/attention?kind=concern", headers=JSON).json()["items"]
    assert [line["concern"]["number"] for line in lines] == ["QC-000001-4"]


def test_concerns_stand_in_the_closing_report_by_phase(rooms):
    cora = rooms.client("cora")
    change = {"revision": 1, "phase": "serviced", "happened_on": "2026-02-01"}
    assert cora.patch("/api/v1/products/AV-200", json=change, headers=JSON).status_code == 200
    report(cora, reported_on="2026-01-10")
    report(cora, title="It rusts", reported_on="2026-02-10")
    post(cora, f"{PATH}/moves", move="answer", text="A wide groove.")
    told = cora.get("/api/v1/products/AV-200/closing", headers=JSON).json()
    assert [(one["phase"], one["concerns"]) for one in told["phases"]] == [
        ("launched", 1), ("serviced", 1),
    ]  # fmt: skip
    assert [(one["concern"], one["phase"], one["state"]) for one in told["concerns"]] == [
        ("QC-000001-1", "launched", "answered"), ("QC-000001-2", "serviced", "open"),
    ]  # fmt: skip
    assert told["concerns"][0]["answer"] == "A wide groove."
    then = cora.get("/api/v1/products/AV-200/closing?on=2026-01-20", headers=JSON).json()
    assert [one["concern"] for one in then["concerns"]] == ["QC-000001-1"]
    page = cora.get("/products/AV-200/closing").text
    assert f'href="{PATH}"' in page and "A wide groove." in page
    made = cora.get("/products/AV-200/closing.pdf").content
    text = pypdfium2.PdfDocument(io.BytesIO(made))[0].get_textpage().get_text_bounded()
    assert "QC-000001-2" in text and "It rusts" in text


def test_the_command_line_reports_moves_and_shows(crossfile, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "report.txt").write_text("Quality report QR-1\n")
    assert crossfile("ingest", str(tmp_path / "in"))[0] == 0
    options = ("--owner", "Eva", "--product", "AV-200", "--on", "2026-01-10", "--json")
    made = crossfile("concerns", "report", "D-000001", "The seal leaks", *options)
    assert made[0] == 0, made
    assert json.loads(made[1])["owner"] == "Eva"
    number = json.loads(made[1])["number"]
    assert crossfile("concerns", "move", number, "close")[0] == 1
    assert crossfile("concerns", "move", number, "answer", "--text", "A wide groove.")[0] == 0
    shown = crossfile("concerns", "show", number)[1]
    assert "QC-000001-1 is answered: The seal leaks" in shown
    assert "The seal leaks" in crossfile("export", "register", "concerns", "--csv")[1]
