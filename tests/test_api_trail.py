"""Trails over HTTP: as an answer, as a table, as a package."""

from __future__ import annotations

import csv
import io
import json
import zipfile

from archive.bags import check_bag


def test_a_trail_holds_what_hangs_together_in_order_of_time(house):
    trail = house.by("sven").get("trail?seed=PO-2024-113").json()
    dates = [entry["date"] or entry["received_at"][:10] for entry in trail["entries"]]
    assert dates == sorted(dates)
    entries = {entry["path"]: entry for entry in trail["entries"]}
    assert entries["filing/orders/order.pdf"]["because"] == []
    because = entries["filing/invoices/88213.txt"]["because"][0]
    assert (because["relation"], because["quote"]) == ("bills", "PO-2024-113")
    assert [end["identifier"] for end in trail["missing"]] == ["RA-2021-07"]


def test_a_hidden_document_is_missing_from_a_trail_like_an_absent_one(house):
    ada = house.by("ada").get("trail?seed=88213").json()
    assert "filing/legal/secret.txt" in [entry["path"] for entry in ada["entries"]]
    sven = house.by("sven").get("trail?seed=88213").json()
    assert "legal" not in json.dumps(sven)
    hidden = house.by("sven").get("trail?seed=filing/legal/secret.txt")
    absent = house.by("sven").get("trail?seed=filing/legal/absent.txt")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"].replace("absent", "secret")


def test_a_number_that_two_documents_bear_is_refused_and_both_are_named(house):
    twins = [house.document(f"filing/orders/twin-{number}.txt") for number in (1, 2)]
    client = house.by("karin")
    by_hand = {"relation": "cites", "target": "PO-7700"}
    answers = [
        client.get("trail?seed=PO-7700"),
        client.get("trail.csv?seed=po 7700"),
        client.post(f"documents/{twins[0]}/references", json=by_hand),
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert all(twin in answer.json()["detail"] for twin in twins)
    assert client.get(f"trail?seed={twins[0]}").status_code == 200


def test_the_page_of_a_trail_leads_to_each_document_that_bears_the_number(house):
    page = house.by("sven").get("http://testserver/trail?seed=PO-7700&depth=1").text
    for number in (1, 2):
        twin = house.document(f"filing/orders/twin-{number}.txt")
        assert f"/trail?seed={twin}&depth=1" in page


def test_a_trail_is_limited_by_depth_and_days(house):
    client = house.by("sven")
    alone = client.get("trail?seed=PO-2024-113&depth=0").json()
    assert [entry["depth"] for entry in alone["entries"]] == [0]
    until = client.get("trail?seed=PO-2024-113&until=2024-03-01").json()
    assert [entry["number"] for entry in until["entries"]] == ["PO-2024-113"]


def test_several_seeds_make_one_trail(house):
    query = [("seed", "PO-2024-113"), ("seed", "90001")]
    trail = house.by("ada").get("trail", params=query).json()
    assert [seed["asked"] for seed in trail["seeds"]] == ["PO-2024-113", "90001"]
    assert {"PO-2024-113", "90001"} <= {entry["number"] for entry in trail["entries"]}


def test_a_trail_that_makes_no_sense_is_refused(house):
    client = house.by("ada")
    for wrong in ("", "seed=", "seed=a&depth=11", "seed=a&since=yesterday", "seed=a&sead=b"):
        assert client.get(f"trail?{wrong}").status_code == 422, wrong


def test_a_trail_is_a_table_too(house):
    answer = house.by("sven").get("trail.csv?seed=PO-2024-113")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0]["because"] == "asked for"
    because = {line["number"]: line["because"] for line in lines}
    assert "bills PO-2024-113" in because["88213"]
    assert {line["status"] for line in lines if line["document"]} == {"in"}


def test_the_table_of_a_trail_names_its_gaps_after_the_entries(house):
    client = house.by("sven")
    (gap,) = client.get("trail?seed=PO-2024-113").json()["missing"]
    answer = client.get("trail.csv?seed=PO-2024-113").content.decode("utf-8-sig")
    last = list(csv.DictReader(io.StringIO(answer)))[-1]
    assert (last["document"], last["number"], last["status"]) == ("", "RA-2021-07", "waiting")
    assert last["because"].startswith(f"{gap['from']} {gap['relation']} RA-2021-07")


def test_a_package_is_a_valid_bag_with_the_originals_and_is_recorded(house, tmp_path):
    client = house.by("karin")
    answer = client.get("trail.zip?seed=PO-2024-113")
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    path = tmp_path / "package.zip"
    path.write_bytes(answer.content)
    assert [finding for finding in check_bag(path) if finding.is_error] == []
    with zipfile.ZipFile(path) as package:
        (name,) = [name for name in package.namelist() if name.endswith("order.pdf")]
        assert package.read(name) == (house.tree / "orders" / "order.pdf").read_bytes()
    left = list((house.config.data.folder / "cache" / "packages").iterdir())
    assert left == []


def test_a_package_is_made_by_those_who_may(house):
    assert house.by("sven").get("trail.zip?seed=PO-2024-113").status_code == 403
