"""Documents over HTTP: told, opened, shown, handed out, filed and set right; hidden from others."""

from __future__ import annotations

import json

import pytest

from api.app import document_of
from api.pictures import KeptPictures
from api.routes.documents import disposition
from tests.api_house import SECRET

ORDER_PDF = "filing/orders/order.pdf"
INVOICE = "filing/invoices/88213.txt"
HIDDEN = "filing/legal/secret.txt"


def marks(page, what):
    return [mark for mark in page["marks"] if mark["what"] == what]


def test_documents_are_listed_in_parts_to_those_who_may_read_them(house):
    ada, sven = (house.by(name).get("documents?limit=200").json() for name in ("ada", "sven"))
    assert ada["total"] == len(ada["items"]) == sven["total"] + 1
    assert HIDDEN not in [line["path"] for line in sven["items"]]
    part = house.by("ada").get("documents?limit=2&offset=2").json()
    assert part == {"items": ada["items"][2:4], "total": ada["total"]}


def test_a_document_is_told_in_the_fields_of_the_export_with_who_said_its_facts(house):
    document = house.document(ORDER_PDF)
    told = house.by("sven").get(f"documents/{document}").json()
    assert (told["number"], told["kind"], told["pages"]) == ("PO-2024-113", "purchase-order", 2)
    (number,) = [fact for fact in told["facts"] if fact["name"] == "number"]
    page = house.by("sven").get(f"documents/{document}/pages/{number['page']}").json()
    assert page["text"][number["start"] : number["end"]] == number["quote"]
    assert number["by"].startswith("pdf/")
    assert number["counts"]


def test_versions_say_where_and_since_when_they_were_seen(house):
    document = house.document(ORDER_PDF)
    (version,) = house.by("sven").get(f"documents/{document}/versions").json()["items"]
    assert (version["version"], version["current"], version["file_name"]) == (1, True, "order.pdf")
    assert [seen["path"] for seen in version["sightings"]] == [ORDER_PDF]


def test_references_go_out_and_come_in_with_their_mentions(house):
    invoice, order = house.document(INVOICE), house.document(ORDER_PDF)
    out = house.by("sven").get(f"documents/{invoice}/references").json()["out"]
    (bills,) = [line for line in out if line["relation"] == "bills"]
    assert (bills["target"], bills["places"][0]["quote"]) == (order, "PO-2024-113")
    into = house.by("sven").get(f"documents/{order}/references").json()["in"]
    assert invoice in [line["source"] for line in into]


def test_a_hidden_target_waits_like_an_absent_one(house):
    invoice = house.document(INVOICE)
    seen = {
        name: next(
            line
            for line in house.by(name).get(f"documents/{invoice}/references").json()["out"]
            if line["scheme"] == "contract"
        )
        for name in ("ada", "sven")
    }
    assert (seen["ada"]["status"], seen["sven"]["status"]) == ("resolved", "waiting")
    assert seen["sven"]["target"] is None
    page = house.by("sven").get(f"documents/{invoice}/pages/1").json()
    (mark,) = [one for one in marks(page, "reference") if one["scheme"] == "contract"]
    assert (mark["status"], mark["target"]) == ("waiting", None)


def test_a_page_marks_what_a_search_finds_on_it(house):
    document = house.document(ORDER_PDF)
    page = house.by("sven").get(f"documents/{document}/pages/2?q=delays").json()
    (hit,) = marks(page, "hit")
    assert page["text"][hit["start"] : hit["end"]] == "delay"
    ((left, top, width, height),) = hit["boxes"]
    assert 0 < left < left + width < 1
    assert 0 < top < top + height < 1
    assert (page["width"], page["height"]) == (400, 500)
    assert (page["source"], page["confidence"]) == ("embedded", None)


def test_a_number_over_a_page_of_text_has_no_boxes(house):
    page = house.by("sven").get(f"documents/{house.document(INVOICE)}/pages/1?q=invoice").json()
    assert {tuple(mark["boxes"]) for mark in page["marks"]} == {()}


