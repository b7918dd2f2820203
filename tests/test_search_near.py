"""Words near one another: the same in every engine, and what a plain count of words says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from tests.search_world import ENGINES, World, doc


@pytest.fixture(params=ENGINES)
def world(request: pytest.FixtureRequest, tmp_path: Path, lemma_tables: Path) -> Iterator[World]:
    made = World(tmp_path, request.param, lemma_tables)
    yield made
    made.close()


def is_near(text: str, words: Sequence[str], within: int) -> bool:
    """The same said otherwise: each two of the words stand so near somewhere."""
    places = {word: [at for at, one in enumerate(text.split()) if one == word] for word in words}
    return all(
        any(abs(a - b) - 1 <= within for a in places[one] for b in places[other])
        for one, other in combinations(words, 2)
    )


def test_words_that_are_near_one_another_are_found_wherever_they_stand(world: World) -> None:
    chance = Random(22)
    texts = [" ".join(chance.choices("abcxyz", k=chance.randint(1, 12))) for _ in range(300)]
    world.fill(2, "near", [doc(20 + at, text) for at, text in enumerate(texts)])
    for words in ("ab", "abc"):
        for within in range(5):
            query = f'"{" ".join(words)}"~{within}'
            expected = [20 + at for at, t in enumerate(texts) if is_near(t, words, within)]
            found = world.found(query, among=[2], limit=500)
            assert sorted(found) == [f"D-{n:06d}" for n in expected], query


def test_words_that_are_near_one_another_are_marked(world: World) -> None:
    world.fill(1, "general", [doc(1, "In week 27 it was delivered, a week late.")])
    (hit,) = world.search('"week delivered"~3').hits
    marked = [hit.snippet[start:end] for start, end in hit.marks]
    assert marked == ["week", "delivered", "week"]
