"""What HTTP asks of a service (RFC 9110), and what odd clients get."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime

import pytest

from tests.rooms import HTML, Rooms

CONTENT = "/api/v1/documents/D-000001/content"


@pytest.fixture
def rooms(database_url, tmp_path, clock):
    made = Rooms(database_url, tmp_path, clock)
    yield made
    made.archive.close()


def test_an_original_tells_when_its_version_came_in_and_not_when_its_bytes_first_did(rooms):
    received = rooms.clock()
    rooms.clock.step(hours=3)
    rooms.archive.add("again.txt", "Secret 7000-7\nabout PO-2024-113", number="7000-7")
    told = rooms.client("cora").get("/api/v1/documents/D-000004/content")
    assert told.status_code == 200
    moment = told.headers["last-modified"]
    assert moment != format_datetime(received.astimezone(UTC), usegmt=True)
    assert moment.endswith("GMT")


def test_what_a_browser_has_is_not_sent_again(rooms):
    client = rooms.client("cora")
    first = client.get(CONTENT)
    tag = first.headers["etag"]
    for said in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(CONTENT, headers={"if-none-match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(CONTENT, headers={"if-none-match": '"other"'}).content == first.content


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-3", 206), ("bytes=-4", 206), ("bytes=2-", 206), ("bytes=0-0,2-3", 206),
        ("bytes=abc", 200), ("items=0-1", 200), ("bytes=5-1", 200), ("bytes=-", 200), ("", 200),
        ("bytes=99999-", 416), ("bytes=-0", 416), ("bytes=0-1,99999-", 416),
    ],
)  # fmt: skip
def test_parts_of_an_original_are_served_and_what_is_no_range_is_not_one(rooms, asked, status):
    answer = rooms.client("cora").get(CONTENT, headers={"range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"].startswith("bytes */")


def test_a_range_that_is_not_there_is_a_problem_as_all_others(rooms):
    headers = {"range": "bytes=99999-", "accept": "*/*"}
    problem = rooms.client("cora").get(CONTENT, headers=headers)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 416


@pytest.mark.parametrize(
    "address", ["/", "/api/v1/search?q=bill", CONTENT, "/healthz", "/documents/D-000001"]
)
def test_head_answers_as_get_does_without_a_body(rooms, address):
    client = rooms.client("cora")
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


def test_a_package_is_not_made_for_a_look_or_for_a_page_of_another_site(rooms):
    client = rooms.client("cora")
    address = "/api/v1/trail.zip?seed=PO-2024-113"
    assert client.head(address).status_code == 405
    crossed = client.get(address, headers={"sec-fetch-site": "cross-site"})
    assert crossed.status_code == 403
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/sign-in", "/preferences"])
@pytest.mark.parametrize("header", ["origin", "referer"])
def test_an_address_that_is_none_is_no_fault_of_ours(rooms, address, header):
    client = rooms.client("cora")
    answer = client.post(address, headers={header: "http://[x"}, data={"name": "x"})
    assert answer.status_code < 500


def test_methods_that_nobody_knows_are_counted_as_one(rooms):
    client = rooms.client("cora")
    for number in range(3):
        client.request(f"ZZM{number}", "/sign-in")
    told = rooms.app.state.metrics.text().decode()
    assert 'method="other"' in told
    assert "ZZM" not in told


def test_a_moment_before_all_time_is_no_moment(rooms):
    answer = rooms.client("cora").get("/?as_of=0001-01-01T00:00:00%2B14:00", headers=HTML)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/links/undo", {"reference": "9" * 23}),
        ("/documents/D-000002/references/1/ruling",
         {"choose": f"document:{'9' * 23}"}),
    ],
)  # fmt: skip
def test_numbers_that_no_row_has_are_not_understood(rooms, address, form):
    assert 400 <= rooms.client("cora").post(address, data=form).status_code < 500


def test_half_a_character_is_told_of_without_a_fault(rooms):
    body = b'{"code": "A-1", "name": "a", "collection": "\\ud800"}'
    headers = {"content-type": "application/json", "accept": "*/*"}
    answer = rooms.client("cora").post("/api/v1/products", content=body, headers=headers)
    assert answer.status_code == 404


def test_who_may_not_file_is_told_so_before_anything_else(rooms):
    sven = rooms.client("sven")
    told = sven.post("/api/v1/products", json={"code": "A-1", "name": "a"}, headers={"accept": ""})
    assert told.status_code == 403
    assert sven.post("/products", data={"code": "A-1", "name": "a"}).status_code == 403
    assert sven.post("/links", data={"document": "D-000001", "target": "x"}).status_code == 403


def test_no_address_leads_to_whatever_host_was_asked_for(rooms):
    answer = rooms.client("cora").get("/api/v1/documents/", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


def test_a_sign_in_link_from_another_site_asks_first(rooms):
    stranger = rooms.client("cora")
    stranger.cookies.clear()
    asked = stranger.get("/sign-in/some-secret", headers={"sec-fetch-site": "cross-site"})
    assert asked.status_code == 200
    assert 'action="/sign-in/some-secret"' in asked.text


def test_one_address_may_not_try_a_password_on_everybody(rooms):
    client = rooms.client("cora")
    client.cookies.clear()
    statuses = [
        client.post("/sign-in", data={"name": f"user{number}", "password": "x"}).status_code
        for number in range(31)
    ]
    assert statuses == [401] * 30 + [429]
    rooms.clock.step(minutes=2)
    later = client.post("/sign-in", data={"name": "user9", "password": "x"})
    assert later.status_code == 401


def test_a_history_of_then_ends_there(rooms):
    then = rooms.clock()
    rooms.clock.step(hours=1)
    cora = rooms.client("cora")
    said = {"kind": "letter"}
    assert cora.patch("/api/v1/documents/D-000001", json=said).status_code < 300
    address = "/api/v1/documents/D-000001/history"
    now = {line["what"] for line in cora.get(address).json()["items"]}
    assert "facts-set" in now
    before = cora.get(address, params={"as_of": then.isoformat()}).json()["items"]
    assert {line["what"] for line in before} == now - {"facts-set"}
    assert "letter" not in cora.get(f"/documents/D-000001?as_of={then:%Y-%m-%dT%H:%M:%SZ}").text
