"""Custodians of holds by API, page and command line."""

from __future__ import annotations

import json
import re

import pytest

from tests.api_house import opened_house
from tests.rooms import Rooms
from tests.test_custodians import EVA, KEEP, text_of
from tests.test_matters_api import opened, post


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("custody")
    with opened_house(f"sqlite:///{folder / 'crossfile.sqlite'}", folder) as served:
        yield served


def test_by_the_api_members_name_custodians_who_acknowledge_and_nobody_else_learns_of_it(served):
    karin, sven, ada = (served.by(name) for name in ("karin", "sven", "ada"))
    matter = karin.post("matters", json={"name": "Late pumps"}).json()["id"]
    said = {"matter": matter, "name": "Keep", "ground": "the court", "seeds": ["PO-2024-113"]}
    path = f"holds/{karin.post('holds', json=said).json()['id']}"
    assert karin.get(f"{path}/custodians").json() == {"items": [], "proposed": ["karin"]}
    made = karin.post(f"{path}/custodians", json={"user": "sven", "text": KEEP})
    assert made.status_code == 201 and made.json()["state"] == "named"
    eva = karin.post(f"{path}/custodians", json=EVA | {"text": KEEP}).json()
    (notice,) = made.json()["notices"]
    message = karin.get(f"{path}/notices/{notice['id']}/message")
    assert message.headers["content-type"] == "message/rfc822"
    assert "/custody" in text_of(message.content)[1]
    assert karin.put(f"{path}/notices/{notice['id']}/sent").status_code == 204
    (asked,) = sven.get("custody").json()["items"]
    assert (asked["text"], asked["who"]) == (KEEP, "karin")
    assert ada.get("custody").json() == {"items": []}
    for path_of in (f"{path}/custodians", f"{path}/notices/{notice['id']}/message", path):
        answers = [sven.get(path_of), ada.get(path_of), ada.get("holds/1")]
        assert [answer.status_code for answer in answers] == [404] * 3
    own = f"custody/{asked['id']}/acknowledged"
    assert [client.put(own).status_code for client in (ada, sven, sven)] == [404, 204, 204]
    said_on = {"day": eva["named_at"][:10]}
    told = karin.put(f"{path}/custodians/{eva['id']}/acknowledged", json=said_on).json()
    assert (told["state"], told["recorded_by"]) == ("acknowledged", "karin")
    assert karin.delete(f"{path}/custodians/{eva['id']}").status_code == 204
    states = [one["state"] for one in karin.get(f"{path}/custodians").json()["items"]]
    assert states == ["acknowledged", "ended"]
    history = karin.get(f"matters/{matter}/history").json()["items"]
    happened = [one["what"] for one in history if one["what"].startswith("custodian-")]
    assert happened[::-1] == [
        "custodian-named", "custodian-named", "custodian-notified", "custodian-acknowledged",
        "custodian-acknowledged", "custodian-off",
    ]  # fmt: skip


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    yield rooms
    rooms.services.database.close()


def test_on_the_pages_custodians_are_named_and_acknowledge_with_one_button(rooms):
    cora, sven, path = rooms.client("cora"), rooms.client("sven"), opened(rooms)
    post(cora, f"{path}/holds", name="Keep", ground="court", seeds="PO-2024-113", back=path)
    hold = re.search(r"(/matters/\d+/holds/\d+)/release", cora.get(path).text)[1]
    post(cora, f"{hold}/custodians", user="sven", text="All of <it>", back=path)
    post(cora, f"{hold}/custodians", **EVA, text="All of <it>", back=path)
    page = cora.get(path).text
    assert "Eva Öst" in page and "All of &lt;it&gt;" in page and "not asked yet" in page
    notice = re.search(r"/notices/(\d+)/sent", page)[1]
    post(cora, f"{hold}/notices/{notice}/sent", back=path)
    assert "It is marked as sent" in cora.get(path).text
    assert "Nothing is asked of you" in cora.get("/custody").text
    own = sven.get("/custody").text
    assert "All of &lt;it&gt;" in own and "cora" in own
    assert "pumps" not in own and "court" not in own
    answer = re.search(r"/custody/\d+/acknowledged", own)[0]
    assert own.count("I have read it") == 1
    post(cora, answer, back="/custody")
    assert "There is no request" in cora.get("/custody").text
    post(sven, answer, back="/custody")
    assert "It is recorded that you have read it" in sven.get("/custody").text
    assert "I have read it" not in sven.get("/custody").text
    assert sven.get(path).status_code == 404 and "pumps" not in sven.get("/matters").text
    eva = re.search(r"/custodians/(\d+)/acknowledged", cora.get(path).text)[1]
    for day in ("", "2026-03-02"):
        post(cora, f"{hold}/custodians/{eva}/acknowledged", day=day, back=path)
    page = cora.get(path).text
    assert page.count("acknowledged on 2026-03-02") == 2 and "(cora)" in page
    post(cora, f"{hold}/custodians/{eva}/off", back=path)
    assert "ended" in cora.get(path).text
    assert post(sven, f"{hold}/custodians", user="sven", text="x", back=path).status_code == 404
    history = cora.get(f"{path}/history").text
    assert "a custodian was named" in history and "a custodian acknowledged it" in history


def test_the_command_line_lists_custodians_for_a_member(rooms, crossfile, config):
    config.write_text(config.read_text().replace('"data"', '"."'))  # where the rooms' archive is
    cora, path = rooms.client("cora"), opened(rooms)
    post(cora, f"{path}/holds", name="Keep", ground="court", seeds="PO-2024-113", back=path)
    hold = re.search(r"(/matters/\d+/holds/\d+)/release", cora.get(path).text)[1]
    post(cora, f"{hold}/custodians", user="sven", text=KEEP, back=path)
    asked = ("matters", "custodians", path.rpartition("/")[2], "--as", "cora")
    line = crossfile(*asked)[1].splitlines()[-1]
    assert line.split()[:3] == [hold.rpartition("/")[2], "sven", "named"]
    (told,) = json.loads(crossfile(*asked, "--json")[1])
    assert told["custodians"][0]["text"] == KEEP
    assert crossfile(*asked[:-1], "sven")[0] == 1
