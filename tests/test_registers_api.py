"""Registers over HTTP and on the command line: the same answers, the same refusals."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.cli import build
from archive.register_fields import REGISTERS
from tests.test_api_shell import Shell


@pytest.fixture
def client(sqlite_url, tmp_path, clock):
    shell = Shell(sqlite_url, tmp_path, clock)
    client = shell.by_token("ada")
    assert client.post("/api/v1/collections", json={"name": "general"}).status_code == 201
    yield client
    shell.services.database.close()


def test_an_entry_is_added_read_changed_and_listed(client):
    new = {"code": "AV-200", "name": "Aurora", "other_names": ["Norrsken"], "phase": "planned"}
    made = client.post("/api/v1/products", json=new)
    assert made.status_code == 201 and made.json().items() >= new.items()
    change = {"revision": 1, "phase": "launched", "happened_on": "2024-03-01"}
    assert client.patch("/api/v1/products/av200", json=change).json()["revision"] == 2
    assert client.patch("/api/v1/products/av200", json=change).status_code == 409
    then = client.get("/api/v1/products/AV-200", params={"on": "2024-02-29"}).json()
    assert then["phase"] == "planned"
    listing = client.get("/api/v1/products", params={"q": "norrsken", "limit": 1}).json()
    assert listing["total"] == 1 and listing["items"][0]["phase"] == "launched"
    assert client.get("/api/v1/products/AV-200/documents").json() == {"items": [], "total": 0}
    links = {"documents": ["D-000001"]}
    assert client.post("/api/v1/products/AV-200/documents", json=links).status_code == 404
    assert client.get(f"/api/v1/products/{chr(57) * 5000}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "A1"}, 422),
        ({"code": "A1", "name": "A", "colour": "red"}, 422),
        ({"code": "A1", "name": "A", "phase": "flying"}, 400),
        ({"code": "A1", "name": "A", "collection": "nowhere"}, 404),
    ],
)
def test_what_makes_no_sense_is_a_problem(client, body, status):
    answer = client.post("/api/v1/products", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_is_tried_then_imported_then_exported(client):
    path, file = "/api/v1/milestones/import", b"code,name,planned_on\nM-1,Pilot run,2024-05-31\n"
    tried = client.post(path, files={"file": ("m.csv", file)}, params={"dry_run": True}).json()
    assert (tried["new"], tried["is_done"]) == (1, False)
    assert client.post(path, files={"file": ("m.csv", file)}).json()["is_done"]
    bad = client.post(path, files={"file": ("m.csv", b"code,name\n,x\n")}).json()
    assert bad["wrong"] == 1 and bad["lines"][0]["detail"].startswith("code is missing")
    exported = client.get("/api/v1/milestones/export")
    assert "M-1,Pilot run" in exported.text and "csv" in exported.headers["content-type"]
    again = client.post(path, files={"file": ("m.csv", exported.content)}).json()
    assert (again["same"], again["new"]) == (1, 0)


def test_each_register_is_described_with_its_fields(client):
    described = client.get("/api/v1/openapi.json").json()
    for register in REGISTERS.values():
        assert f"/api/v1/{register.plural}/{{entry}}" in described["paths"]
        title = register.name.title().replace("-", "")
        fields = described["components"]["schemas"][title]["properties"]
        assert {field.name for field in register.fields} <= fields.keys()


def test_commands_import_and_export(tmp_path):
    config, file = tmp_path / "config.toml", tmp_path / "p.csv"
    config.write_text('[data]\nfolder = "data"\n')
    file.write_text("code,name\nAV-200,Aurora\n", encoding="utf-8")

    def run(*arguments):
        return CliRunner().invoke(build(), ["--config", str(config), *arguments])

    assert run("import", "register", "products", str(file), "--dry-run").exit_code == 0
    assert run("export", "register", "products").stdout == ""
    assert run("import", "register", "products", str(file)).exit_code == 0
    line = json.loads(run("export", "register", "product").stdout)
    assert (line["code"], line["name"], line["collection"]) == ("AV-200", "Aurora", "general")
    file.write_text("code,name\nAV-300,\n", encoding="utf-8")
    wrong = run("import", "register", "products", str(file))
    assert wrong.exit_code == 1 and "line 2: wrong" in wrong.output
