"""The HTTP shell: who gets in, what is answered when a request can't be done, what is described."""

from __future__ import annotations

import asyncio
import re
import tomllib
from datetime import timedelta

import pytest
from babel.support import NullTranslations
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from api import VERSION
from api.app import create_app, document_of
from api.auth import PUBLIC, PUBLIC_FOLDERS, is_public
from api.pages.frame import safe_back
from api.problems import AWAY, FAULT
from api.service import Services
from archive import accounts, sign_ins, tokens
from archive.access import operator
from archive.config import Config, DataSection, ServerSection
from archive.db import Database
from archive.errors import (
    BlobTooLarge,
    ConfigError,
    Conflict,
    DamageFound,
    NotAllowed,
    NotFound,
    ReadingFailed,
    StorageFull,
    TooManyTries,
    UsageError,
)
from archive.intake import Intake
from archive.models import Base, SignIn
from archive.passwords import Passwords
from archive.vault import Vault
from tests.conftest import PROJECT
from web.render import STATIC

PASSWORD = "a long enough sentence"


class PlainPages:
    """Renders the name of the page and what it says."""

    def render(self, view, frame):
        who = frame.viewer.name if frame.viewer else "nobody"
        return f"<p>{view.template} {frame.language} {who} {view}</p>"

    def texts(self, language):
        return NullTranslations()


class Shell:
    """A service with an administrator `ada` and a member of staff `sven`."""

    def __init__(self, url, folder, clock, **server):
        config = Config(data=DataSection(folder=folder), server=ServerSection(**server))
        database = Database(url)
        Base.metadata.create_all(database.engine)
        vault = Vault(folder / "vault")
        vault.prepare()
        cheap = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        intake = Intake(database, vault, clock)
        self.clock = clock
        self.services = Services(config, database, vault, intake, clock, cheap)
        self.app = create_app(self.services, PlainPages())
        with database.write() as session:
            by = operator(session)
            for name, role in (("ada", "administrator"), ("sven", "staff")):
                user = accounts.create(session, name, role, by=by, at=clock())
                hashed = cheap.hash(PASSWORD, name=name)
                accounts.set_password(session, user.id, hashed, by=by, at=clock())

    def client(self, base_url="http://testserver"):
        return TestClient(self.app, base_url=base_url, follow_redirects=False)

    def token(self, name, lifetime=None):
        with self.services.database.write() as session:
            user = accounts.find(session, name)
            return tokens.make_token(
                session, user.id, "test", by=operator(session), at=self.clock(), lifetime=lifetime
            )[1]

    def by_token(self, name):
        client = self.client()
        client.headers["Authorization"] = f"Bearer {self.token(name)}"
        return client

    def signed_in(self, name):
        client = self.client()
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture
def shell(sqlite_url, tmp_path, clock):
    shell = Shell(sqlite_url, tmp_path, clock)
    yield shell
    shell.services.database.close()


HTML = {"accept": "text/html,application/xhtml+xml"}


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
    for path in ("/", "/api/v1/openapi.json", "/metrics", "/openapi.json", "/docs", "/nothing"):
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


SAID = [
    (UsageError("What is that?"), 400, "What is that?"),
    (NotAllowed("You may not."), 403, "You may not."),
    (NotFound("document", "D-000007"), 404, "There is no document D-000007."),
    (Conflict("Somebody was quicker."), 409, "Somebody was quicker."),
    (BlobTooLarge(10), 413, "The file is larger than the limit of 10 bytes."),
    (ReadingFailed("damaged", "It is damaged."), 422, "It is damaged."),
    (TooManyTries(7), 429, "That was tried too often. Try again in 7 seconds."),
    (OperationalError("SELECT secret", {}, Exception("secret")), 503, AWAY),
    (StorageFull("No room."), 507, "No room."),
    (DamageFound("secret"), 500, FAULT),
    (ConfigError("secret", 1, "another"), 500, FAULT),
    (RuntimeError("secret"), 500, FAULT),
    (ValueError("secret"), 500, FAULT),
]


