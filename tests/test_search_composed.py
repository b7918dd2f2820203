"""Letters are the same whether their marks stand in them (NFC) or behind them (NFD, as macOS)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.search.analysis import spans, tokens
from indexer.search.highlight import Highlighter, Sought
from indexer.search.lemmas import Lemmas
from tests.search_world import ENGINES, World, doc

#: Marks that compose, that do not, and that change places; Hangul; letters that NFC takes apart.
TRICKY = st.text("ao åäö\u030a\u0308\u0323\u0301q–的\u1112\u1161\u11ab\u0958\u212bий\u0306İ")


@pytest.fixture(params=ENGINES)
def world(request: pytest.FixtureRequest, tmp_path: Path, lemma_tables: Path):
    made = World(tmp_path, request.param, lemma_tables)
    yield made
    made.close()


@pytest.mark.parametrize("asked", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "query",
    [
        "målning", "färg", "mål*", "må*", "andré's", "path:färg", "path:filing/färg/",
        "path:filing/färg/målning.txt", "path:filing/fä*", 'party:"kåge & co"', '"andré målning"',
    ],
)  # fmt: skip
def test_a_name_is_found_in_either_form(world: World, query: str, stored: str, asked: str) -> None:
    path = unicodedata.normalize(stored, "filing/Färg/Målning.txt")
    title = unicodedata.normalize(stored, "André målning")
    party = unicodedata.normalize(stored, "Kåge & Co")
    world.fill(1, "art", [doc(1, "text", path=path, title=title, parties=(party,)), doc(2, "ma")])
    assert world.found(unicodedata.normalize(asked, query)) == ["D-000001"]


def test_a_name_that_was_found_is_said_to_be_why(world: World) -> None:
    path = unicodedata.normalize("NFD", "filing/målning.txt")
    world.fill(1, "art", [doc(1, "text", path=path)])
    (hit,) = world.search("målning").hits
    assert [why.english() for why in hit.why] == ["found in its name or path"]


def test_marks_of_a_text_lie_over_its_letters_with_what_belongs_to_them(world: World) -> None:
    text = unicodedata.normalize("NFD", "På väg: en grön målning, åtgärdad av André.")
    world.fill(1, "art", [doc(1, text)])
    for query in ("målning", '"grön målning"', "åtgär*", "André"):
        (hit,) = world.search(query).hits
        found = [hit.snippet[start:end].casefold() for start, end in hit.marks]
        assert [tokens(one) for one in found] == [tokens("åtgärdad" if "*" in query else query)]
        assert all(one == unicodedata.normalize("NFD", one) for one in found)


@given(TRICKY)
@example("й–målning".replace("å", "a\u030a"))
@example("\u0958a")
@example("q\u0301\u0323a")
def test_tokens_are_those_of_the_composed_text_and_stand_where_they_are(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert tokens(text) == tokens(composed) == [token for token, _, _ in spans(text)]
    for token, start, end in spans(text):
        assert 0 <= start < end <= len(text)
        assert token in tokens(text[start:end])


@given(TRICKY)
def test_marks_are_the_same_places_in_either_form(lemma_tables: Path, text: str) -> None:
    highlighter = Highlighter([Sought(words=frozenset(tokens(text)))], Lemmas(lemma_tables))
    composed = unicodedata.normalize("NFC", text)
    marked = [text[mark.start : mark.end] for mark in highlighter.marks(text, None)]
    same = [composed[mark.start : mark.end] for mark in highlighter.marks(composed, None)]
    assert [tokens(one) for one in marked] == [tokens(one) for one in same]
