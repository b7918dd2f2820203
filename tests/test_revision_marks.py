"""Marks of revisions are put in the order in which people give them, whatever a file says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.versions import revision_order


def test_marks_are_in_the_order_in_which_people_give_them():
    marks = ["AA", "B", "A", "10", "2", "1.10", "1.2", "01", ""]
    assert sorted(marks, key=revision_order) == [
        "", "01", "1.2", "1.10", "2", "10", "A", "B", "AA",
    ]  # fmt: skip


@given(st.lists(st.text(), min_size=2, max_size=4))
@example(["2 ²", "3"])
@example(["9" * 5000, "٣", "A"])
def test_any_texts_have_an_order(marks):
    ordered = sorted(marks, key=revision_order)
    assert all(revision_order(one) <= revision_order(other) for one, other in pairwise(ordered))


@pytest.mark.parametrize(("less", "more"), [("007", "8"), ("9" * 5000, "1" + "0" * 5000)])
def test_numbers_are_compared_by_their_value(less, more):
    assert revision_order(less) < revision_order(more)