@pytest.mark.parametrize(("error", "status", "detail"), SAID, ids=lambda value: str(value)[:20])
def test_every_error_has_its_problem_and_none_tells_what_it_should_not(
    shell, capsys, error, status, detail
):
    def fail():
        raise error

    shell.app.add_api_route("/api/v1/fail", fail, name="fail")
    shell.app.add_api_route("/fail", fail, name="fail_page")
    client = shell.signed_in("ada")
    answer = client.get("/api/v1/fail", headers=HTML)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["detail"]) == (status, status, detail)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == problem["id"]
    page = client.get("/fail", headers=HTML)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text
    assert "secret" not in answer.text + page.text
    logged = capsys.readouterr().out
    assert (problem["id"] in logged) is (status >= 500)


def test_what_is_hidden_is_answered_as_what_is_absent(shell):
    client = shell.by_token("sven")
    other = shell.signed_in("ada").get("/api/v1/account/sessions").json()["items"][0]["id"]
    hidden = client.delete(f"/api/v1/sessions/{other}")
    absent = client.delete(f"/api/v1/sessions/{other + 1000}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace(str(other), "N") == absent.json()["detail"].replace(
        str(other + 1000), "N"
    )


def test_a_request_that_makes_no_sense_says_where(shell):
    client = shell.by_token("ada")
    for answer, where in (
        (client.get("/api/v1/users?limit=0"), "query.limit"),
        (client.get("/api/v1/users?limt=5"), "query.limt"),
        (client.get(f"/api/v1/users/{2**63}"), "path.user"),
        (client.post("/api/v1/groups", json={"name": "a\0b"}), "body.name"),
        (client.post("/api/v1/groups", json={"name": "a", "more": 1}), "body.more"),
        (client.post("/api/v1/users", json={"name": "a", "role": "boss"}), "body.role"),
    ):
        assert answer.status_code == 422, answer.text
        assert [error["where"] for error in answer.json()["errors"]] == [where]
    surrogate = client.post(
        "/api/v1/groups",
        content=b'{"name": "\\ud800"}',
        headers={"content-type": "application/json"},
    )
    assert surrogate.status_code == 422


def test_a_password_is_never_echoed_by_an_error(shell):
    answer = shell.by_token("ada").post(
        "/api/v1/users", json={"name": "x", "role": "boss", "password": PASSWORD}
    )
    assert answer.status_code == 422
    assert PASSWORD not in answer.text


def test_every_answer_carries_the_headers_of_a_careful_server(shell):
    shell.app.add_api_route("/fail", lambda: 1 / 0, name="fail")
    client = shell.signed_in("ada")
    for path in (
        "/healthz",
        "/sign-in",
        "/nothing",
        "/fail",
        "/api/v1/account",
        "/static/none.css",
    ):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"


