"""The stretches of a text that patterns look at."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.windows import places_of, windows

WORDS = ("law", "rätt")
TEXTS = st.text("law rätx.", max_size=200)


def test_words_are_found_at_each_place_also_inside_others():
    assert places_of("lawful flaw, rätt", WORDS) == [0, 8, 13]


def test_a_word_at_the_very_beginning_has_its_stretch_and_neighbours_share_one():
    assert windows("law and law" + " " * 30 + "law", ["law"], 5, 8) == [(0, 16), (36, 44)]


@given(TEXTS, st.integers(0, 12), st.integers(4, 12))
def test_every_place_lies_in_one_stretch_with_what_is_asked_for_around_it(text, before, after):
    found = windows(text, WORDS, before, after)
    for match in re.finditer("law|rätt", text):
        (start, end), *more = [w for w in found if w[0] <= match.start() < w[1]]
        assert not more
        assert start <= max(0, match.start() - before)
        assert end >= min(match.start() + after, len(text))
    assert found == sorted(found)
