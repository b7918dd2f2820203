"""Passwords on pages: everybody's own, and those that an administrator sets."""

from __future__ import annotations

import re

from archive import accounts, grants, groups
from archive.access import operator
from tests.shell import PASSWORD


def signs_in(rooms, name, password):
    with rooms.client(name) as client:
        client.cookies.clear()
        return client.post("/sign-in", data={"name": name, "password": password}).status_code == 303


def test_who_came_by_a_link_sets_a_password_and_changes_it_on_the_page(rooms):
    another = "another sentence of mine"
    with rooms.client("sven") as client:
        assert 'name="old"' not in client.get("/account").text
        assert client.post("/account/password", data={"new": PASSWORD}).status_code == 303
        assert signs_in(rooms, "sven", PASSWORD)
        assert 'name="old"' in client.get("/account").text
        for old in ("", "wrong"):
            refused = client.post("/account/password", data={"old": old, "new": another})
            assert refused.status_code == 422
            assert "The old password is wrong." in refused.text
        changed = {"old": PASSWORD, "new": another}
        assert client.post("/account/password", data=changed).status_code == 303
    assert signs_in(rooms, "sven", another) and not signs_in(rooms, "sven", PASSWORD)


def test_an_administrator_sets_a_password_on_the_page_and_nobody_else_does(rooms):
    with rooms.archive.database.write() as session:
        accounts.create(session, "ada", "administrator", by=operator(session), at=rooms.clock())
        sven = accounts.find(session, "sven").id
    with rooms.client("cora") as client:
        refused = client.post(f"/users/{sven}", data={"password": PASSWORD})
    assert refused.status_code == 403 and not signs_in(rooms, "sven", PASSWORD)
    with rooms.client("ada") as client:
        assert f'action="/users/{sven}"' in client.get("/users").text
        weak = client.post(f"/users/{sven}", data={"password": "short"})
        assert "A password has 12 to 1024 characters." in weak.text
        assert client.post(f"/users/{sven}", data={"password": PASSWORD}).status_code == 303
    assert signs_in(rooms, "sven", PASSWORD)


def test_of_a_user_and_a_group_of_one_name_the_page_asks_which_is_meant(rooms):
    with rooms.archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        accounts.create(session, "ada", "administrator", by=by, at=at)
        groups.make_group(session, "sven", by=by, at=at)
        before = len(grants.list_grants(session, by=by).items)
    with rooms.client("ada") as client:
        told = {"who": "sven", "collection": "general", "what": "write", "back": "/users"}
        answer = client.post("/grants", data=told)
        page = answer.text if answer.status_code != 303 else client.get("/users").text
        assert "A user and a group are called sven." in page
    with rooms.archive.database.read() as session:
        assert len(grants.list_grants(session, by=operator(session)).items) == before


def test_a_grant_that_was_taken_back_is_given_again_by_the_button_of_the_next_page(rooms):
    with rooms.archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        accounts.create(session, "ada", "administrator", by=by, at=at)
        groups.make_group(session, "sven", by=by, at=at)  # called as a user is
        granted = grants.find_grant(session, "general", user="sven")
    with rooms.client("ada") as client:
        assert client.post(f"/grants/{granted}/remove", data={}).status_code == 303
        page = client.get("/users").text
        assert "The grant is taken back." in page
        undo = re.search(r'<form method="post" action="/grants">(.*?)</form>', page, re.S)[1]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo))
        assert "Undo" in undo and client.post("/grants", data=fields).status_code == 303
    with rooms.archive.database.read() as session:
        found = grants.list_grants(session, by=operator(session)).items
    assert [one.right for one in found if one.user == "sven"] == ["read"]
    assert not [one for one in found if one.group]