def test_a_picture_is_made_once_and_asked_for_again_by_its_tag(house):
    client, document = house.by("sven"), house.document(ORDER_PDF)
    first = client.get(f"documents/{document}/pages/1.png?dpi=72")
    assert first.content.startswith(b"\x89PNG")
    assert int.from_bytes(first.content[16:20]) == 400
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(
        f"documents/{document}/pages/1.png?dpi=72",
        headers={"if-none-match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    kept = list((house.config.data.folder / "cache" / "pictures").glob("*/*-1-72.png"))
    assert [path.read_bytes() for path in kept] == [first.content]


@pytest.mark.parametrize(
    "what",
    ["/pages/3", "/pages/3.png", "/pages/1?version=2", "/content?version=9", "?on=2020-01-01"],
)
def test_what_a_document_does_not_have_is_not_found(house, what):
    document = house.document(ORDER_PDF)
    assert house.by("ada").get(f"documents/{document}{what}").status_code == 404


def test_a_document_of_text_has_no_pictures(house):
    assert (
        house.by("ada").get(f"documents/{house.document(INVOICE)}/pages/1.png").status_code == 404
    )


@pytest.mark.parametrize(
    "wrong",
    ["pages/0", "pages/1.png?dpi=1", "pages/1.png?dpi=999", "versions?version=0", "pages/x"],
)
def test_numbers_out_of_bounds_are_refused(house, wrong):
    assert house.by("ada").get(f"documents/{house.document(ORDER_PDF)}/{wrong}").status_code == 422


def test_the_original_is_handed_out_byte_for_byte_and_never_run(house):
    document = house.document("filing/invoices/fj\u00e4der \u201c1\u201d.md")
    answer = house.by("sven").get(f"documents/{document}/content")
    (path,) = (house.tree / "invoices").glob("*.md")
    assert answer.content == path.read_bytes()
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="fj_der _1_.md"; ')
    assert name.endswith("filename*=UTF-8''fj%C3%A4der%20%E2%80%9C1%E2%80%9D.md")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    part = house.by("sven").get(f"documents/{document}/content", headers={"range": "bytes=2-6"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[2:7])


def test_no_name_of_a_file_breaks_out_of_its_header():
    said = disposition('a"b\\c\r\nX: y%41\u00e5.pdf')
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2


def test_the_history_says_what_was_done_and_nothing_of_what_is_hidden(house):
    ada, karin = house.by("ada"), house.by("karin")
    invoice, hidden = house.document(INVOICE), house.document(HIDDEN)
    made = ada.post(f"documents/{invoice}/references", json={"relation": "about", "target": hidden})
    assert made.status_code == 201, made.text
    lines = karin.get(f"documents/{invoice}/history").json()["items"]
    assert [line["what"] for line in lines] == ["read", "received"]
    (added, *_) = ada.get(f"documents/{invoice}/history").json()["items"]
    assert (added["what"], added["target"], added["by"]) == ("reference-added", hidden, "ada")
    assert ada.delete(f"documents/{invoice}/references/{made.json()['id']}").status_code == 204
    assert ada.delete(f"documents/{invoice}/references/{made.json()['id']}").status_code == 404


READS = (
    "", "/versions", "/references", "/pages/1", "/pages/1.png", "/content", "/history", "/proof",
    "/proof.html",
)  # fmt: skip


@pytest.mark.parametrize("what", READS)
def test_a_hidden_document_is_answered_as_an_absent_one(house, what):
    hidden, absent = house.document(HIDDEN), "D-999999"
    answers = [house.by("sven").get(f"documents/{one}{what}") for one in (hidden, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [answer.json() | {"id": ""} for answer in answers]
    assert json.loads(json.dumps(bodies[0]).replace(hidden, absent)) == bodies[1]
    assert house.by("ada").get(f"documents/{hidden}{what}").status_code in (200, 404)


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("PATCH", "", {"title": "x"}),
        ("POST", "/references", {"relation": "about", "target": "PO-2024-113"}),
        ("POST", "/rulings", {"relation": "cites", "decision": "reject"}),
        ("DELETE", "/references/1", None),
    ],
)
def test_a_hidden_document_is_written_to_like_an_absent_one(house, method, what, body):
    hidden, absent = house.document(HIDDEN), "D-999999"
    answers = [
        house.by("karin").request(method, f"documents/{one}{what}", json=body)
        for one in (hidden, absent)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"].replace(hidden, absent) == answers[1].json()["detail"]


def test_who_may_only_read_changes_nothing(house):
    sven, invoice = house.by("sven"), house.document(INVOICE)
    assert sven.patch(f"documents/{invoice}", json={"title": "x"}).status_code == 403
    ruling = {"scheme": "contract", "key": "x", "relation": "under", "decision": "reject"}
    assert sven.post(f"documents/{invoice}/rulings", json=ruling).status_code == 403
    assert upload(sven, "x.txt", b"x").status_code == 403


def test_facts_are_set_right_and_what_was_read_stays_beside_them(house):
    karin, document = house.by("karin"), house.document("filing/letter.eml")
    told = karin.patch(
        f"documents/{document}",
        json={
            "title": "Drawing of the pump",
            "parties": [{"role": "seller", "name": "Acme AB"}],
            "reason": "seen",
        },
    ).json()
    assert told["title"] == "Drawing of the pump"
    assert {"role": "seller", "name": "Acme AB", "id": None} in told["parties"]
    facts = karin.get(f"documents/{document}").json()["facts"]
    first, second = [fact for fact in facts if fact["name"] == "title"]
    assert (first["origin"], first["by"], first["counts"]) == ("person", "karin", True)
    assert (second["counts"], second["retracted_at"]) == (False, None)
    back = karin.patch(f"documents/{document}", json={"title": None}).json()
    assert back["title"] == second["value"]
    wrong = karin.patch(f"documents/{document}", json={"date": "soon"})
    assert (wrong.status_code, "2024-03-05" in wrong.json()["detail"]) == (400, True)
    assert karin.patch(f"documents/{document}", json={"colour": "red"}).status_code == 422


def test_a_number_that_a_person_sets_is_borne_until_it_is_taken_back(house):
    karin = house.by("karin")
    text = b"INVOICE\nInvoice number: 4711\nYour order: PO-555123\n"
    invoice = upload(karin, "4711.txt", text).json()["document"]
    order = upload(karin, "scan.txt", b"a bad scan of an order\n").json()["document"]
    house.read()

    def status():
        (line,) = karin.get(f"documents/{invoice}/references").json()["out"]
        return line["status"], line["target"]

    assert status() == ("waiting", None)
    karin.patch(f"documents/{order}", json={"kind": "purchase-order", "number": "PO 555123"})
    assert status() == ("resolved", order)
    karin.patch(f"documents/{order}", json={"number": None})
    assert status() == ("waiting", None)


def upload(client, name, data, collection="general"):
    return client.post("documents", data={"collection": collection}, files={"file": (name, data)})


def test_an_upload_is_filed_under_its_day_and_read(house):
    karin = house.by("karin")
    answer = upload(karin, "C:\\scans\\note.txt", b"about a zeppelin\n")
    assert answer.status_code == 201, answer.text
    assert answer.json()["outcome"] == "document"
    document = answer.json()["document"]
    told = karin.get(f"documents/{document}").json()
    day = told["received_at"][:10]
    assert (told["path"], told["status"]) == (f"upload/{day}/note.txt", "queued")
    house.read()
    assert karin.get("search?q=zeppelin").json()["hits"][0]["document"] == document
    by_path = karin.get(f"trail?seed=upload/{day}/note.txt").json()
    assert by_path["seeds"][0]["id"] == document


def test_bytes_that_are_there_already_are_one_more_sighting(house):
    karin = house.by("karin")
    data = (house.tree / "orders" / "twin-1.txt").read_bytes()
    answer = upload(karin, "twin.txt", data).json()
    assert answer["outcome"] == "sighted"
    assert answer["document"] == house.document("filing/orders/twin-1.txt")
    paths = karin.get(f"documents/{answer['document']}").json()["paths"]
    assert len(paths) == 2


def test_a_name_that_is_taken_gets_a_number(house):
    karin = house.by("karin")
    documents = [upload(karin, "same.txt", text).json()["document"] for text in (b"one", b"two")]
    paths = [karin.get(f"documents/{one}").json()["path"] for one in documents]
    assert [path.rpartition("/")[2] for path in paths] == ["same.txt", "same (2).txt"]


def test_an_upload_of_hidden_bytes_under_a_hidden_name_is_like_any_other(house):
    ada, karin = house.by("ada"), house.by("karin")
    assert upload(ada, "contract.txt", b"hidden upload", "legal").status_code == 201
    hidden = upload(karin, "secret.txt", SECRET.encode())
    taken = upload(karin, "contract.txt", b"hidden upload")
    for answer, name in ((hidden, "secret.txt"), (taken, "contract.txt")):
        assert (answer.status_code, answer.json()["outcome"]) == (201, "document")
        told = karin.get(f"documents/{answer.json()['document']}").json()
        assert told["path"].endswith(f"/{name}")
        assert len(told["paths"]) == 1
    assert upload(karin, "x.txt", b"x", "legal").status_code == 404
    assert upload(karin, "x.txt", b"x", "absent").status_code == 404


@pytest.mark.parametrize("name", ["", ".", "..", "a/"])
def test_an_upload_needs_a_name(house, name):
    assert upload(house.by("karin"), name, b"x").status_code in (400, 422)


def test_the_least_used_pictures_make_room(tmp_path):
    kept = KeptPictures(tmp_path, 1000)
    for number in range(4):
        kept.put(f"{number:02}-picture", b"x" * 300)
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 1000
    assert kept.get("03-picture") == b"x" * 300
    assert kept.get("00-picture") is None


def test_a_place_without_room_keeps_no_pictures(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    kept = KeptPictures(tmp_path / "file", 1000)
    kept.put("01-picture", b"x")
    assert kept.get("01-picture") is None


DESCRIBED = (
    ("documents", "documents"),
    ("documents/{document}", "documents/{document}"),
    ("documents/{document}/versions", "documents/{document}/versions"),
    ("documents/{document}/references", "documents/{document}/references"),
    ("documents/{document}/pages/{page}", "documents/{document}/pages/1?q=pump"),
    ("documents/{document}/history", "documents/{document}/history"),
    ("documents/{document}/proof", "documents/{document}/proof"),
    ("search", "search?q=pump&limit=3"),
    ("trail", "trail?seed=PO-2024-113"),
    ("attention", "attention"),
)


@pytest.mark.parametrize(("path", "asked"), DESCRIBED)
def test_what_is_answered_is_described(house, path, asked):
    description = document_of(house.app)
    operation = description["paths"][f"/api/v1/{path}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    document = house.document(ORDER_PDF)
    answer = house.by("karin").get(asked.replace("{document}", document)).json()
    assert answer
    assert list(undescribed(answer, schema, description["components"]["schemas"])) == []


#: By what a mark, an event or a line of the list is, it has fields of its own.
OPEN = ("MarkTold", "EventTold", "AttentionLine")


def undescribed(value, schema, schemas):
    """The fields of an answer that its description does not name."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = schemas.get(name, schema)
    for choice in schema.get("anyOf", []):
        if value is not None and choice.get("type") != "null":
            yield from undescribed(value, choice, schemas)
    if isinstance(value, list):
        for one in value:
            yield from undescribed(one, schema.get("items", {}), schemas)
    elif isinstance(value, dict) and "properties" in schema:
        for field, inner in value.items():
            if field in schema["properties"]:
                yield from undescribed(inner, schema["properties"][field], schemas)
            elif name not in OPEN:
                yield f"{name}.{field}"


def test_the_proof_of_a_document_is_an_answer_and_a_page_to_keep(house):
    ada, invoice = house.by("ada"), house.document(INVOICE)
    proof = ada.get(f"documents/{invoice}/proof").json()
    assert proof["document"] == invoice
    assert proof["versions"][0]["arrival"] in {event["number"] for event in proof["events"]}
    page = ada.get(f"documents/{invoice}/proof.html")
    assert page.headers["content-disposition"].startswith(f'attachment; filename="proof-{invoice}')
    assert proof["versions"][0]["sha256"] in page.text
    gone = ada.get(f"documents/{invoice}/proof?as_of=2000-01-01T00:00:00Z")
    assert gone.status_code == 404
