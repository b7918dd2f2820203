"""Retention by API, page and command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from archive.config_rules import RetentionClass
from archive.disposing import Disposer
from tests.rooms import Rooms

ACCOUNTS = RetentionClass(
    name="accounts", counted_from="date", months=1, then="destroy", authority="Bookkeeping Act"
)


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock, people=(("mia", "manager"), ("lena", "legal")))
    config = rooms.services.config.model_copy(update={"retention": (ACCOUNTS,)})
    vars(rooms.services)["config"] = config
    clock.step(days=60)
    yield rooms
    rooms.services.database.close()


def carry_out(rooms, disposal: int) -> None:
    rooms.clock.step(days=31)
    archive = rooms.archive
    cache = rooms.services.config.data.folder / "cache"
    Disposer(archive.database, archive.vault, cache, rooms.clock).carry_out(disposal)


def test_what_is_due_is_proposed_approved_and_destroyed_by_api(rooms):
    mia, lena, sven = (rooms.client(name) for name in ("mia", "lena", "sven"))
    due = mia.get("/api/v1/retention/due").json()
    assert [one["document"] for one in due["items"]] == ["D-000001", "D-000002"]
    assert (due["items"][0]["retention_class"], due["items"][0]["then"]) == ("accounts", "destroy")
    assert sven.get("/api/v1/retention/due").status_code == 403
    said = {"documents": ["D-000001"], "reason": "out of date"}
    assert sven.post("/api/v1/retention/disposals", json=said).status_code == 403
    hidden = {"documents": ["D-000003"]}
    assert mia.post("/api/v1/retention/disposals", json=hidden).status_code == 404
    made = mia.post("/api/v1/retention/disposals", json=said).json()
    path = f"/api/v1/retention/disposals/{made['id']}"
    assert (made["state"], made["may_approve"]) == ("proposed", False)
    assert mia.patch(path, json={"act": "approve"}).status_code == 403
    assert lena.get(path).json()["may_approve"] is True
    approved = lena.patch(path, json={"act": "approve"}).json()
    assert approved["state"] == "approved"
    assert approved["run_after"][:10] == f"{rooms.clock() + timedelta(days=30):%Y-%m-%d}"
    carry_out(rooms, made["id"])
    mia, lena, sven = (rooms.client(name) for name in ("mia", "lena", "sven"))
    assert lena.get(path).json()["state"] == "done"
    lines = lena.get(f"{path}/documents").json()["items"]
    assert [(one["document"], one["outcome"]) for one in lines] == [("D-000001", "destroyed")]
    stone = sven.get("/api/v1/documents/D-000001/tombstone").json()
    assert (stone["authority"], stone["proposed_by"]) == ("Bookkeeping Act", "mia")
    assert stone["lies_at"] == ["filing/order.txt"]
    assert sven.get("/api/v1/retention/tombstones").json()["total"] == 1
    for rest in ("", "/content", "/versions", "/pages/1"):
        assert sven.get(f"/api/v1/documents/D-000001{rest}").status_code == 404
    assert sven.get("/api/v1/documents/D-000003/tombstone").status_code == 404


def test_what_is_held_is_said_to_be_kept_and_no_more(rooms):
    mia, lena = rooms.client("mia"), rooms.client("lena")
    matter = lena.post("/api/v1/matters", json={"name": "Late pumps"}).json()["id"]
    said = {"matter": matter, "name": "Keep", "ground": "court", "seeds": ["PO-2024-113"]}
    assert lena.post("/api/v1/holds", json=said).status_code == 201
    answer = mia.post("/api/v1/retention/disposals", json={"documents": ["D-000001"]})
    assert (answer.status_code, answer.json()["detail"]) == (
        403, "This is kept for legal reasons.",
    )  # fmt: skip
    said = {"documents": ["D-000001"], "ground": "Art. 17"}
    assert mia.post("/api/v1/retention/erasures", json=said).status_code == 403


def test_an_erasure_is_asked_for_with_a_ground_by_api(rooms):
    mia = rooms.client("mia")
    said = {"documents": ["D-000002"], "ground": "Art. 17(1)(a)", "reason": "asked for"}
    made = mia.post("/api/v1/retention/erasures", json=said).json()
    assert (made["what"], made["state"], made["reason"]) == ("erased", "proposed", "asked for")
    path = f"/api/v1/retention/disposals/{made['id']}"
    assert mia.patch(path, json={"act": "call-off"}).status_code == 400
    said = {"act": "call-off", "reason": "withdrawn by the person"}
    assert mia.patch(path, json=said).json()["state"] == "called-off"


def test_the_pages_propose_approve_call_off_and_show_the_tombstone(rooms):
    mia, lena, sven = (rooms.client(name) for name in ("mia", "lena", "sven"))
    assert sven.get("/retention").status_code == 403
    assert "D-000001" in mia.get("/retention").text
    assert "Secret" not in mia.get("/retention").text
    mia.post("/retention", data={"document": ["D-000001"], "reason": "old"})
    page = lena.get("/retention?show=disposals").text
    disposal = page.split('href="/retention/')[1].split('"')[0]
    assert "/approve" in lena.get(f"/retention/{disposal}").text
    assert "/approve" not in mia.get(f"/retention/{disposal}").text
    lena.post(f"/retention/{disposal}/approve", data={})
    carry_out(rooms, int(disposal))
    mia, sven = rooms.client("mia"), rooms.client("sven")
    stone = sven.get("/documents/D-000001")
    assert stone.status_code == 200 and "Bookkeeping Act" in stone.text
    assert "four hundred" not in stone.text
    assert "D-000001" in mia.get("/retention?show=destroyed").text
    mia.post("/retention/erasures", data={"documents": "88213", "ground": "Art. 17"})
    page = mia.get("/retention?show=disposals").text
    other = next(
        one.split('"')[0] for one in page.split('href="/retention/')[1:]
        if not one.startswith(disposal)
    )  # fmt: skip
    mia.post(f"/retention/{other}/call-off", data={"reason": "no"})
    assert "called off" in mia.get(f"/retention/{other}").text


def test_the_command_line_lists_what_is_due_agreed_on_and_left(crossfile):
    for name in ("due", "disposals", "tombstones"):
        status, out, _ = crossfile("retention", name, "--json")
        assert status == 0
        assert json.loads(out) == {"items": [], "total": 0}
        assert crossfile("retention", name)[0] == 0