def test_a_route_that_does_not_know_a_method_says_which_it_knows(shell):
    answer = shell.by_token("ada").put("/api/v1/users/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, PATCH"


def test_static_files_may_be_kept_where_their_address_has_their_digest(shell):
    (name, *_) = sorted(path.name for path in STATIC.glob("*.css"))
    client = shell.client()
    assert client.get(f"/static/{name}").headers["cache-control"] == "no-store"
    assert "immutable" in client.get(f"/static/{name}?v=abc").headers["cache-control"]
    for path in ("/static/../render.py", "/static/%2e%2e/render.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404 or "def " not in client.get(path).text


def test_health_says_yes_or_no_and_nothing_else(shell):
    client = shell.client()
    assert client.get("/healthz").text == client.get("/readyz").text == "yes\n"
    (shell.services.vault.blobs).rename(shell.services.vault.folder / "away")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "no\n")
    assert client.get("/healthz").status_code == 200


def test_figures_are_an_administrators(shell):
    assert shell.by_token("sven").get("/metrics").status_code == 403
    client = shell.by_token("ada")
    client.get("/api/v1/users/1")
    figures = client.get("/metrics").text
    assert 'crossfile_requests_total{method="GET",route="get_user",status="200"} 1.0' in figures
    assert "crossfile_documents 0.0" in figures


def test_when_somebody_was_last_seen_is_written_now_and_then(shell, clock):
    with shell.client() as client:  # with it, the application starts and ends
        client.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        clock.step(minutes=5)
        (own,) = client.get("/api/v1/account/sessions").json()["items"]
        assert own["seen_at"] == own["created_at"]
    with shell.services.database.read() as session:
        (row,) = session.scalars(select(SignIn))
        assert row.seen_at == clock()
    with shell.client() as again:
        assert again.get("/healthz").status_code == 200


def test_people_are_kept_over_http(database_url, tmp_path, clock):
    shell = Shell(database_url, tmp_path, clock)
    ada = shell.signed_in("ada")
    sven = shell.signed_in("sven")
    assert sven.get("/api/v1/users").status_code == 403
    assert sven.get("/api/v1/collections").json() == {"items": [], "total": 0}
    made = ada.post("/api/v1/users", json={"name": "Eva", "role": "legal"})
    assert (made.status_code, made.json()["name"]) == (201, "eva")
    assert ada.post("/api/v1/users", json={"name": "EVA", "role": "legal"}).status_code == 409
    assert ada.post("/api/v1/collections", json={"name": "general"}).status_code == 201
    grant = ada.post(
        "/api/v1/grants", json={"collection": "general", "right": "read", "user": "sven"}
    ).json()
    assert [c["name"] for c in sven.get("/api/v1/collections").json()["items"]] == ["general"]
    assert ada.delete(f"/api/v1/grants/{grant['id']}").status_code == 204
    assert sven.get("/api/v1/collections").json()["total"] == 0
    user = f"/api/v1/users/{sven.get('/api/v1/account').json()['id']}"
    assert ada.patch(user, json={"is_active": False}).json()["disabled_at"]
    assert sven.get("/api/v1/account").status_code == 401
    shell.services.database.close()


def test_one_changes_ones_password_and_other_sessions_end(shell):
    here, there = shell.signed_in("sven"), shell.signed_in("sven")
    wrong = here.post("/api/v1/account/password", json={"old": "no", "new": "another sentence"})
    assert wrong.status_code == 403
    weak = here.post("/api/v1/account/password", json={"old": PASSWORD, "new": "short"})
    assert weak.status_code == 400
    done = here.post("/api/v1/account/password", json={"old": PASSWORD, "new": "another sentence"})
    assert done.status_code == 204
    assert here.get("/api/v1/account").status_code == 200
    assert there.get("/api/v1/account").status_code == 401
    by_token = shell.by_token("sven").post(
        "/api/v1/account/password", json={"old": "another sentence", "new": PASSWORD}
    )
    assert by_token.status_code == 403


def test_a_token_made_over_http_works_and_is_shown_once(shell):
    ada = shell.signed_in("ada")
    made = ada.post("/api/v1/tokens", json={"user": "sven", "name": "export", "days": 1}).json()
    client = shell.client()
    client.headers["Authorization"] = f"Bearer {made['token']}"
    assert client.get("/api/v1/account").json()["name"] == "sven"
    assert made["token"] not in ada.get("/api/v1/tokens").text
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert client.get("/api/v1/account").status_code == 401


def test_preferences_stay_with_the_browser_and_the_language_with_the_user(shell):
    client = shell.signed_in("sven")
    answer = client.post(
        "/preferences", data={"language": "sv", "back": "/sign-in", "csrf": "", "theme": "pink"}
    )
    assert answer.headers["location"] == "/sign-in"
    assert client.get("/api/v1/account").json()["language"] == "sv"
    assert " sv " in shell.signed_in("sven").get("/nothing", headers=HTML).text
    visitor = shell.client()
    visitor.post("/preferences", data={"language": "sv"})
    assert " sv nobody" in visitor.get("/sign-in").text
    assert " sv " in shell.client().get("/sign-in", headers={"accept-language": "sv-FI"}).text


def test_the_description_names_every_operation_once_and_all_its_problems(shell):
    document = document_of(shell.app)
    assert document == document_of(shell.app)
    names = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            names.append(operation["operationId"])
            assert operation.get("description"), (method, path)
            if path.startswith("/api/"):
                for status in ("401", "403", "404", "422", "500"):
                    content = operation["responses"][status]["content"]
                    assert list(content) == ["application/problem+json"]
    assert len(names) == len(set(names))
    schemas = document["components"]["schemas"]
    for used in re.findall(r"#/components/schemas/([\w.-]+)", str(document)):
        assert used in schemas
    assert shell.by_token("sven").get("/api/v1/openapi.json").json() == document


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
