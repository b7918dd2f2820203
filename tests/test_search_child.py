"""Search in processes of its own: the same answers, and no search lost with one of them."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from api import finder as finding
from api.finder import Finder
from api.search_child import SearchChild
from archive.access import operator
from indexer.search.merged import Options

QUERIES = ("delay", "PO 2024 113", "pump* OR secret", "nothing-of-this-sort", "", "fjäder")


@contextmanager
def children(house, monkeypatch):
    """The children that a finder brings, in the order of their coming."""
    brought = []

    class Noted(SearchChild):
        def is_ready(self):
            ready = super().is_ready()
            brought.append(self)
            return ready

    monkeypatch.setattr(finding, "SearchChild", Noted)
    monkeypatch.setattr(finding, "PAUSE_S", 0.01)
    finder = Finder(house.config)
    finder.share(house.services.database.url)
    with ThreadPoolExecutor(8) as people:
        while len(brought) < finding.AT_ONCE:  # each comes when somebody finds it missing
            list(people.map(lambda _: ask(house, finder, operator_of(house), "delay"), range(8)))
    try:
        yield finder, brought
    finally:
        finder.close()


def operator_of(house):
    with house.services.database.read() as session:
        return operator(session)


@pytest.fixture
def viewer(house):
    return operator_of(house)


def ask(house, finder, viewer, text):
    with house.services.database.read() as session:
        return replace(finder.search(session, viewer, text, Options()), took_ms=0)


def until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about within a minute")


def test_a_child_answers_as_its_parent_does(house, viewer):
    child, alone = SearchChild(house.config, house.services.database.url), Finder(house.config)
    try:
        assert child.is_ready()
        for text in QUERIES:
            found = child.search(viewer, text, Options())
            assert replace(found, took_ms=0) == ask(house, alone, viewer, text)
        nobody = replace(viewer, reads=frozenset())
        assert child.search(nobody, "delay", Options()).total == 0
    finally:
        child.close()


def test_a_search_whose_child_was_killed_is_answered_and_another_child_comes(
    house, viewer, monkeypatch
):
    expected = [ask(house, Finder(house.config), viewer, text) for text in QUERIES]
    with children(house, monkeypatch) as (finder, brought), ThreadPoolExecutor(8) as people:
        for number in range(3):
            until(lambda count=number: len(brought) > count)
            asked = [people.submit(ask, house, finder, viewer, text) for text in QUERIES * 5]
            os.kill(brought[number].process.pid, signal.SIGKILL)
            assert [search.result() for search in asked] == expected * 5
            assert brought[number].process.wait(10) == -signal.SIGKILL
            while len(brought) == number + 1:  # that it is gone is seen by whoever asks it next
                list(people.map(lambda _: ask(house, finder, viewer, "delay"), range(8)))


def test_a_child_that_does_not_come_up_is_tried_again(house, viewer, monkeypatch):
    tries = []

    class Late(SearchChild):
        def __init__(self, *args):
            tries.append(args)
            if len(tries) == 1:
                raise BrokenPipeError("it has ended already")
            super().__init__(*args)

    monkeypatch.setattr(finding, "SearchChild", Late)
    monkeypatch.setattr(finding, "PAUSE_S", 0.01)
    finder = Finder(house.config)
    finder.share(house.services.database.url)
    assert tries == []
    assert ask(house, finder, viewer, "delay").total
    until(lambda: len(tries) == 3 and all(place.child for place in finder._places))
    finder.close()


def test_a_finder_that_is_closed_ends_children_that_are_just_coming(house, viewer):
    finder = Finder(house.config)
    finder.share(house.services.database.url)
    ask(house, finder, viewer, "delay")
    until(lambda: finder._starting or finder._places[-1].child)
    coming = [*finder._starting, *(place.child for place in finder._places if place.child)]
    finder.close()
    assert [child.process.returncode is not None for child in coming] == [True]


def test_a_child_ends_with_its_parent(house):
    child = SearchChild(house.config, house.services.database.url)
    assert child.is_ready()
    child._connection.close()
    assert child.process.wait(10) == 0


def test_a_child_that_hangs_is_ended_and_its_search_done_here(house, viewer, monkeypatch):
    with children(house, monkeypatch) as (finder, brought):
        monkeypatch.setattr("api.search_child.PATIENCE_S", 0.2)
        os.kill(brought[0].process.pid, signal.SIGSTOP)
        with ThreadPoolExecutor(8) as people:
            for _ in range(20):
                found = list(
                    people.map(lambda _: ask(house, finder, viewer, "delay").total, range(8))
                )
                assert found == [2] * 8
        until(lambda: brought[0].process.poll() is not None)


def test_once_it_is_shared_the_process_that_answers_searches_no_more(house, viewer, monkeypatch):
    expected = [ask(house, Finder(house.config), viewer, text) for text in QUERIES]
    with children(house, monkeypatch) as (finder, _):
        until(lambda: all(place.child for place in finder._turns.idle()))
        monkeypatch.setattr(finder, "search_here", None)
        assert [ask(house, finder, viewer, text) for text in QUERIES] == expected
