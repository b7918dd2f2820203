"""Searches that people keep: what is new since they looked, by function, API and page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from archive import saved_searches
from archive.access import Viewer
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.models import Account, Collection, Document, SavedSearch, Version
from archive.saved_searches import MOST
from tests.api_house import opened_house
from tests.small_archive import SmallArchive
from web.render import Pages


class SearchHouse(SmallArchive):
    """A small archive with two people; a search finds the documents whose file has it in it."""

    def __init__(self, url, folder, clock):
        super().__init__(url, folder, clock)
        self.add("pump one.txt", "Pump P-1", number="P-1")
        self.add("bolt.txt", "Bolt B-1", number="B-1")
        with self.database.write() as session:
            for name in ("eva", "adam"):
                session.add(Account(name=name, role="staff", created_at=clock()))

    def person(self, name: str = "eva", *collections: str) -> Viewer:
        with self.database.read() as session:
            number = session.scalar(select(Account.id).where(Account.name == name))
            wanted = select(Collection.id).where(Collection.name.in_(collections or ("general",)))
            seen = frozenset(session.scalars(wanted))
        return Viewer(f"user:{number}", "staff", seen, frozenset(), number, name)

    def searching(self, session, viewer, query, as_of):
        if query == "all":
            raise UsageError("The search %(query)s finds more documents than can be listed.",
                             query=query)  # fmt: skip
        numbers = self.names_of(session)
        return [one for one, name in numbers.items() if query in name]

    def names_of(self, session):
        rows = session.execute(
            select(Document.id, Version.file_name).join(
                Version, Version.id == Document.current_version_id
            )
        )
        return {row[0]: row[1] for row in rows}

    def keep(self, query="pump", name="", by=None):
        by = by or self.person()
        with self.database.write() as session:
            found = self.searching(session, by, query, None)
            return saved_searches.save(session, by, name, query, found, self.clock.step())

    def news(self, kept, by=None):
        with self.database.read() as session:
            return saved_searches.news_of(
                session, by or self.person(), kept.id, searching=self.searching
            )

    def look(self, kept, by=None, until=None):
        news = self.news(kept, by)
        with self.database.write() as session:
            saved_searches.look(
                session, by or self.person(), kept.id, news, self.clock.step(), until=until
            )


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SearchHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def test_what_is_filed_after_one_looked_is_new_until_one_looks_again(house):
    kept = house.keep()
    assert house.news(kept).new == ()
    house.clock.step()
    house.add("pump two.txt", "Pump P-2", number="P-2")
    assert house.news(kept).new == (3,)
    assert len(house.news(kept).found) == 2
    house.look(kept)
    assert house.news(kept).new == ()


def test_another_version_of_what_was_found_is_new(house):
    kept = house.keep()
    with house.database.read() as session:
        before = session.get_one(Document, 1).current_version_id
    house.clock.step()
    house.add("pump one.txt", "Pump P-1, changed", number="P-1")
    with house.database.read() as session:
        assert session.get_one(Document, 1).current_version_id != before
    assert house.news(kept).new == (1,)


def test_what_came_in_after_the_page_was_made_stays_new(house):
    kept = house.keep()
    house.clock.step()
    house.add("pump two.txt", "Pump P-2", number="P-2")
    until = house.clock.step()
    house.clock.step()
    house.add("pump three.txt", "Pump P-3", number="P-3")
    house.look(kept, until=until)
    assert house.news(kept).new == (4,)


def test_what_one_may_not_see_is_neither_found_nor_counted(house):
    kept = house.keep()
    house.add("pump hidden.txt", "Pump P-9", number="P-9", collection="board")
    assert house.news(kept).new == ()
    assert len(house.news(kept, house.person("eva", "general", "board")).new) == 1
    assert list(house.news(kept, house.person("eva", "board")).found) == [3]


def test_a_search_is_there_for_its_person_alone(house):
    kept = house.keep()
    with house.database.read() as session:
        assert saved_searches.list_searches(session, house.person("adam")) == []
        assert saved_searches.list_searches(session, house.person()) == [kept]
    for act in (house.news, house.look):
        with pytest.raises(NotFound):
            act(kept, house.person("adam"))
    with house.database.write() as session, pytest.raises(NotFound):
        saved_searches.remove(session, house.person("adam"), kept.id, house.clock())
    nobody = replace(house.person(), account_id=None)
    with pytest.raises(NotAllowed):
        house.keep(by=nobody)


def test_what_is_removed_can_be_kept_after_all(house):
    kept = house.keep()
    with house.database.write() as session:
        saved_searches.remove(session, house.person(), kept.id, house.clock())
    with house.database.read() as session:
        assert saved_searches.list_searches(session, house.person()) == []
    with house.database.write() as session:
        saved_searches.restore(session, house.person(), kept.id)
    assert house.news(kept).new == ()


def test_a_search_that_finds_too_much_is_not_kept_and_says_so_where_it_was(house):
    with pytest.raises(UsageError, match="more documents"):
        house.keep("all")
    kept = house.keep()
    with house.database.write() as session:
        session.get_one(SavedSearch, kept.id).query = "all"
    assert house.news(kept).failure is not None
    with pytest.raises(UsageError):
        house.look(kept)


@pytest.mark.parametrize(("query", "name"), [("", "x"), ("x" * 2001, ""), ("x", "a\nb" * 60)])
def test_what_is_no_search_and_no_name_is_refused(house, query, name):
    with pytest.raises(UsageError):
        house.keep(query, name)


def test_one_keeps_so_many_and_no_more(house):
    for _ in range(MOST):
        house.keep()
    with pytest.raises(Conflict):
        house.keep()
    house.keep(by=house.person("adam"))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    with opened_house(f"sqlite:///{folder / 'crossfile.sqlite'}", folder) as served:
        yield served


def test_by_api_and_page_a_search_is_kept_looked_at_and_removed(served):
    karin = served.by("karin")
    kept = karin.post("saved-searches", json={"query": "kind:invoice", "name": "Bills"})
    assert kept.status_code == 201, kept.text
    number = kept.json()["id"]
    (served.tree / "invoices" / "5005.txt").write_text(
        "INVOICE\nInvoice number: 5005\nDate: 2024-07-01\nSeller: Norrgjuteri AB\n"
    )
    served.read()
    (told,) = karin.get("saved-searches").json()["items"]
    assert (told["name"], told["new"], told["reason"]) == ("Bills", 1, "")
    new = karin.get(f"saved-searches/{number}/new").json()
    assert (new["total"], new["items"][0]["number"]) == (1, "5005")
    assert served.by("sven").get("saved-searches").json() == {"items": []}
    assert served.by("sven").get(f"saved-searches/{number}/new").status_code == 404
    pages = TestClient(
        create_app(served.services, Pages()), follow_redirects=False,
        headers={**karin.headers, "accept": "text/html"},
    )  # fmt: skip
    assert "1 new document" in pages.get("/saved-searches").text
    page = pages.get(f"/saved-searches/{number}").text
    assert "5005" in page
    assert 'name="query" value="kind:invoice 5005"' in pages.get("/?q=kind:invoice+5005").text
    own = {"sec-fetch-site": "same-origin"}
    done = pages.post(f"/saved-searches/{number}/looked", data={"back": "/"}, headers=own)
    assert done.status_code == 303
    assert karin.get("saved-searches").json()["items"][0]["new"] == 0
    assert karin.put(f"saved-searches/{number}/looked", json={}).status_code == 204
    saved = pages.post("/saved-searches", data={"query": "washers"}, headers=own)
    assert saved.status_code == 303
    assert len(karin.get("saved-searches").json()["items"]) == 2
    gone = pages.post(f"/saved-searches/{number}/removed", data={}, headers=own)
    assert gone.status_code == 303
    assert karin.get(f"saved-searches/{number}/new").status_code == 404
    restored = pages.post(f"/saved-searches/{number}/restored", data={}, headers=own)
    assert restored.status_code == 303
    assert karin.delete(f"saved-searches/{number}").status_code == 204
