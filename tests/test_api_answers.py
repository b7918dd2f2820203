"""What the HTTP shell answers: problems, headers, health, people, the description."""

from __future__ import annotations

import re
import tomllib

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from api import VERSION
from api.app import document_of
from api.logs import configure_logs
from api.problems import AWAY, FAULT
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
from archive.models import SignIn
from tests.conftest import PROJECT
from tests.shell import HTML, PASSWORD, Shell
from web.render import STATIC

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
    configure_logs()  # else the lines go to standard output, unless another test has done it

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
    logged = capsys.readouterr().err
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
        "/preferences", data={"language": "sv", "back": "/sign-in", "theme": "pink"}
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
