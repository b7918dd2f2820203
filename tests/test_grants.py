"""What people are granted, what is remembered of changes, how often one may try."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from archive import accounts, events, grants, groups, sign_ins, tokens
from archive.access import ROLES, Right, Viewer, operator
from archive.errors import Conflict, NotAllowed, NotFound, TooManyTries, UsageError
from archive.models import Account
from archive.throttle import MOST_KEYS, Throttle


def test_who_is_granted_nothing_sees_nothing(people):
    people.do(grants.make_collection, "general")
    for role, rights in ROLES.items():
        viewer = people.viewer(people.user(role, role))
        assert bool(viewer.reads) is (Right.ADMINISTER in rights)
        assert viewer.writes == viewer.reads


def test_an_administrator_sees_collections_that_came_later(people):
    secret = people.session_of(people.user("ada", "administrator"))
    made = people.do(grants.make_collection, "later")
    assert people.by_session(secret).viewer.reads == {made.id}


def test_a_grant_is_seen_with_the_next_request_and_gone_with_the_next(people):
    eva = people.user("eva", "coordinator")
    general = people.do(grants.make_collection, "general").id
    legal = people.do(grants.make_collection, "legal").id
    secret = people.session_of(eva)
    token = people.do(tokens.make_token, eva, "t")[1]
    people.do(grants.grant, "general", "read", user="EVA")
    people.do(grants.grant, "legal", "write", user="eva")
    for signed_in in (people.by_session(secret), people.by_token(token)):
        assert signed_in.viewer.reads == {general, legal}
        assert signed_in.viewer.writes == {legal}
    with people.database.read() as session:
        grant_id = grants.find_grant(session, "legal", user="eva")
    people.do(grants.revoke, grant_id)
    assert people.by_session(secret).viewer.reads == {general}
    with pytest.raises(NotFound):
        people.do(grants.revoke, grant_id)


def test_what_a_group_is_granted_its_members_have(people):
    eva, bo = people.user("eva"), people.user("bo")
    general = people.do(grants.make_collection, "general").id
    group = people.do(groups.make_group, "sales").id
    people.do(grants.grant, "general", "write", group="sales")
    people.do(groups.join, group, eva)
    people.do(groups.join, group, eva)
    assert people.viewer(eva).writes == {general}
    assert people.viewer(bo).reads == frozenset()
    people.do(groups.leave, group, eva)
    assert people.viewer(eva).reads == frozenset()
    people.do(groups.join, group, eva)
    people.do(groups.remove_group, group)
    assert people.viewer(eva).reads == frozenset()
    assert sum(line["kind"] == "group-joined" for line in people.lines()) == 2


def test_a_grant_to_the_same_replaces_what_stood(people):
    people.user("eva", "coordinator")
    people.do(grants.make_collection, "general")
    people.do(groups.make_group, "eva")
    first = people.do(grants.grant, "general", "read", user="eva")
    group = people.do(grants.grant, "general", "read", group="eva")
    again = people.do(grants.grant, "general", "write", user="eva")
    assert first.id == again.id != group.id
    with people.database.read() as session:
        rows = grants.list_grants(session, by=operator(session))
    assert {(row.user, row.group, row.right) for row in rows.items} == {
        ("eva", None, "write"),
        (None, "eva", "read"),
    }
    before = len(people.lines())
    people.do(grants.grant, "general", "write", user="eva")
    assert len(people.lines()) == before


def test_a_grant_names_what_is_there(people):
    people.user("eva")
    people.do(grants.make_collection, "general")
    for wrong in ({"user": "bo"}, {"group": "sales"}):
        with pytest.raises(NotFound):
            people.do(grants.grant, "general", "read", **wrong)
    with pytest.raises(NotFound):
        people.do(grants.grant, "legal", "read", user="eva")
    for wrong in ({}, {"user": "eva", "group": "sales"}):
        with pytest.raises(UsageError):
            people.do(grants.grant, "general", "read", **wrong)
    with pytest.raises(UsageError):
        people.do(grants.grant, "general", "rule", user="eva")


def test_one_lists_only_the_collections_that_one_reads(people):
    eva = people.user("eva")
    people.do(grants.make_collection, "general")
    people.do(grants.make_collection, "legal")
    people.do(grants.grant, "general", "read", user="eva")
    viewer = people.viewer(eva)
    with people.database.read() as session:
        listing = grants.list_collections(session, by=viewer)
    assert ([row.name for row in listing.items], listing.total) == (["general"], 1)


ADMINISTERS = {
    "create": (accounts.create, ("new", "staff"), {}),
    "set_role": (accounts.set_role, (1, "administrator"), {}),
    "set_password": (accounts.set_password, (999, "hash"), {}),
    "disable": (accounts.disable, (1,), {}),
    "enable": (accounts.enable, (1,), {}),
    "make_link": (sign_ins.make_link, (1,), {"lifetime": timedelta(hours=1)}),
    "make_token": (tokens.make_token, (1, "t"), {}),
    "make_collection": (grants.make_collection, ("c",), {}),
    "grant": (grants.grant, ("general", "read"), {"user": "ada"}),
    "revoke": (grants.revoke, (1,), {}),
    "make_group": (groups.make_group, ("g",), {}),
    "remove_group": (groups.remove_group, (1,), {}),
    "join": (groups.join, (1, 1), {}),
    "leave": (groups.leave, (1, 1), {}),
}


@pytest.mark.parametrize("what", ADMINISTERS)
def test_only_administrators_administer(people, what):
    people.user("ada", "administrator")
    work, arguments, keywords = ADMINISTERS[what]
    for role, rights in ROLES.items():
        if Right.ADMINISTER not in rights:
            viewer = Viewer("user:7", role, frozenset({1}), frozenset({1}), 7)
            with pytest.raises(NotAllowed):
                people.do(work, *arguments, by=viewer, **keywords)


def test_every_change_leaves_an_event_of_ids_and_no_names(people):
    eva = people.user("eva-the-unmistakable")
    people.user("ada", "administrator")
    people.do(grants.make_collection, "unmistakable")
    people.do(grants.grant, "unmistakable", "read", user="eva-the-unmistakable")
    people.do(groups.make_group, "unmistakable too")
    people.do(accounts.set_role, eva, "legal")
    people.session_of(eva)
    people.do(accounts.disable, eva)
    kinds = [line["kind"] for line in people.lines()]
    assert kinds == [
        "user-added",
        "user-added",
        "collection-made",
        "granted",
        "group-made",
        "role-set",
        "signed-in",
        "user-disabled",
    ]
    assert "unmistakable" not in json.dumps(people.lines())
    with people.database.read() as session:
        assert events.damage(session) == []


def test_a_refused_change_leaves_no_event(people):
    people.user("eva")
    before = people.lines()
    with pytest.raises(Conflict):
        people.user("eva")
    assert people.lines() == before


def test_lists_come_in_parts(people):
    for number in range(5):
        people.user(f"u{number}")
    with people.database.read() as session:
        part = accounts.list_users(session, by=operator(session), limit=2, offset=3)
    assert ([user.name for user in part.items], part.total) == (["u3", "u4"], 5)


def test_a_language_is_one_of_ours(people):
    eva = people.user("eva")
    viewer = people.viewer(eva)
    with people.database.write() as session:
        accounts.set_language(session, eva, "sv", by=viewer)
        with pytest.raises(UsageError):
            accounts.set_language(session, eva, "tlh", by=viewer)
        with pytest.raises(NotAllowed):
            accounts.set_language(session, eva + 1, "sv", by=viewer)
        assert session.get(Account, eva).language == "sv"
    assert people.viewer(eva).language == "sv"


def test_the_sixth_try_in_a_minute_has_to_wait(clock):
    throttle = Throttle()
    for _ in range(5):
        throttle.take("eva", clock.step(seconds=10))
    with pytest.raises(TooManyTries) as refused:
        throttle.take("eva", clock())
    assert refused.value.wait_s == 20
    assert "20 seconds" in str(refused.value)
    throttle.take("bo", clock())
    throttle.take("eva", clock.step(seconds=20))


def test_a_right_try_is_forgiven(clock):
    throttle = Throttle(most=1)
    throttle.take("eva", clock())
    throttle.forgive("eva")
    throttle.take("eva", clock())


def test_a_flood_of_names_costs_bounded_memory(clock):
    throttle = Throttle(most=1)
    for number in range(MOST_KEYS + 10):
        throttle.take(f"name {number}", clock())
    assert len(throttle._tries) <= MOST_KEYS
    with pytest.raises(TooManyTries):
        throttle.take(f"name {MOST_KEYS + 9}", clock())
