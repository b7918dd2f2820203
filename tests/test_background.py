"""What goes on beside the answers ends before the database is closed."""

from __future__ import annotations

import threading

from api.background import Background


def test_the_end_waits_for_what_is_under_way_and_begins_nothing_twice():
    background, may_go_on, done = Background(), threading.Event(), []

    def work():
        may_go_on.wait(30)
        done.append(1)

    background.begin("one", work)
    background.begin("one", work)
    threading.Timer(0.1, may_go_on.set).start()
    background.end()
    assert done == [1]
    background.begin("one", work)
    background.end()
    assert done == [1, 1]


def test_what_fails_is_begun_again():
    background, tried = Background(), []

    def work():
        tried.append(1)
        raise RuntimeError

    for _ in range(2):
        background.begin("one", work)
        background.end()
    assert tried == [1, 1]
