"""Word lists of a matter by API, page and command line."""

from __future__ import annotations

import json

import pytest

from tests.api_house import opened_house
from tests.rooms import Rooms
from tests.test_matters_api import open_matter, post
from tests.test_matters_api import opened as opened_room


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    with opened_house(f"sqlite:///{folder / 'crossfile.sqlite'}", folder) as house:
        yield house


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    yield rooms
    rooms.services.database.close()


def test_what_is_not_understood_of_a_search_stays_with_the_gathering(house):
    karin, matter = house.by("karin"), open_matter(house)
    asked = {"searches": ['washers colour:red kind:bolt "and so on'], "depth": 0}
    told = karin.post(f"matters/{matter}/gatherings", json=asked).json()
    assert [note["id"] for note in told["notes"]] == ["unknown-field", "unknown-kind", "open-quote"]
    assert told["notes"][0]["message"].startswith("There is no field “colour”")
    assert told["notes"][0]["asked"] == asked["searches"][0]
    page = karin.get(f"http://testserver/matters/{matter}").text
    assert "There is no field “colour”" in page


def test_a_word_list_is_searched_told_as_a_table_and_searched_again(house):
    karin, matter = house.by("karin"), open_matter(house)
    path = f"matters/{matter}/word-lists"
    nothing = ["kind:bolt", "(kind:bolt OR kind:nut)", "..."]
    terms = ["washers", "88213 OR washers", '"nowhere to be found"~3', *nothing]
    asked = {"name": "Washers", "terms": terms, "folders": ["filing"]}
    made = karin.post(path, json=asked)
    assert made.status_code == 201, made.text
    told = made.json()
    figures = {one["term"]: (one["documents"], one["only"]) for one in told["terms"]}
    assert figures["washers"][0] >= 1 and figures["washers"][1] == 0
    assert figures["88213 OR washers"][0] > figures["washers"][0]
    assert {figures[term] for term in terms[2:]} == {(0, 0)}
    said = [[note["id"] for note in one["notes"]] for one in told["terms"]]
    assert said[:4] == [[], [], [], ["unknown-kind", "nothing-left"]]
    assert [one[-1] for one in said[3:]] == ["nothing-left"] * 3
    assert told["index"]["indexed"] > 0 and told["total"] >= told["documents"]
    assert {one["document"] for one in told["items"]} >= {
        house.document("filing/orders/twin-2.txt")
    }
    again = karin.post(f"{path}/{told['number']}/runs").json()
    assert (again["run"], again["new"], again["lost"]) == (2, 0, 0)
    table = karin.get(f"{path}/1/hits.csv")
    assert table.headers["content-type"].startswith("text/csv") and "washers" in table.text
    (known,) = karin.get(path).json()["items"]
    assert (known["name"], [run["number"] for run in known["runs"]]) == ("Washers", [2, 1])
    assert karin.get(f"{path}/1?run=1&limit=1").json()["run"] == 1
    assert karin.get(f"{path}/1?run=9").status_code == 404
    for wrong in ({"terms": []}, {"terms": ["a versions:all"]}, {"terms": ["(a as-of:2024)"]},
                  {"terms": ["a"], "custodians": ["nobody"]}, {"terms": ["a\0"]}):  # fmt: skip
        assert karin.post(path, json=wrong).status_code in (400, 422), wrong


def test_what_a_word_list_found_is_taken_into_the_matter(house):
    karin, matter = house.by("karin"), open_matter(house)
    karin.post(f"matters/{matter}/word-lists", json={"terms": ["washers"]})
    told = karin.post(f"matters/{matter}/gatherings", json={"word_lists": [1], "depth": 0}).json()
    entries = karin.get(f"matters/{matter}/entries").json()["items"]
    assert told["new"] == len(entries) >= 1
    assert all(one["because"] == [{"search": "washers", "list": 1}] for one in entries)
    wrong = karin.post(f"matters/{matter}/gatherings", json={"word_lists": [7]})
    assert wrong.status_code == 404


def test_nobody_but_a_member_sees_a_word_list(house):
    karin, matter = house.by("karin"), open_matter(house)
    path = f"matters/{matter}/word-lists"
    karin.post(path, json={"terms": ["washers"]})
    for name in ("ada", "sven"):
        by = house.by(name)
        for answer in (
            by.get(path), by.get(f"{path}/1"), by.get(f"{path}/1/hits.csv"),
            by.post(path, json={"terms": ["washers"]}), by.post(f"{path}/1/runs"),
            by.get(f"http://testserver/{path}"), by.get(f"http://testserver/{path}/1"),
        ):  # fmt: skip
            assert answer.status_code == 404, answer.url
    kinds = [one["what"] for one in karin.get(f"matters/{matter}/history").json()["items"]]
    assert kinds.count("matter-searched") == 1 and kinds.count("matter-not-entered") == 14


def test_the_page_of_a_word_list_shows_figures_and_documents_and_takes_them(house):
    karin, matter = house.by("karin"), open_matter(house)
    page = f"http://testserver/matters/{matter}"
    path = f"{page}/word-lists"
    said = {"name": "Late", "terms": "washers\nghost\nkind:bolt\n", "back": f"/matters/{matter}"}
    made = karin.post(path, data=said, follow_redirects=False)
    assert made.status_code == 303 and f"/matters/{matter}/word-lists/1" in made.headers["location"]
    shown = karin.get(f"{path}/1").text
    assert house.document("filing/orders/twin-2.txt") in shown
    assert "There is no kind “bolt”" in shown
    again = {"back": f"/matters/{matter}/word-lists/1"}
    assert karin.post(f"{path}/1/runs", data=again, follow_redirects=False).status_code == 303
    assert f"/matters/{matter}/word-lists/1?run=2" in karin.get(f"{path}/1?run=1").text
    taken = karin.post(f"{path}/1/take", data=again, follow_redirects=False)
    assert taken.status_code == 303
    assert "washers" in karin.get(f"{page}?show=undecided").text
    assert karin.get(f"{path}/9").status_code == 404


def test_what_is_wrong_with_a_word_list_is_said_on_its_page(rooms):
    cora, matter = rooms.client("cora"), opened_room(rooms)
    path = f"{matter}/word-lists"
    assert path in cora.get(matter).text and "one a line" in cora.get(path).text
    assert post(cora, path, name="", terms="\n", back=path).status_code == 303
    assert "1 to 200 terms" in cora.get(path).text


def test_the_command_line_searches_a_word_list_for_a_member(rooms, crossfile, config, tmp_path):
    config.write_text(config.read_text().replace('"data"', '"."'))  # where the rooms' archive is
    number = opened_room(rooms).rpartition("/")[2]
    words = tmp_path / "words.txt"
    words.write_text("88213\nghost\nkind:bolt\n", encoding="utf-8")
    status, out, err = crossfile("matters", "search", number, str(words), "--as", "cora")
    assert status == 0, err
    assert "88213" in out and "There is no kind" in out and "all" in out
    told = json.loads(
        crossfile("matters", "search", number, "--again", "1", "--as", "cora", "--json")[1]
    )
    assert (told["number"], told["run"]) == (1, 2)
    table = tmp_path / "hits.csv"
    status, out, _ = crossfile("matters", "hits", number, "1", "--as", "cora", "-o", str(table))
    assert status == 0 and table.read_bytes().count(b"\n") == 5
    status, _, err = crossfile("matters", "hits", number, "1", "--as", "sven")
    assert status == 1 and f"There is no matter {number}" in err
