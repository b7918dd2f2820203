"""Places are given in the order of asking."""

from __future__ import annotations

import threading
import time

from api.turns import Turns


def test_whoever_has_waited_longest_comes_next():
    turns, came = Turns(("here",)), []
    held = turns.take()
    people = []
    for number in range(8):
        person = threading.Thread(
            target=lambda number=number: came.append((number, turns.take())), daemon=True
        )
        person.start()
        people.append(person)
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.give(held)
    for number in range(8):
        while len(came) <= number:
            time.sleep(0.001)
        assert came[number] == (number, "here")
        turns.give("here")
    for person in people:
        person.join()
    assert turns.idle() == ["here"]


def test_an_added_place_serves_those_who_wait_already():
    turns: Turns[str] = Turns(("here",))
    turns.take()
    came: list[str] = []
    person = threading.Thread(target=lambda: came.append(turns.take()), daemon=True)
    person.start()
    turns.give("there")
    person.join(10)
    assert came == ["there"]
    assert turns.idle() == []
