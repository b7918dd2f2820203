"""Tokens, base forms, stored fields and marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.schemes import groups_of, key_of_groups, meets
from indexer.search.analysis import spans, tokens
from indexer.search.fields import flatten, identifier_terms, row_of, spans_hold, wanted_terms
from indexer.search.highlight import Highlighter, Sought
from indexer.search.lemmas import Lemmas, Table, last_forms, write_table
from tests.search_world import doc


@pytest.fixture(scope="module")
def lemmas(lemma_tables: Path) -> Lemmas:
    return Lemmas(lemma_tables)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PO-2024-0113, CR 118/B", ["po", "2024", "0113", "cr", "118", "b"]),
        ("Åtgärd på Ön", ["åtgärd", "på", "ön"]),
        ("ﬁnal ＰＯ－１", ["final", "po", "1"]),
        ("Straße snake_case", ["strasse", "snake", "case"]),
        ("Acme™ ½", ["acme", "1", "2"]),
        ("", []),
    ],
)
def test_tokens_are_runs_of_letters_and_digits(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@given(st.text(max_size=80))
def test_spans_are_the_tokens_with_their_places(text: str) -> None:
    assert [token for token, _, _ in spans(text)] == tokens(text)
    for _, start, end in spans(text):
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("faktura", ["fakturan", "fakturor", "fakturans"]),
        ("leverans", ["leveransen", "leveranser"]),
        ("avtal", ["avtalet", "avtalen"]),
        ("villkor", ["villkoren", "villkoret"]),
        ("lagerhus", ["lagerhuset", "lagerhusen", "lagerhusens"]),
        ("axeltätning", ["axeltätningen", "axeltätningar"]),
    ],
)
def test_swedish_forms_meet(lemmas: Lemmas, word: str, forms: list[str]) -> None:
    stored = list(lemmas.terms([word], "sv"))
    assert all(list(lemmas.terms([form], "sv")) == stored for form in forms)
    assert all(stored[0] in lemmas.forms(form) for form in forms)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("contract", ["contracts"]),
        ("delivery", ["deliveries", "delivery"]),
        ("aerodynamic", ["aerodynamics"]),
        ("penalty", ["penalties"]),
    ],
)
def test_english_forms_meet(lemmas: Lemmas, word: str, forms: list[str]) -> None:
    stored = list(lemmas.terms([word], "en"))
    assert all(list(lemmas.terms([form], None)) == stored for form in forms)
    assert all(stored[0] in lemmas.forms(form) for form in forms)


def test_words_of_other_languages_and_numbers_stay_as_they_are(lemmas: Lemmas) -> None:
    assert list(lemmas.terms(["verträge"], "de")) == ["o:verträge"]
    assert list(lemmas.terms(["118b"], "sv")) == ["s:118b"]


@given(st.dictionaries(st.binary(min_size=1, max_size=300), st.binary(max_size=300)))
def test_a_table_holds_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[bytes, bytes]
) -> None:
    texts = {k.hex().encode(): v.hex().encode() for k, v in entries.items()}
    path = tmp_path_factory.mktemp("table") / "t"
    write_table(path, texts)
    table = Table(path)
    kept = {k.decode(): v.decode() for k, v in texts.items() if len(k) < 256 and len(v) < 256}
    assert {key: table[key] for key in table} == kept
    assert len(table) == len(kept)
    assert table.get("absent") is None


def test_a_table_is_made_of_last_forms_in_folded_case() -> None:
    words = {b"villkoren": b"villkor", b"villkor": b"villkora", b"Sveriges": b"Sverige"}
    assert last_forms(words) == {
        b"villkoren": b"villkora",
        b"villkor": b"villkora",
        b"sveriges": b"sverige",
    }


def test_english_words_that_no_dictionary_has_go_by_rules(lemmas: Lemmas) -> None:
    assert list(lemmas.terms(["xylometrisms"], "en")) == list(lemmas.terms(["xylometrism"], "en"))


@given(st.text("aZåß½²ªµſ€™'-_ \n\x81\xa0’…ﬁ的İ5"))
def test_tokens_are_the_same_by_whatever_way_they_are_found(text: str) -> None:
    assert tokens(text) == tokens(f"的 {text}")[1:]
    assert tokens(text) == [token for token, _, _ in spans(text)]


def test_what_is_too_long_for_a_word_is_parted() -> None:
    assert [len(token) for token in tokens("a" * 250)] == [100, 100, 50]


SPELLINGS = (
    "PO-2024-113",
    "po 2024 113",
    "PO2024113",
    "PO-20-24113",
    "118/1",
    "1181",
    "1-12",
    "11-2",
)


@pytest.mark.parametrize("stored", SPELLINGS)
@pytest.mark.parametrize("asked", SPELLINGS)
def test_terms_of_identifiers_meet_as_their_spellings_do(stored: str, asked: str) -> None:
    one, other = groups_of(stored), groups_of(asked)
    terms = identifier_terms("s", key_of_groups(one), one)
    wanted = wanted_terms("s", key_of_groups(other), other)
    assert bool(set(terms) & set(wanted)) == meets(one, other)


def test_a_row_comes_back_as_it_was_stored(lemmas: Lemmas) -> None:
    made = doc(1, "text", parties=("Å & B", "C"), bears=(("s", "K", "K"),), total="1.00", held=True)
    row = row_of(flatten(made, lemmas).row)
    assert (row.parties, row.bears, row.total, row.held) == (
        made.parties, made.bears, "1.00", True,
    )  # fmt: skip


def test_words_of_a_name_do_not_count_twice_where_the_text_has_them(lemmas: Lemmas) -> None:
    flat = flatten(doc(1, "pump", title="pump lid", path="filing/pump.txt"), lemmas)
    assert sorted(flat.texts["lemma"].split()) == ["e:file", "e:lid", "e:pump", "e:txt"]


def test_an_instant_lies_in_an_interval_from_its_begin_to_before_its_end() -> None:
    term = "10-20 30-40"
    assert [n for n in (9, 10, 19, 20, 29, 30, 40) if spans_hold(term, n)] == [10, 19, 30]


def test_marks_stand_where_the_words_are(lemmas: Lemmas) -> None:
    parts = [
        Sought(forms=frozenset(lemmas.forms("delivery"))),
        Sought(phrases=(("week", "22"),)),
        Sought(keys=("po2024113",)),
    ]
    text = "Deliveries in week\n22 of PO 2024–113, not PO-2024-1130 nor redelivery."
    marks = Highlighter(parts, lemmas).marks(text, "en")
    assert [(text[m.start : m.end], m.part) for m in marks] == [
        ("Deliveries", 0),
        ("week\n22", 1),
        ("PO 2024–113", 2),
    ]


def test_a_snippet_is_two_lines_of_the_page_with_most(lemmas: Lemmas) -> None:
    pages = ["penalty " * 3, "nothing", "filler " * 200 + "delay and\n\npenalty" + " filler" * 200]
    parts = [Sought(words=frozenset([word])) for word in ("delay", "penalty")]
    snippet = Highlighter(parts, lemmas).snippet(pages, "en")
    assert snippet.page == 3
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["delay", "penalty"]
    assert snippet.text.startswith("… ") and snippet.text.endswith(" …")
    assert len(snippet.text) < 240 and "\n" not in snippet.text


def test_without_a_place_to_show_a_snippet_is_the_beginning(lemmas: Lemmas) -> None:
    highlighter = Highlighter([Sought(words=frozenset(["absent"]))], lemmas)
    assert highlighter.snippet(["  First page."], "en").text == "First page."
    assert highlighter.snippet([], "en").page is None


@given(st.lists(st.text(max_size=60), max_size=3), st.text(min_size=1, max_size=8))
def test_marks_lie_within_their_snippet(lemma_tables: Path, pages: list[str], word: str) -> None:
    parts = [Sought(words=frozenset(tokens(word)), phrases=(tuple(tokens(word)),))]
    snippet = Highlighter(parts, Lemmas(lemma_tables)).snippet(pages, "en")
    ends = [place for mark in snippet.marks for place in mark]
    assert ends == sorted(ends)
    assert all(0 <= place <= len(snippet.text) for place in ends)
