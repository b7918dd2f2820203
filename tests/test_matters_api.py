"""Matters and holds by API, page and command line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from tests.api_house import opened_house
from tests.rooms import Rooms


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matters")
    with opened_house(f"sqlite:///{folder / 'crossfile.sqlite'}", folder) as house:
        yield house


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    yield rooms
    rooms.services.database.close()


def open_matter(house, name: str = "Late pumps") -> int:
    answer = house.by("karin").post("matters", json={"name": name, "parties": ["Norrgjuteri AB"]})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_matter_is_there_for_its_members_and_for_nobody_else(house):
    matter = open_matter(house)
    told = house.by("karin").get(f"matters/{matter}").json()
    assert (told["name"], told["members"][0]["name"]) == ("Late pumps", "karin")
    assert matter in [one["id"] for one in house.by("karin").get("matters").json()["items"]]
    for name in ("ada", "sven"):
        assert house.by(name).get("matters").json() == {"items": [], "total": 0}
        answers = [house.by(name).get(f"matters/{number}") for number in (matter, 1)]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [answer.json()["detail"].replace(str(matter), "1") for answer in answers]
        assert told[0] == told[1]
    assert house.by("sven").post("matters", json={"name": "Mine"}).status_code == 403
    history = house.by("karin").get(f"matters/{matter}/history").json()["items"]
    refused = [one["by"] for one in history if one["what"] == "matter-not-entered"]
    assert sorted(refused) == ["ada", "sven"]


def test_who_has_a_matter_may_add_to_it_what_is_marked_in_a_list(house):
    open_matter(house)
    pages = {name: house.by(name).get("http://testserver/").text for name in ("karin", "sven")}
    assert "is_in_a_matter=True" in pages["karin"] and "is_in_a_matter=False" in pages["sven"]


def test_what_is_gathered_by_seeds_and_searches_is_decided_on_and_gathered_again(house):
    karin, matter = house.by("karin"), open_matter(house)
    path = f"matters/{matter}"
    asked = {"seeds": ["88213"], "searches": ["washers"], "depth": 1}
    first = karin.post(f"{path}/gatherings", json=asked).json()
    assert first["number"] == 1 and first["new"] >= 3
    assert "RA-2021-07" in [one["identifier"] for one in first["missing"]]
    entries = karin.get(f"{path}/entries").json()["items"]
    twin = house.document("filing/orders/twin-2.txt")
    by_document = {one["document"]: one for one in entries}
    assert by_document[twin]["because"][0] == {"search": "washers"}
    said = {"documents": [twin], "what": "decision", "value": "excluded", "reason": "not ours"}
    assert karin.post(f"{path}/entries", json=said).status_code == 204
    again = karin.post(f"{path}/gatherings", json={}).json()
    assert (again["number"], again["new"], again["asked"]) == (2, 0, first["asked"])
    (only,) = karin.get(f"{path}/entries?show=excluded").json()["items"]
    assert only["said"]["decision"]["reason"] == "not ours"
    assert karin.post(f"{path}/entries", json=said | {"documents": ["D-999999"]}).status_code == 404


def test_members_are_let_in_and_out_and_a_matter_is_closed(house):
    karin, matter = house.by("karin"), open_matter(house)
    path = f"matters/{matter}"
    assert karin.post(f"{path}/members", json={"user": "nobody"}).status_code == 404
    told = karin.post(f"{path}/members", json={"user": "sven"}).json()
    sven = next(one["user"] for one in told["members"] if one["name"] == "sven")
    assert house.by("sven").get(path).status_code == 200
    assert house.by("sven").patch(path, json={"revision": 1}).status_code == 403
    assert karin.delete(f"{path}/members/{sven}").status_code == 204
    assert house.by("sven").get(path).status_code == 404
    closed = karin.patch(path, json={"revision": 1, "state": "closed"}).json()
    assert (closed["state"], closed["parties"]) == ("closed", ["Norrgjuteri AB"])
    assert karin.patch(path, json={"revision": 1, "name": "x"}).status_code == 409
    assert karin.post(f"{path}/gatherings", json={"seeds": ["88213"]}).status_code == 409


def test_a_hold_is_placed_looked_at_and_released_and_shows_to_members_alone(house):
    karin, matter = house.by("karin"), open_matter(house)
    order = house.document("filing/orders/order.pdf")
    said = {"matter": matter, "name": "Keep", "ground": "the court", "searches": ["penalty"]}
    hold = karin.post("holds", json=said).json()
    assert (hold["documents"], hold["who"]) == (1, "karin")
    path = f"holds/{hold['id']}"
    assert karin.get(f"{path}/documents").json()["items"] == [order]
    assert karin.get(f"documents/{order}").json()["held"] is True
    for name in ("ada", "sven"):
        assert house.by(name).get(f"documents/{order}").json()["held"] is False
        assert house.by(name).get("holds").json()["total"] == 0
        for answer in (
            house.by(name).get(path), house.by(name).patch(path, json={"act": "look"}),
            house.by(name).post("holds", json=said), house.by(name).get(f"{path}/documents"),
        ):  # fmt: skip
            assert answer.status_code == 404
    assert karin.patch(path, json={"act": "look"}).json()["released_at"] is None
    assert karin.patch(path, json={"act": "release"}).status_code == 400
    told = karin.patch(path, json={"act": "release", "reason": "settled"}).json()
    assert told["release_reason"] == "settled"
    assert karin.get(f"documents/{order}").json()["held"] is False


def post(client, path, **fields):
    return client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})


def opened(rooms) -> str:
    answer = post(rooms.client("cora"), "/matters", name="Late <b>pumps</b>", parties="A\nB")
    assert answer.status_code == 303
    return answer.headers["location"]


def test_the_pages_show_a_matter_to_its_members_and_take_what_they_say(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    assert "Late &lt;b&gt;pumps" in cora.get("/matters").text
    post(cora, f"{path}/gather", seeds="88213\nghost", depth="2", back=path)
    page = cora.get(path).text
    assert "asked for: 88213" in page and "Nothing is called: ghost" in page
    assert "2 documents, 2 of them new" in page.replace("&nbsp;", " ")
    told = {"document": "D-000001", "what": "decision", "value": "included", "back": path}
    post(cora, f"{path}/say", **told)
    assert "it needs a reason" in cora.get(path).text
    post(cora, f"{path}/say", **told, reason="the promise")
    page = cora.get(f"{path}?show=included").text
    assert "the promise" in page and 'name="document" value="D-000002"' not in page
    post(cora, f"{path}/gather", again="yes", back=path)
    assert "0 of them new" in cora.get(path).text
    history = cora.get(f"{path}/history").text
    assert "documents were gathered" in history and "it was looked at" in history
    swedish = cora.get(path, headers={"accept-language": "sv"}).text
    assert "Ärenden" in swedish or "ärende" in swedish


def test_a_redacted_copy_is_put_in_the_place_of_a_document_on_the_page(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    post(cora, f"{path}/gather", seeds="88213", depth="2", back=path)
    told = {"document": "D-000001", "what": "redacted", "back": path}
    post(cora, f"{path}/say", **told, value="the copy", reason="counsel")
    assert "named by its file number" in cora.get(path).text
    post(cora, f"{path}/say", **told, value=" d-000002 ", reason="counsel")
    page = cora.get(f"{path}?show=redacted").text
    assert "In its place goes D-000002." in page and "counsel" in page
    assert 'name="document" value="D-000002"' not in page
    post(cora, f"{path}/say", **told, value="")
    assert "In its place goes" not in cora.get(path).text


def test_who_is_not_in_a_matter_gets_the_page_of_what_is_not_there(rooms):
    sven, path = rooms.client("sven"), opened(rooms)
    pages = [sven.get(one) for one in (path, "/matters/1", f"{path}/history")]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert "pumps" not in "".join(page.text for page in (*pages, sven.get("/matters")))
    assert post(sven, f"{path}/gather", again="yes").status_code == 404
    post(rooms.client("cora"), f"{path}/members", user="sven", back=path)
    assert "pumps" in sven.get(path).text and "/say" not in sven.get(path).text
    assert rooms.client("cora").get(f"{path}/history").text.count("asked for it") == 3


def test_a_hold_is_placed_and_released_on_the_page(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    post(cora, f"{path}/holds", name="Keep", ground="court", seeds="PO-2024-113", back=path)
    page = cora.get(path).text
    assert "Keep" in page
    hold = re.search(r"/holds/(\d+)/release", page)[1]
    post(cora, f"{path}/holds/{hold}/look", back=path)
    assert "looked at again" in cora.get(path).text
    post(cora, f"{path}/holds/{hold}/release", reason="settled", back=path)
    assert "settled" in cora.get(path).text


def test_a_hold_of_another_matter_is_not_there_under_this_one(rooms):
    cora, path, other = rooms.client("cora"), opened(rooms), opened(rooms)
    post(cora, f"{path}/holds", name="Keep", ground="court", seeds="PO-2024-113", back=path)
    hold = re.search(r"/holds/(\d+)/release", cora.get(path).text)[1]
    for act in ("look", "release"):
        post(cora, f"{other}/holds/{hold}/{act}", reason="settled", back=other)
        page = cora.get(other).text
        assert "looked at again" not in page and "hold is released" not in page
    assert f"/holds/{hold}/release" in cora.get(path).text


def test_a_form_takes_so_many_lines_a_depth_that_there_is_and_something_to_gather(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    few, many = "\r\n".join(["88213"] * 100), "\r\n".join(["88213"] * 101)
    assert post(cora, f"{path}/gather", seeds=many, back=path).status_code == 422
    assert post(cora, f"{path}/gather", seeds=few, back=path).status_code == 303
    post(cora, f"{path}/gather", seeds="88213", depth="11", back=path)
    assert "A trail has 0 to 10 steps" in cora.get(path).text
    post(cora, f"{path}/gather", back=path)
    assert "Say what is to be gathered" in cora.get(path).text


def test_what_was_not_done_looks_and_is_announced_otherwise_than_what_was(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    post(cora, f"{path}/gather", seeds="88213", depth="2", back=path)
    assert '<div class="notice" role="status">' in cora.get(path).text
    post(cora, f"{path}/gather", seeds="88213", depth="11", back=path)
    assert '<div class="notice wrong" role="alert">' in cora.get(path).text


def test_no_text_of_a_matter_has_a_nul(house):
    karin, matter = house.by("karin"), open_matter(house)
    hold = {"matter": matter, "name": "Keep", "ground": "court", "seeds": ["88213"]}
    for path, body in (
        ("matters", {"name": "a\0"}),
        ("matters", {"name": "a", "parties": ["a\0"]}),
        (f"matters/{matter}/gatherings", {"seeds": ["a\0"]}),
        (f"matters/{matter}/members", {"user": "a\0"}),
        ("holds", hold | {"ground": "a\0"}),
        ("holds", hold | {"collections": ["a\0"]}),
    ):
        assert karin.post(path, json=body).status_code in (400, 422), path


def test_holds_are_searched_for_while_others_write(house, monkeypatch):
    karin, matter = house.by("karin"), open_matter(house)
    database, search = house.services.database, house.services.finder.search
    written = []

    def searching(*asked):
        with database.write():
            written.append(asked)
        return search(*asked)

    monkeypatch.setattr(house.services.finder, "search", searching)
    said = {"matter": matter, "name": "Keep", "ground": "the court", "searches": ["penalty"]}
    hold = karin.post("holds", json=said).json()
    placed = len(written)
    assert karin.patch(f"holds/{hold['id']}", json={"act": "look"}).status_code == 200
    assert 0 < placed < len(written)


def test_a_search_that_finds_too_many_says_not_how_many(house, monkeypatch):
    karin, matter = house.by("karin"), open_matter(house)
    found = SimpleNamespace(hits=(), total=77_123)
    monkeypatch.setattr(house.services.finder, "search", lambda *asked: found)
    said = {"matter": matter, "name": "Keep", "ground": "the court", "searches": ["penalty"]}
    answer = karin.post("holds", json=said)
    assert answer.status_code == 400 and "more documents than can be listed" in answer.text
    said = answer.json()  # its "id" is random letters and figures, which may well be a 77
    assert "77" not in said["title"] + said["detail"] and said["errors"] == []


def test_the_command_line_lists_shows_and_gathers_for_a_member(rooms, crossfile, config):
    config.write_text(config.read_text().replace('"data"', '"."'))  # where the rooms' archive is
    number = opened(rooms).rpartition("/")[2]
    status, out, _ = crossfile("matters", "list", "--as", "cora")
    assert status == 0 and number in out
    status, out, _ = crossfile("matters", "gather", number, "88213", "ghost", "--as", "cora")
    assert status == 0 and "2 found, 2 of them new" in out and "nothing is called ghost" in out
    told = json.loads(crossfile("matters", "gather", number, "--as", "cora", "--json")[1])
    assert (told["number"], told["new"]) == (2, 0)
    status, out, _ = crossfile("matters", "show", number, "--as", "cora")
    assert status == 0 and "seed 88213" in out
    assert crossfile("matters", "list", "--as", "sven")[1].count("\n") == 1
    status, _, err = crossfile("matters", "show", number, "--as", "sven")
    assert status == 1 and f"There is no matter {number}" in err
    assert crossfile("matters", "list", "--as", "nobody")[0] == 1


def include(house, matter: int, *documents: str) -> None:
    said = {"documents": list(documents), "what": "decision", "value": "included", "reason": "ours"}
    assert house.by("karin").post(f"matters/{matter}/entries", json=said).status_code == 204


def test_a_package_of_what_is_included_is_taken_by_a_member_and_by_nobody_else(house):
    karin, matter = house.by("karin"), open_matter(house)
    path = f"matters/{matter}/package"
    assert karin.post(path).status_code == 400
    include(house, matter, house.document("filing/orders/order.pdf"))
    answer = karin.post(path)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        names = [name.partition("/")[2] for name in package.namelist()]
    assert f"data/originals/M{matter}-0000001_order.pdf" in names and "data/load.dat" in names
    for name in ("ada", "sven"):
        answers = [house.by(name).post(one) for one in (path, "matters/1/package")]
        assert [answer.status_code for answer in answers] == [404, 404]
    history = karin.get(f"matters/{matter}/history").json()["items"]
    packed = next(one for one in history if one["what"] == "matter-packed")
    assert packed["count"] == 1 and len(packed["sha256"]) == 64


def test_the_page_gives_the_package_or_says_what_is_wrong(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    assert post(cora, f"{path}/package", back=path).status_code == 303
    assert "No document of this matter is included" in cora.get(path).text
    told = {"document": "D-000001", "what": "decision", "value": "included", "reason": "ours"}
    post(cora, f"{path}/say", **told, back=path)
    answer = post(cora, f"{path}/package", back=path)
    assert answer.headers["content-type"] == "application/zip" and answer.content[:2] == b"PK"
    assert post(rooms.client("sven"), f"{path}/package", back=path).status_code == 404


def test_the_command_line_writes_a_package_for_a_member(rooms, crossfile, config, tmp_path):
    config.write_text(config.read_text().replace('"data"', '"."'))  # where the rooms' archive is
    path = opened(rooms)
    told = {"document": "D-000001", "what": "decision", "value": "included", "reason": "ours"}
    post(rooms.client("cora"), f"{path}/say", **told, back=path)
    target, number = tmp_path / "out.zip", path.rpartition("/")[2]
    status, out, _ = crossfile("matters", "package", number, "--as", "cora", "-o", str(target))
    assert status == 0 and "documents in it: 1" in out and target.is_file()
    assert crossfile("package", "check", str(target))[0] == 0
    status, _, _ = crossfile("matters", "package", number, "--as", "sven", "-o", str(target))
    assert status == 1


def test_stamped_copies_bear_the_numbers_and_a_sheet_stands_for_what_has_no_pages(house):
    karin, matter = house.by("karin"), open_matter(house)
    order, bill = map(house.document, ("filing/orders/order.pdf", "filing/invoices/88213.txt"))
    include(house, matter, order, bill)
    said = {"documents": [order], "what": "confidential", "value": "yes", "reason": "prices"}
    assert karin.post(f"matters/{matter}/entries", json=said).status_code == 204
    answer = karin.post(f"matters/{matter}/package?stamped=true")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        copies = {
            name.rpartition("/")[2]: PdfReader(io.BytesIO(package.read(name)))
            for name in package.namelist()
            if "/stamped/" in name
        }
        [index] = [name for name in package.namelist() if name.endswith("index.json")]
        first = {
            one["document"]: one["first_number"]
            for one in json.loads(package.read(index))["entries"]
        }
    texts = [page.extract_text() for page in copies[f"{first[order]}.pdf"].pages]
    assert len(texts) == 2 and "penalty" in texts[1]
    for number, text in enumerate(texts, int(first[order][-7:])):
        assert f"M{matter}-{number:07}" in text and "CONFIDENTIAL" in text
    (sheet,) = copies[f"{first[bill]}.pdf"].pages
    assert "the original only" in sheet.extract_text() and first[bill] in sheet.extract_text()


def test_the_chronology_is_told_as_answer_table_and_pdf_and_each_look_is_recorded(house):
    karin, matter = house.by("karin"), open_matter(house)
    karin.post(f"matters/{matter}/gatherings", json={"seeds": ["88213"], "depth": 1})
    items = karin.get(f"matters/{matter}/chronology").json()["items"]
    assert {"document", "waiting"} <= {one["what"] for one in items}
    table = karin.get(f"matters/{matter}/chronology.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == len(items) + 1
    pdf = karin.get(f"matters/{matter}/chronology.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert "88213" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    history = karin.get(f"matters/{matter}/history").json()["items"]
    assert sum(one.get("part") == "chronology" for one in history) == 3
    for end in ("", ".csv", ".pdf"):
        assert house.by("sven").get(f"matters/{matter}/chronology{end}").status_code == 404


def test_the_page_shows_the_chronology_to_members(rooms):
    cora, path = rooms.client("cora"), opened(rooms)
    post(cora, f"{path}/gather", seeds="88213", depth="2", back=path)
    page = cora.get(f"{path}/chronology").text
    assert "PO-2024-999" in page and f"/api/v1{path}/chronology.pdf" in page
    assert "Late &lt;b&gt;pumps" in page and f"{path}/chronology" in cora.get(path).text
    assert rooms.client("sven").get(f"{path}/chronology").status_code == 404


def test_the_command_line_tells_and_writes_the_chronology(rooms, crossfile, config, tmp_path):
    config.write_text(config.read_text().replace('"data"', '"."'))  # where the rooms' archive is
    path = opened(rooms)
    post(rooms.client("cora"), f"{path}/gather", seeds="88213", depth="2", back=path)
    asked = ("matters", "chronology", path.rpartition("/")[2], "--as", "cora")
    assert "PO-2024-999" in crossfile(*asked)[1]
    assert json.loads(crossfile(*asked, "--json")[1])["items"]
    for name, head in (("out.pdf", b"%PDF-"), ("out.csv", b"\xef\xbb\xbfdate")):
        assert crossfile(*asked, "-o", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_bytes().startswith(head)
    assert crossfile(*asked, "-o", str(tmp_path / "nowhere" / "x.pdf"))[0] == 2
