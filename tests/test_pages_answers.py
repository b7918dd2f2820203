"""What is decided on pages and shown there: by reason, with both places, as long as it stands."""

from __future__ import annotations

import html
import re

from api.pages.search_words import said
from archive import accounts, grants
from archive.access import operator
from archive.models import Version
from indexer.search import answers
from web.render import Pages


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


def test_what_was_done_with_many_is_said_where_it_can_not_be_offered_to_take_it_back(rooms):
    for number in range(60):
        version = rooms.archive.file(f"damaged-{number}.pdf", f"%PDF {number}".encode())
        with rooms.archive.database.write() as session:
            row = session.get_one(Version, version)
            row.status, row.reason_code, row.reason = "unreadable", "damaged", "No."
    with rooms.client("cora") as client:
        page = client.get("/attention").text
        every = re.search(r'action="/attention/(unreadable:[^"]+)"(?:(?!</form>).)*all', page)
        posted = {"answer": "explain", "reason": "test files", "all": "1"}
        assert client.post(f"/attention/{every[1]}", data=posted).status_code == 303
        after = client.get("/attention").text
        assert "60 are decided." in after
        assert f'action="/attention/{every[1]}"' not in after


def test_a_locked_file_takes_its_password_on_its_own_page(rooms):
    version = rooms.archive.file("locked.pdf", b"%PDF locked")
    with rooms.archive.database.write() as session:
        row = session.get_one(Version, version)
        row.status, row.reason_code, row.media_type = "unreadable", "encrypted", "application/pdf"
        page = f"/documents/D-{row.document_id:06d}"
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        action = re.search(r'action="(/attention/unreadable:[^"]+)"', client.get(page).text)
        posted = {"answer": "password", "password": "sesam", "back": page}
        answer = client.post(action[1], data=posted)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert 'name="password"' not in reader.get(page).text


def test_who_may_not_answer_a_line_is_shown_no_answers(rooms):
    archive = rooms.archive
    for number in range(4):
        collection = "general" if number > 1 else "board"
        version = archive.file(f"damaged-{number}.pdf", f"%PDF {number}".encode(), collection)
        with archive.database.write() as session:
            row = session.get_one(Version, version)
            row.status, row.reason_code, row.reason = "unreadable", "damaged", "No."
    with archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        for name in ("cora", "sven"):
            grants.grant(session, "board", "read", by=by, at=at, user=name)
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = reader.get("/attention").text
        assert "damaged-3.pdf" in page
        assert 'action="/attention/' not in page
        page = client.get("/attention").text
        assert all(f"damaged-{number}.pdf" in page for number in range(4))
        forms = set(re.findall(r'action="/attention/unreadable:(\d+)/', page))
        assert len(forms) == 2  # those in the collection that she may write in
        every = re.search(r'action="/attention/(unreadable:[^"]+)"(?:(?!</form>).)*all', page)
        again = client.post(f"/attention/{every[1]}", data={"answer": "retry", "all": "1"})
        assert again.status_code == 303
        assert "2 files are read again" in client.get("/attention").text


def test_an_answer_to_a_line_whose_number_is_no_id_is_refused(rooms):
    with rooms.client("cora") as client:
        for number in ("9" * 20, "\u0663"):
            form = {"answer": "reject", "item": f"ambiguous:{number}/a/b/c"}
            address = f"/attention/ambiguous:{number}/a/b/c"
            for answered in (form, {"answer": "confirm"}):
                assert client.post(address, data=answered).status_code in (303, 400, 422)


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


def test_groups_are_made_filled_granted_to_and_taken_away_on_the_page(rooms):
    with rooms.archive.database.write() as session:
        accounts.create(session, "ada", "administrator", by=operator(session), at=rooms.clock())
    with rooms.client("ada") as client, rooms.client("sven") as reader:
        assert reader.post("/groups", data={"name": "buyers"}).status_code == 403
        assert client.post("/groups", data={"name": "buyers"}).status_code == 303
        again = client.post("/groups", data={"name": "buyers"})
        assert (again.status_code, "a group buyers already" in again.text) == (422, True)
        assert client.post("/groups/1/members", data={"user": "sven"}).status_code == 303
        unknown = client.post("/groups/1/members", data={"user": "nobody-at-all"})
        assert unknown.status_code == 422
        grant = {"who": "buyers", "collection": "board", "what": "read"}
        assert client.post("/grants", data=grant).status_code == 303
        page = client.get("/users").text
        (remove,) = re.findall(r'action="(/groups/1/members/[0-9]+/remove)"', page)
        assert "/groups/1/remove" not in page  # not while somebody is in it
        assert '<td>buyers <span class="state">group</span></td>' in page
        assert reader.get("/documents/D-000003").status_code == 200
        assert client.post(remove, data={"user": "sven"}).status_code == 303
        assert reader.get("/documents/D-000003").status_code == 404
        assert "/groups/1/remove" in client.get("/users").text
        assert client.post("/groups/1/remove", data={}).status_code == 303
        assert "buyers" not in client.get("/users").text.split("<main")[1]


def test_kinds_in_a_note_of_the_search_are_said_in_the_language_of_the_page():
    note = answers.Message("unknown-kind", {"value": "x", "known": "invoice, purchase-order"})
    swedish = Pages().texts("sv").gettext
    assert "invoice (faktura), purchase-order (inköpsorder)" in said(note, swedish)
    assert said(note, str).endswith("Kinds: invoice, purchase-order.")
