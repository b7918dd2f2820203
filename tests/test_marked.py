"""What is done with marked documents of a list: exported, put into a matter."""

from __future__ import annotations

import csv
import io

import pytest

from archive import accounts, grants, matter_entries, matter_history, matters
from archive.access import operator, viewer_of
from archive.matters import MatterSaid


@pytest.fixture(autouse=True)
def with_leah(rooms):
    """A lawyer who may read what is in `general`."""
    with rooms.archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        accounts.create(session, "leah", "legal", by=by, at=at)
        grants.grant(session, "general", "read", by=by, at=at, user="leah")


def leah(rooms, session):
    account = accounts.find(session, "leah")
    return viewer_of(session, account, f"user:{account.id}")


def open_matter(rooms, name="Late pumps"):
    with rooms.archive.database.write() as session:
        return matters.create(session, leah(rooms, session), MatterSaid(name), rooms.clock()).id


def test_marked_documents_come_as_a_table_in_the_order_of_the_list(rooms):
    with rooms.client("sven") as client:
        marked = "document=D-000002&document=D-000001&document=D-000003&document=D-000099"
        answer = client.get(f"/marked/documents.csv?{marked}&back=/&target=&relation=cites")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["document"] for line in lines] == ["D-000002", "D-000001"]
    assert (lines[0]["number"], lines[0]["collection"]) == ("88213", "general")
    assert lines[0]["path"].endswith("bill.txt") and len(lines[0]["sha256"]) == 64


def test_who_has_marked_nothing_is_told_so(rooms):
    with rooms.client("sven") as client:
        answer = client.get("/marked/documents.csv?back=/?q=bill")
        assert (answer.status_code, answer.headers["location"]) == (303, "/?q=bill")
        assert "Mark some documents first." in client.get("/keys").text


def test_marked_documents_are_put_into_a_matter_with_a_reason(rooms):
    matter = open_matter(rooms)
    with rooms.client("leah") as client:
        page = client.get("/marked/matter?document=D-000002&document=D-000001&back=/?q=x").text
        assert "Late pumps" in page and 'href="/documents/D-000002"' in page
        form = {"document": ["D-000002", "D-000001"], "matter": str(matter), "back": "/?q=x"}
        unsaid = client.post("/marked/matter", data=form)
        assert unsaid.headers["location"].startswith("/marked/matter?document=D-000002")
        answer = client.post("/marked/matter", data=form | {"reason": "they are late"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/?q=x")
        other = client.post("/marked/matter", data=form | {"matter": "12", "reason": "x"})
        assert other.status_code == 404
    with rooms.archive.database.read() as session:
        lines = matter_entries.list_entries(session, leah(rooms, session), matter).items
    assert sorted(line.document for line in lines) == ["D-000001", "D-000002"]
    assert {line.said["decision"].reason for line in lines} == {"they are late"}


def test_that_ones_matters_were_looked_at_for_a_choice_stands_in_their_history(rooms):
    matter = open_matter(rooms)
    with rooms.client("leah") as client:
        client.get("/marked/matter?document=D-000001")
    with rooms.archive.database.read() as session:
        told = matter_history.history_of(session, leah(rooms, session), matter).items
    assert [one["what"] for one in told] == ["matter-read", "matter-opened"]
