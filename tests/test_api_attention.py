"""The list of attention over HTTP: what is on it for whom, and what becomes of its lines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from archive import accounts, grants
from archive.access import operator
from archive.attention import Wish, list_attention
from archive.models import Grant
from archive.owners import NOBODY


def lines(client, **more):
    answer = client.get("attention", params={"limit": 200, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def item(client, kind, text):
    found = [line for line in lines(client, kind=kind) if text in line["text"]]
    return found[0]["item"] if found else None


def test_an_unreadable_file_is_listed_with_its_reason_owner_and_age(house):
    (line,) = lines(house.by("sven"), kind="unreadable")
    assert (line["path"], line["reason_code"]) == ("filing/broken.pdf", "damaged")
    assert (line["owner"], line["age_days"]) == ("karin", 0)
    assert "filing/broken.pdf" in line["text"]
    assert "retry" in line["helps"]
    groups = house.by("sven").get("attention").json()["groups"]
    assert {"kind": "unreadable", "reason_code": "damaged", "count": 1, "is_more": False} in groups


def test_a_wanted_number_is_one_line_with_who_cites_it(house):
    wanted = {line["identifier"]: line for line in lines(house.by("sven"), kind="waiting")}
    line = wanted["RA-2021-07"]
    assert line["count"] == 1
    assert line["text"] == "RA-2021-07 is cited by 1 document and is not in the archive."
    assert [one["source_path"] for one in line["cited_by"]] == ["filing/invoices/88213.txt"]


def test_numbers_that_name_no_document_are_no_missing_documents(house):
    client = house.by("sven")
    document = house.document("filing/invoices/88213.txt")
    out = client.get(f"documents/{document}/references").json()["out"]
    waiting = {one["scheme"] for one in out if one["status"] == "waiting"}
    assert waiting == {"contract", "product", "vat", "organisation"}
    assert {line["scheme"] for line in lines(client, kind="waiting")} == {"contract"}
    missing = client.get(f"trail?seed={document}").json()["missing"]
    assert [line["scheme"] for line in missing] == ["contract"]


def test_what_is_wanted_depends_on_what_one_sees(house):
    assert item(house.by("sven"), "waiting", "RA-2021-07")
    assert not item(house.by("ada"), "waiting", "RA-2021-07")


def test_an_ambiguous_number_comes_with_what_speaks_for_each(house):
    (line,) = lines(house.by("sven"), kind="ambiguous")
    assert line["reference"]["identifier"] == "PO-7700"
    first, second = line["candidates"]
    assert {first["path"], second["path"]} == {
        "filing/orders/twin-1.txt",
        "filing/orders/twin-2.txt",
    }
    speaks = {one["path"]: [reason["id"] for reason in one["speaks"]] for one in (first, second)}
    assert "days-before" in speaks["filing/orders/twin-1.txt"]
    assert "days-after" in speaks["filing/orders/twin-2.txt"]


def test_the_list_is_asked_for_by_kind_owner_and_in_parts(house):
    client = house.by("ada")
    every = lines(client)
    assert lines(client, owner="karin") == [one for one in every if one["owner"] == "karin"]
    assert lines(client, owner="nobody") == []
    assert [*lines(client, limit=1), *lines(client, limit=2, offset=1)] == every[:3]
    answer = client.get("attention?kind=colour")
    assert (answer.status_code, "colour" in answer.json()["detail"]) == (400, True)


def without_owner(house, owner=None):
    """The list as it is where the configuration names no owner."""
    services = house.services
    roots = tuple(root.model_copy(update={"owner": ""}) for root in services.config.roots)
    config = services.config.model_copy(update={"roots": roots})
    with services.database.read() as session:
        wish = Wish(owner=owner, limit=200)
        return list_attention(session, operator(session), config, wish, services.clock())


def test_coordinators_look_after_what_is_below_a_root_without_an_owner(house):
    every = without_owner(house)
    own = [line for line in every["items"] if line["owners"] == ["karin"]]
    assert {line["kind"] for line in own} >= {"unreadable", "ambiguous"}
    assert {line["owner"] for line in own} == {None}
    assert "karin" in every["owners"]
    assert without_owner(house, "karin")["items"] == own


def test_what_nobody_looks_after_is_said_and_asked_for(house):
    services = house.services
    with services.database.write() as session:
        by, at = operator(session), services.clock()
        user = accounts.find(session, "karin").id
        held = session.scalars(select(Grant).where(Grant.account_id == user)).one()
        grants.revoke(session, held.id, by=by, at=at)
    try:
        every = without_owner(house)
        assert {tuple(line["owners"]) for line in every["items"]} == {()}
        assert every["owners"] == [NOBODY]
        assert without_owner(house, NOBODY)["items"] == every["items"]
    finally:
        with services.database.write() as session:
            grants.grant(session, "general", "write", by=by, at=at, user="karin")


def test_a_line_is_set_aside_until_a_day_and_brought_back(house):
    karin = house.by("karin")
    line = item(karin, "waiting", "RA-2021-07")
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    assert karin.post(f"attention/{line}/aside", json={"until": tomorrow}).status_code == 204
    assert not item(karin, "waiting", "RA-2021-07")
    assert karin.delete(f"attention/{line}/aside").status_code == 204
    assert item(karin, "waiting", "RA-2021-07") == line


def test_a_line_is_explained_away_with_a_reason_only(house):
    karin = house.by("karin")
    line = item(karin, "ambiguous", "PO-7700")
    assert karin.post(f"attention/{line}/aside", json={}).status_code == 400
    past = {"until": "2020-01-01"}
    assert karin.post(f"attention/{line}/aside", json=past).status_code == 400
    reason = {"reason": "both were cancelled"}
    assert karin.post(f"attention/{line}/aside", json=reason).status_code == 204
    assert not item(karin, "ambiguous", "PO-7700")
    assert karin.delete(f"attention/{line}/aside").status_code == 204


def test_only_who_may_file_puts_aside_and_tries_again(house):
    sven = house.by("sven")
    line = item(sven, "unreadable", "broken.pdf")
    assert sven.post(f"attention/{line}/aside", json={"reason": "x"}).status_code == 403
    assert sven.post(f"attention/{line}/retry", json={}).status_code == 403


@pytest.mark.parametrize(
    "line",
    ["unreadable:999/1", "waiting:1/contract/NONE", "waiting:x", "proposal:1", "trouble:a/b", "x"],
)
def test_a_line_that_is_not_there_is_not_found(house, line):
    answer = house.by("karin").post(f"attention/{line}/aside", json={"reason": "x"})
    assert answer.status_code == 404


def test_a_hidden_line_is_answered_like_an_absent_one(house):
    hidden = int(house.document("filing/legal/secret.txt").removeprefix("D-"))
    answers = [
        house.by("karin").post(f"attention/unreadable:{one}/1/retry", json={})
        for one in (hidden, 999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (
        answers[0].json()["detail"].replace(f":{hidden}/", ":999/") == answers[1].json()["detail"]
    )


def test_an_unreadable_file_is_tried_again(house):
    karin = house.by("karin")
    line = item(karin, "unreadable", "broken.pdf")
    answer = karin.post(f"attention/{line}/retry", json={"alike": True})
    assert (answer.status_code, answer.json()) == (202, {"versions": 1})
    assert house.by("ada").get("status").json()["queue"] == {"parse": 1}
    house.read()
    assert item(karin, "unreadable", "broken.pdf") == line
    waiting = item(karin, "waiting", "RA-2021-07")
    assert karin.post(f"attention/{waiting}/retry", json={}).status_code == 400


def test_a_decision_settles_a_line_and_a_change_of_its_target_brings_it_up(house):
    karin = house.by("karin")
    (line,) = lines(karin, kind="ambiguous")
    reference = line["reference"]
    what = {name: reference[name] for name in ("scheme", "key", "relation")}
    twin = house.document("filing/orders/twin-1.txt")
    ruling = {**what, "decision": "confirm", "target": twin}
    answer = karin.post(f"documents/{reference['source']}/rulings", json=ruling)
    assert answer.status_code == 204, answer.text
    assert lines(karin, kind="ambiguous") == lines(karin, kind="suspect") == []
    path = house.tree / "orders" / "twin-1.txt"
    path.write_text(path.read_text().replace("Bolts", "Bolts and screws"))
    house.read()
    (suspect,) = lines(karin, kind="suspect")
    assert suspect["reference"]["target"] == twin
    assert suspect["reference"]["suspect"]
    again = [{**ruling, "document": reference["source"]}]
    assert karin.post("rulings", json=again).json() == {"rulings": 1}
    assert lines(karin, kind="suspect") == []


def test_rulings_are_made_all_or_none(house):
    karin, invoice = house.by("karin"), house.document("filing/invoices/88213.txt")
    good = {
        "document": invoice, "scheme": "contract", "key": "RA202107", "relation": "under",
        "decision": "reject",
    }  # fmt: skip
    answer = karin.post("rulings", json=[good, {**good, "key": "NONE"}])
    assert answer.status_code == 404
    assert item(karin, "waiting", "RA-2021-07")
    assert karin.post("rulings", json=[good]).json() == {"rulings": 1}
    assert not item(karin, "waiting", "RA-2021-07")
    assert karin.post("rulings", json=[{**good, "decision": "withdraw"}]).status_code == 200
    assert item(karin, "waiting", "RA-2021-07")


def test_status_counts_what_one_may_read(house):
    ada, sven = (house.by(name).get("status").json() for name in ("ada", "sven"))
    assert sum(ada["documents"].values()) == sum(sven["documents"].values()) + 1
    assert sven["collections"] == ["general"]
    assert "queue" in ada
    assert "queue" not in sven


def test_the_service_is_ready_while_the_vault_can_be_written(house):
    client = house.by("ada")
    assert client.get("http://testserver/readyz").text == "yes\n"
    tmp = house.services.vault.tmp
    tmp.rename(tmp.with_name("away"))
    try:
        assert client.get("http://testserver/readyz").status_code == 503
    finally:
        tmp.with_name("away").rename(tmp)
