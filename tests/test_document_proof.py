"""The proof of one document: true, whole, readable, and silent about what is hidden."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from archive import by_hand, merkle
from archive.access import Viewer, operator
from archive.document_proof import document_proof, proof_page
from archive.notes import PublicKey
from archive.opening import Which, open_document
from archive.references import Target
from tests.small_archive import SmallArchive

ORDER = "Order of bolts\nPO-2024-113\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path, clock)
    house.add("orders/<113>.txt", ORDER, number="PO-2024-113")
    house.add("orders/<113>.txt", f"{ORDER}again\n", number="PO-2024-113")
    house.history.seal(clock())
    yield house
    house.close()


def proof_of(house, number=1, viewer=None):
    with house.database.read() as session:
        by = viewer or operator(session)
        view = open_document(session, by, number, Which())
        return document_proof(session, by, house.history, view, house.clock())


def test_each_event_leads_to_the_head_that_the_checkpoint_signs(house):
    proof = proof_of(house)
    key = PublicKey.of_pem(proof["key"].encode())
    checkpoint = key.checkpoint(proof["checkpoint"].encode())
    assert proof["fingerprint"] == key.fingerprint
    for event in proof["events"]:
        leaf = merkle.leaf_hash(event["line"].encode())
        path = [bytes.fromhex(step) for step in event["path"]]
        at = (event["number"] - 1, checkpoint.size)
        merkle.check_inclusion(*at, leaf, path, checkpoint.head)


def test_each_version_has_the_event_of_its_arrival_with_its_sum(house):
    proof = proof_of(house)
    events = {event["number"]: json.loads(event["line"]) for event in proof["events"]}
    assert [one["version"] for one in proof["versions"]] == [1, 2]
    for one in proof["versions"]:
        arrival = events[one["arrival"]]
        assert arrival["kind"] == "received"
        assert arrival["details"]["sha256"] == one["sha256"]
        assert arrival["details"]["version"] == one["version"]


def test_what_no_checkpoint_covers_yet_is_said_to_be_our_word(house):
    house.add("late.txt", "Late\nPO-9\n", number="PO-9")
    proof = proof_of(house, 2)
    assert {event["path"] for event in proof["events"]} == {None}
    assert "Under no checkpoint yet." in proof_page(proof).decode()


def test_the_page_says_all_of_it_with_every_name_escaped(house):
    proof = proof_of(house)
    page = proof_page(proof).decode()
    assert "<113>" not in page
    text = unescape(page)
    said = [proof["checkpoint"], proof["key"], proof["fingerprint"], "filing/orders/<113>.txt"]
    said += [event["line"] for event in proof["events"]]
    said += [one["sha256"] for one in proof["versions"]]
    assert [one for one in said if one not in text] == []


def test_the_page_tells_the_custody_in_order_and_is_made_for_paper(house):
    page = unescape(proof_page(proof_of(house)).decode())
    _, custody = page.split("<h2>Custody")
    kinds = [json.loads(event["line"])["kind"] for event in proof_of(house)["events"]]
    assert re.findall(r"<summary>Event \d+, \S+: (\S+) by system", custody) == kinds
    assert kinds[0] == "received" and "@page { size: a4" in page


def test_what_was_done_with_regard_to_something_hidden_is_not_in_the_proof(house):
    with house.database.read() as session:
        viewer = Viewer("user:2", "legal", operator(session).reads, frozenset())
    before = proof_of(house, viewer=viewer)
    house.add("secret.txt", "Secret\nPO-9\n", number="PO-9", collection="secret")
    with house.database.write() as session:
        by, hidden = operator(session), Target("document", 2)
        by_hand.add_reference(session, by, 1, "cites", hidden, house.clock())
    house.history.seal(house.clock())
    assert {**proof_of(house, viewer=viewer), "made_at": before["made_at"]} == before
    assert len(proof_of(house)["events"]) > len(before["events"])
