"""The HTTP shell: who gets in, what is answered when a request can't be done, what is described."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from api.app import document_of
from api.auth import PUBLIC, PUBLIC_FOLDERS, is_public
from api.pages.frame import safe_back
from archive import accounts, sign_ins
from archive.access import operator
from tests.shell import HTML, PASSWORD, Shell


def without_id(answer):
    body = answer.json()
    body.pop("id")
    return answer.status_code, body


def operations(shell):
    """Every (method, path) of the description, its parameters filled in."""
    for path, operations in document_of(shell.app)["paths"].items():
        for method in operations:
            yield method, re.sub(r"{\w+}", "1", path.replace("{document}", "D-000001"))


def test_nothing_but_the_list_of_public_paths_answers_without_sign_in(shell):
    client = shell.client()
    asked = list(operations(shell))
    assert len(asked) >= 30
    for method, path in asked:
        answer = client.request(method, path)
        assert (answer.status_code != 401) is is_public(path), (method, path)
        if not is_public(path):
            assert answer.headers["content-type"] == "application/problem+json"
    for path in (
        "/", "/api/v1/openapi.json", "/metrics", "/openapi.json", "/docs", "/nothing",
        "/calendar/1-0.ics",
    ):  # fmt: skip
        assert client.get(path).status_code == 401, path


def test_the_list_of_public_paths_is_this_one():
    assert {"/sign-in", "/preferences", "/healthz", "/readyz"} == PUBLIC
    assert PUBLIC_FOLDERS == ("/sign-in/", "/static/")
    assert not is_public("/sign-inx")
    assert not is_public("/static")


def test_a_browser_that_is_not_signed_in_is_sent_to_sign_in_and_back(shell):
    client = shell.client()
    answer = client.get("/documents/D-000001?page=2", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?back=%2Fdocuments%2FD-000001%3Fpage%3D2"
    assert client.post("/upload", headers=HTML).status_code == 401
    assert client.get("/api/v1/account", headers=HTML).status_code == 401


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", ""]
)
def test_sign_in_leads_back_to_no_other_site(shell, back):
    data = {"name": "ada", "password": PASSWORD, "back": back}
    assert shell.client().post("/sign-in", data=data).headers["location"] == "/"
    assert safe_back("/a?b=//c") == "/a?b=//c"


def test_a_wrong_name_and_a_wrong_password_look_the_same(shell):
    answers = [
        shell.client().post("/sign-in", data={"name": "x", "password": p} | name)
        for p in ("wrong", PASSWORD)
        for name in ({"name": "nobody"}, {"name": "ada\0"}, {})
    ]
    wrong = shell.client().post("/sign-in", data={"name": "ada", "password": "wrong"})
    assert {answer.status_code for answer in [*answers, wrong]} == {401}
    texts = {re.sub(r"name='.*?'", "", answer.text) for answer in [*answers, wrong]}
    assert len(texts) == 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(shell):
    answer = shell.client().post("/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("crossfile=")
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(shell):
    client = shell.client("https://testserver")
    answer = client.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-crossfile=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert client.get("/api/v1/account").json()["name"] == "ada"


def test_signing_in_again_gives_another_secret_and_signing_out_ends_it(shell):
    client = shell.signed_in("ada")
    first = client.cookies["crossfile"]
    client.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    assert client.cookies["crossfile"] != first
    second = client.cookies["crossfile"]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    other = shell.client()
    other.cookies.set("crossfile", second)
    assert other.get("/api/v1/account").status_code == 401


def test_the_sixth_wrong_password_in_a_minute_waits(shell, clock):
    client = shell.client()
    tries = [client.post("/sign-in", data={"name": "ada", "password": "no"}) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [401] * 5 + [429]
    assert "Try again in 60 seconds" in tries[-1].text
    right = {"name": "ada", "password": PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429
    assert client.post("/sign-in", data=right | {"name": "sven"}).status_code == 303
    clock.step(minutes=1)
    assert client.post("/sign-in", data=right).status_code == 303


def test_a_link_signs_in_once_over_http(shell):
    with shell.services.database.write() as session:
        sven = accounts.find(session, "sven")
        secret = sign_ins.make_link(
            session, sven.id, by=operator(session), at=shell.clock(), lifetime=timedelta(hours=1)
        )
    client = shell.client()
    assert client.get(f"/sign-in/{secret}").headers["location"] == "/"
    assert client.get("/api/v1/account").json()["name"] == "sven"
    again = shell.client().get(f"/sign-in/{secret}", headers=HTML)
    assert again.status_code == 401
    assert "This link was used already" in again.text
    assert client.get(f"/sign-in/{secret}").headers["location"] == "/"


CROSS_SITE = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
    ({"origin": "http://testserver"}, True),
    ({"origin": "http://testserver:81"}, False),
    ({"origin": "http://evil.example"}, False),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({}, True),
]


@pytest.mark.parametrize(("headers", "is_done"), CROSS_SITE)
def test_a_page_of_another_site_changes_nothing(shell, headers, is_done):
    client = shell.signed_in("ada")
    answer = client.patch("/api/v1/account", json={"language": "sv"}, headers=headers)
    assert answer.status_code == (200 if is_done else 403)
    assert client.get("/api/v1/account").json()["language"] == ("sv" if is_done else None)
    assert client.get("/api/v1/account", headers=headers).status_code == 200
    sign_in = shell.client().post(
        "/sign-in", data={"name": "ada", "password": PASSWORD}, headers=headers
    )
    assert sign_in.status_code == (303 if is_done else 403)


def test_behind_a_proxy_the_public_address_is_ours(sqlite_url, tmp_path, clock):
    shell = Shell(sqlite_url, tmp_path, clock, public_url="https://files.example.org")
    client = shell.client()
    data = {"name": "ada", "password": PASSWORD}
    ours = {"origin": "https://files.example.org"}
    answer = client.post("/sign-in", data=data, headers=ours)
    assert answer.status_code == 303
    assert answer.headers["strict-transport-security"]
    assert "Secure" in answer.headers["set-cookie"]
    shell.services.database.close()


def test_a_wrong_token_is_refused_whatever_cookie_comes_with_it(shell):
    client = shell.signed_in("ada")
    for wrong in ("Bearer", "Bearer ", "Bearer crossfile_x", "bearer \xe5"):
        answer = client.get("/api/v1/account", headers={"Authorization": wrong.encode("latin-1")})
        assert answer.status_code == 401, wrong
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_no_body_is_read_from_somebody_unknown(shell):
    sent = []

    async def receive():
        raise AssertionError("the body was asked for")

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/documents",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-length", b"1000000")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
    }
    asyncio.run(shell.app(scope, receive, send))
    assert sent[0]["status"] == 401


def test_a_body_over_the_limit_is_refused_with_and_without_its_length(shell):
    client = shell.by_token("ada")
    large = b'{"name": "' + b"x" * (1 << 20) + b'"}'
    json = {"content-type": "application/json"}

    def pieces():
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    for content in (large, pieces()):
        answer = client.post("/api/v1/groups", content=content, headers=json)
        assert without_id(answer)[0] == 413
        assert "limit" in answer.json()["detail"]
