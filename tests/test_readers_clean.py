"""Page text as people see it, and the map back to the reader's own characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.reading import Run
from indexer.parsers.clean import clean, clean_text

TRICKY = st.text(
    st.sampled_from(
        "aåÅo-\u2010\xad\ufffe\r\n\t \u030a\u0308ﬁﬃ\x00\u200b\ufeff9Z\u1100\u1161\u212b"
    )
) | st.text(st.characters())


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("contin-\nued", "continued"),
        ("contin-\r\n   ued", "continued"),
        ("fort\u2010\nsätter", "fortsätter"),
        ("PO-\n113", "PO-\n113"),
        ("X-\nray", "X-\nray"),
        ("100-\nårig", "100-\nårig"),
        ("- one\n- two", "- one\n- two"),
        ("contin\ufffeued", "continued"),
        ("PO\ufffe113", "PO-113"),
        ("Co\ufffeBranded", "Co-Branded"),
        ("avtals\xadvillkor", "avtalsvillkor"),
        ("avtals\xad\nvillkor", "avtalsvillkor"),
        ("e\ufb03cient \ufb02ow", "efficient flow"),
        ("A\u030aberg", "Åberg"),
        ("a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne"),
        ("a\x00b\x07c\u200bd\ud800e", "abcde"),
        ("152 287,50", "152 287,50"),
        ("a\tb", "a\tb"),
    ],
)
def test_text_becomes_what_people_see(raw: str, seen: str) -> None:
    assert clean_text(raw) == seen
    assert clean(raw)[0] == seen


@given(TRICKY)
@example("\x00a\x00\u030a\u0323b")
@example("\ufb01\u030a\n")
def test_the_map_leads_from_each_character_back_to_where_it_stood(raw: str) -> None:
    text, runs = clean(raw)
    covered = [i for run in runs for i in range(run.start, run.start + run.length)]
    assert covered == list(range(len(text)))
    for run in runs:
        for i in range(run.length):
            shown, own = text[run.start + i], raw[run.own + i]
            assert shown == own or unicodedata.normalize("NFC", shown + own) != own


@given(TRICKY)
def test_the_map_never_runs_backwards(raw: str) -> None:
    _, runs = clean(raw)
    assert [run.own for run in runs] == sorted(run.own for run in runs)
    assert all(run.length > 0 for run in runs)


@given(TRICKY)
def test_text_with_and_without_a_map_is_the_same(raw: str) -> None:
    assert clean_text(raw) == clean(raw)[0]


@given(TRICKY)
def test_clean_text_is_composed_and_can_be_stored(raw: str) -> None:
    text = clean_text(raw)
    assert unicodedata.is_normalized("NFC", text)
    text.encode("utf-8")
    assert not set(text) & set("\x00\r\xad\ufb01\ufffe\ufeff")


@given(st.text(st.sampled_from("abc åäö.,123\n")))
def test_what_was_clean_is_left_as_it_is(text: str) -> None:
    runs = (Run(0, 0, len(text)),) if text else ()
    assert clean(text) == (text, runs)


@given(st.text(st.sampled_from("aåo-\r\n\t 9Z\xad\ufffe")))
def test_letters_that_stay_are_found_again_at_their_own_place(raw: str) -> None:
    text, runs = clean(raw)
    for run in runs:
        own = raw[run.own : run.own + run.length].replace("\r", "\n").replace("\ufffe", "-")
        assert text[run.start : run.start + run.length] == own
