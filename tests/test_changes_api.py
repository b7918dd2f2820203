"""Change requests by API, page and command line: the same moves, the same refusals."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from api.cli import build
from archive import accounts, grants
from archive.access import operator
from archive.models import Event
from tests.rooms import Rooms

PATH = "/change-requests/CR-118"


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    with rooms.archive.database.write() as session:
        by = operator(session)
        for name in ("mona", "marit"):
            accounts.create(session, name, "manager", by=by, at=clock())
            grants.grant(session, "general", "write", by=by, at=clock(), user=name)
    new = {"number": "CR-118", "title": "Another seal"}
    assert post(rooms.client("cora"), "/change-requests", new).status_code == 303
    yield rooms
    rooms.services.database.close()


def post(client, path, fields):
    return client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})


def ask(client, method, below, **body):
    path = f"/api/v1/change-requests/CR-118/{below}"
    headers = {"sec-fetch-site": "same-origin", "accept": "application/json"}
    return client.request(method, path, json=body or None, headers=headers)


def test_a_change_request_is_moved_approved_and_answered_over_the_api(rooms):
    cora, mona = rooms.client("cora"), rooms.client("mona")
    assert ask(cora, "POST", "moves", move="review", reason="It is due.").json()["state"] == (
        "under-review"
    )
    told = ask(cora, "POST", "affected", document="PO-2024-113").json()
    assert [(one["document"], one["answer"]) for one in told["affected"]] == [("D-000001", "")]
    ask(cora, "POST", "moves", move="present")
    refused = ask(cora, "POST", "approvals", decision="approve")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "manager" in refused.json()["detail"]
    approved = ask(mona, "POST", "approvals", decision="approve", reason="It pays.").json()
    assert (approved["state"], approved["authority"]["missing"]) == ("approved", 0)
    assert approved["approvals"][0]["who"] == "mona"
    early = ask(cora, "POST", "moves", move="incorporate")
    assert early.status_code == 409 and "D-000001" in early.json()["detail"]
    affected = approved["affected"][0]["id"]
    done = ask(cora, "POST", f"affected/{affected}/answer", answer="waived", reason="In stock.")
    assert done.json()["state"] == "incorporated"
    assert ask(cora, "GET", "moves").json()["moves"][0].items() >= {"move": "reopen"}.items()
    events = [e.kind for e in _events(rooms) if e.kind == "move-refused"]
    assert len(events) == 2


def test_what_is_added_and_answered_is_taken_back_over_the_api(rooms):
    cora = rooms.client("cora")
    affected = ask(cora, "POST", "affected", document="PO-2024-113").json()["affected"][0]["id"]
    ask(cora, "POST", f"affected/{affected}/answer", answer="waived", reason="In stock.")
    told = ask(cora, "DELETE", f"affected/{affected}/answer").json()
    assert told["affected"][0]["answer"] == ""
    assert ask(cora, "DELETE", f"affected/{affected}").json()["affected"] == []
    assert ask(cora, "DELETE", f"affected/{affected}").status_code == 404
    assert ask(cora, "POST", "affected", document="7000-7").status_code == 404


def test_a_patch_moves_no_state(rooms):
    cora = rooms.client("cora")
    headers = {"sec-fetch-site": "same-origin", "accept": "application/json"}
    change = {"revision": 1, "state": "approved"}
    answer = cora.patch("/api/v1/change-requests/CR-118", json=change, headers=headers)
    assert answer.status_code == 403 and "it is moved" in answer.json()["detail"]


def test_the_page_offers_the_moves_of_its_viewer_and_says_what_is_still_needed(rooms):
    cora, mona, sven = map(rooms.client, ("cora", "mona", "sven"))
    page = cora.get(PATH).text
    assert 'value="review"' in page and 'value="approve"' not in page
    assert 'name="state"' not in page and "s-received" in page
    assert 'name="move"' not in sven.get(PATH).text
    post(cora, f"{PATH}/moves", {"move": "review", "revision": "1", "back": PATH})
    post(cora, f"{PATH}/moves", {"move": "present", "back": PATH})
    page = mona.get(PATH).text
    assert 'value="approve"' in page and "It needs 1 person to approve it" in page
    answer = post(mona, f"{PATH}/moves", {"move": "reject", "reason": "", "back": PATH})
    assert answer.headers["location"] == PATH
    assert "reject it needs a reason" in mona.get(PATH).text
    post(mona, f"{PATH}/moves", {"move": "approve", "reason": "It pays.", "back": PATH})
    page = mona.get(PATH).text
    assert "It is authorised." in page and "mona (manager): approve" in page
    assert "It pays." in page


def test_nobody_is_missing_where_nothing_is_to_be_decided_any_more(rooms):
    cora = rooms.client("cora")
    post(cora, f"{PATH}/moves", {"move": "withdraw", "reason": "Not needed.", "back": PATH})
    page = cora.get(PATH).text
    assert "s-withdrawn" in page and "It needs 1 person" not in page


def test_the_page_says_of_each_affected_document_how_it_is_answered(rooms):
    cora = rooms.client("cora")
    post(cora, f"{PATH}/affected", {"document": "PO-2024-113", "back": PATH})
    page = cora.get(PATH).text
    assert "a later version has to carry it" in page and f"{PATH}/affected/1/removed" in page
    post(cora, f"{PATH}/affected/1/answer", {"answer": "waived", "reason": "In stock."})
    page = cora.get(PATH).text
    assert "no version has to carry it" in page and "In stock." in page
    post(cora, f"{PATH}/affected/1/taken-back", {})
    assert "a later version has to carry it" in cora.get(PATH).text
    post(cora, f"{PATH}/affected/1/removed", {})
    assert "None is named so far." in cora.get(PATH).text


def test_a_refusal_is_said_in_swedish_with_the_words_of_the_page(rooms):
    cora = rooms.client("cora")
    cora.cookies.set("language", "sv")
    back = {"accept-language": "sv", "sec-fetch-site": "same-origin"}
    answer = cora.post(f"{PATH}/moves", data={"move": "approve", "back": PATH}, headers=back)
    assert answer.status_code == 303
    page = cora.get(PATH, headers={"accept-language": "sv"}).text
    assert "godkänn går inte: CR-118 är mottagen, och det går bara från" in page


def test_the_command_line_moves_and_shows(rooms, tmp_path, crossfile, config):
    crossfile("import", "register", "change-requests", str(_table(tmp_path)))
    status, out, _ = crossfile("changes", "move", "CR-7", "review", "--reason", "It is due.")
    assert status == 0 and "CR-7 is under-review." in out
    status, _, err = crossfile("changes", "move", "CR-7", "close")
    assert status == 1 and "close is not possible" in err
    told = json.loads(crossfile("changes", "show", "CR-7", "--json")[1])
    assert told["state"] == "under-review"
    assert "changes" in {group.name for group in build().registered_groups}


def _table(folder):
    file = folder / "changes.csv"
    file.write_text("number,title\nCR-7,Another seal\n", encoding="utf-8")
    return file


def _events(rooms):
    with rooms.archive.database.read() as session:
        return list(session.scalars(select(Event).order_by(Event.number)))


@pytest.mark.parametrize("what", ["removed", "answer", "taken-back"])
def test_an_affected_document_of_a_number_that_no_row_has_is_not_there(rooms, what):
    cora = rooms.client("cora")
    answer = post(cora, f"{PATH}/affected/{'9' * 23}/{what}", {"back": PATH})
    assert answer.status_code == 404


def test_what_was_decided_is_to_be_sent_and_marked_as_sent_on_its_page(rooms):
    cora, mona = rooms.client("cora"), rooms.client("mona")
    for move in ("review", "present", "approve"):
        ask(mona, "POST", "moves", move=move)
    page = cora.get("/notices").text
    assert "CR-118" in page and "to be sent" in page
    assert "Mark as sent" in cora.get(PATH).text
    assert "Mark as sent" not in rooms.client("sven").get("/notices").text
    assert post(cora, "/notices/1/sent", {"back": "/notices"}).status_code == 303
    page = cora.get("/notices").text
    assert "It is marked as sent." in page and "/notices/1/not-sent" in page
    told = cora.get("/api/v1/notices?state=sent", headers={"accept": "application/json"}).json()
    assert [(one["number"], one["who"]) for one in told["items"]] == [("CR-118", "cora")]
    message = cora.get("/api/v1/notices/1/message")
    assert message.headers["content-type"] == "message/rfc822"
    assert "CR-118 is approved" in message.text
    post(cora, "/notices/1/not-sent", {})
    assert "CR-118" in cora.get("/notices").text
    assert cora.get("/api/v1/notices/2/message").status_code == 404


def test_questions_have_a_page_with_links_and_a_table_for_spreadsheets(rooms):
    cora = rooms.client("cora")
    page = cora.get("/questions").text
    assert "Decisions by person" in page and "/questions/open-changes" in page
    page = cora.get("/questions/open-changes").text
    assert 'href="/change-requests/CR-118"' in page and "/questions/open-changes.csv" in page
    csv = cora.get("/api/v1/questions/open-changes.csv")
    assert csv.headers["content-type"].startswith("text/csv") and "CR-118" in csv.text
    told = cora.get("/api/v1/questions/open-changes", headers={"accept": "application/json"})
    assert told.json()["items"][0]["change"] == "CR-118"
    assert cora.get("/questions/why").status_code == 404
    assert cora.get("/questions/open-changes?on=2024-13-01").status_code == 400


def test_an_approved_change_that_is_not_carried_is_on_the_list_of_attention(rooms):
    cora, mona = rooms.client("cora"), rooms.client("mona")
    ask(cora, "POST", "affected", document="PO-2024-113")
    for move in ("review", "present", "approve"):
        ask(mona, "POST", "moves", move=move)
    page = cora.get("/attention?what=not-carried").text
    assert 'href="/change-requests/CR-118"' in page
    assert "no later version of D-000001 carries it" in page
    told = cora.get("/api/v1/attention?kind=not-carried", headers={"accept": "application/json"})
    assert told.json()["items"][0]["change"]["documents"] == ["D-000001"]


def test_the_page_says_who_wrote_the_review_when_and_all_that_was_done(rooms):
    cora, mona = rooms.client("cora"), rooms.client("mona")
    ask(cora, "POST", "affected", document="PO-2024-113")
    change = {"revision": 1, "risks": "It may leak.", "cost_amount": "100", "cost_currency": "SEK"}
    headers = {"sec-fetch-site": "same-origin", "accept": "application/json"}
    cora.patch("/api/v1/change-requests/CR-118", json=change, headers=headers)
    ask(cora, "POST", "moves", move="review")
    ask(cora, "POST", "moves", move="approve")
    ask(mona, "POST", "moves", move="present")
    ask(mona, "POST", "approvals", decision="approve")
    page = " ".join(cora.get(PATH).text.split())
    assert 'It may leak. <span class="quiet">cora <time' in page
    assert 'It affects D-000001. <span class="quiet">cora' in page
    assert "It was moved from received to under review." in page
    assert 'What was asked for was refused: approve. <span class="quiet">cora' in page
    assert 'The word given was: approve. <span class="quiet">mona' in page
    assert "A notice was written: approved." in page
    swedish = cora.get(PATH, headers={"accept-language": "sv"}).text
    assert "Den flyttades från mottagen till" in swedish
