"""The pages over HTTP: what they show to whom, and what their forms do."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.pages.search_words import MESSAGES
from archive import registers
from archive.access import operator
from archive.by_hand import add_reference
from archive.models import Document, Fact, Reference, Sighting
from archive.readings import refresh_view
from archive.references import Target
from archive.register_fields import register_of
from archive.schemes import compile_schemes
from archive.vocabulary import NOTHING, UNDECIDED
from indexer.search import answers


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


def test_a_reference_shows_its_quote_where_its_target_is_called_otherwise(rooms):
    def quotes() -> list[str]:
        page = rooms.client("cora").get("/documents/D-000002").text
        return re.findall(r"<q>(.*?)</q>", page.split('id="references"')[1].split("</section>")[0])

    assert "PO-2024-113" not in quotes()
    with rooms.archive.database.write() as session:
        [row] = session.scalars(select(Reference).where(Reference.text == "PO-2024-113",
                                Reference.version_id == 2))  # fmt: skip
        row.text = row.quote = "PO 2024 113"
    assert "PO 2024 113" in quotes()


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


def test_a_kind_is_chosen_among_all_kinds_in_the_language_of_the_page(rooms):
    with rooms.client("cora") as client:
        form = {"fact": "kind", "value": "minutes", "version": "1", "back": "/"}
        client.post("/documents/D-000002/facts", data=form)
        page = client.get("/documents/D-000002", headers={"accept-language": "sv"}).text
    assert re.search(r'<select name="value"[^>]*>.*<option value="invoice">faktura<', page)
    assert '<option value="minutes" selected>protokoll<' in page


def test_a_kind_that_nothing_says_was_read_nowhere(rooms):
    with rooms.archive.database.write() as session:
        session.add(
            Fact(version_id=2, name="kind", value="other", origin="text", rule=NOTHING,
                 confidence=0.0, recorded_at=rooms.clock())
        )  # fmt: skip
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000002").text
    row = re.search(r"<dt>kind</dt>.*?<details", page, re.DOTALL | re.IGNORECASE)
    assert row and "other" in row.group() and "read in the text" not in row.group()


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


def test_setting_one_party_right_leaves_the_others_as_they_were_read(rooms):
    with rooms.archive.database.write() as session:
        version = session.get_one(Document, 2).current_version_id
        for role, name in (("seller", "Norrgjuteri AB"), ("buyer", "Acme AB")):
            session.add(
                Fact(version_id=version, name="party", value=name, role=role, origin="text",
                     recorded_at=rooms.clock())
            )  # fmt: skip
        session.flush()
        refresh_view(session, [version])
    with rooms.client("cora") as client:
        form = {"fact": "party", "role": "buyer", "was": "Acme AB", "value": "Borg AB", "back": "/"}
        client.post("/documents/D-000002/facts", data=form)
        client.get("/documents/D-000002")
        page = client.get("/documents/D-000002").text
    rows = page.split('<div class="fact"')
    seller = next(row for row in rows if "Norrgjuteri AB" in row)
    buyer = next(row for row in rows if "Borg AB" in row)
    assert "take back" in buyer and "<s>Acme AB</s>" in buyer
    assert "take back" not in seller and "cora" not in seller


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


def test_candidates_of_one_number_are_told_apart_by_their_files(rooms):
    for name in ("orders/one.txt", "copies/two.txt"):
        rooms.archive.add(name, f"Order PO-7700\nin {name}", number="PO-7700")
    rooms.archive.add("b.txt", "Bill B-1\nfor PO-7700", number="B-1", cites=("PO-7700",))
    with rooms.client("cora") as client:
        for path in ("/attention", "/documents/D-000006"):
            candidates = re.search(r'class="candidates">(.*?)</ol>', client.get(path).text, re.S)
            assert candidates, path
            assert "orders/one.txt" in candidates[1]
            assert "copies/two.txt" in candidates[1]


@pytest.mark.parametrize("where", ["/attention", "/documents/D-000006"])
def test_a_candidate_is_chosen_with_a_reason(rooms, where):
    for name in ("orders/one.txt", "copies/two.txt"):
        rooms.archive.add(name, f"Order PO-7700\nin {name}", number="PO-7700")
    rooms.archive.add("b.txt", "Bill B-1\nfor PO-7700", number="B-1", cites=("PO-7700",))
    with rooms.client("cora") as client:
        page = client.get(where).text
        forms = re.findall(r'<form [^>]*action="([^"]+)"[^>]*>((?:(?!</form>).)*)', page, re.S)
        ((asked, inside),) = [form for form in forms if 'name="choose"' in form[1]]
        assert 'name="reason"' in inside
        target, _ = re.findall(r'name="choose" value="([^"]+)"', inside)
        said = {"choose": target, "reason": "the copy is not signed"}
        assert client.post(html.unescape(asked), data=said).status_code == 303
        assert "reason: the copy is not signed" in client.get("/documents/D-000006").text


def test_a_scheme_is_made_from_examples_and_tried_on_a_document(rooms):
    asked = {"name": "po", "bearer": "purchase-order", "examples": "PO-2024-113"}
    with rooms.client("sven") as client:
        page = client.get("/schemes", params={**asked, "document": "D-000002"}).text
        assert "[[schemes]]" in page
        assert "<b>PO-2024-999</b>" in page
        hidden = client.get("/schemes", params={**asked, "document": "D-000003"})
        absent = client.get("/schemes", params={**asked, "document": "D-000009"})
        assert hidden.status_code == absent.status_code == 422
        assert hidden.text.replace("D-000003", "D-000009") == absent.text
        assert client.get("/schemes", params={**asked, "name": "P O"}).status_code == 422
        assert "at least one example" in client.get(
            "/schemes", params={**asked, "examples": " \n "}
        ).text  # fmt: skip


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


def test_a_document_that_is_gone_from_the_folders_says_so_and_since_when(rooms):
    with rooms.archive.database.write() as session:
        seen = session.query(Sighting).filter(Sighting.path == "order.txt").one()
        seen.until = rooms.clock()
    with rooms.client("cora") as client:
        assert "It is gone from the folders since" in client.get("/documents/D-000001").text
        assert "gone from the folders" not in client.get("/documents/D-000002").text
        before = rooms.clock() - timedelta(minutes=1)
        then = client.get(f"/documents/D-000001?as_of={before:%Y-%m-%dT%H:%M:%SZ}")
        assert "gone from the folders" not in then.text


def test_parties_stand_behind_all_else_that_a_document_cites(rooms):
    archive = rooms.archive
    archive.add(
        "mixed.txt", "M-1 of Acme AB\nfor PO-2024-113", number="M-1", cites=("PO-2024-113",)
    )
    with archive.database.write() as session:
        by = operator(session)
        party = registers.create(
            session, by, register_of("party"), {"name": "Acme AB"}, rooms.clock(),
            schemes=compile_schemes(()),
        )  # fmt: skip
        add_reference(session, by, 4, "cites", Target("party", party.id), rooms.clock())
        reference = session.scalars(select(Reference).where(Reference.document_id == 4)).all()
        of_party = next(one for one in reference if one.fixed_entry_id)
        of_party.page, of_party.start = 1, 0
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000004").text
    cited = page[page.index('id="references"') :]
    assert cited.index("PO-2024-113") < cited.index("Acme AB")
