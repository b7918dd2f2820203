"""Schemes that are made from examples."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.config_rules import SchemeSection
from archive.errors import UsageError
from archive.scheme_drafts import draft, found_in, in_toml
from archive.schemes import check_scheme, configured_scheme


def test_what_examples_have_in_common_is_their_pattern():
    scheme = draft("spec", "specification", ["SP-200", "SP 1034"])
    assert scheme.patterns[0].startswith(r"\bSP[-\s]?(?P<number>\d{3,5}")
    text = "SP-77 is none; SP-201, sp 20345 and SP300 are; SPA-300 and 2024-300 are not."
    assert found_in(scheme, text) == ["SP-201", "sp 20345", "SP300"]


@pytest.mark.parametrize(
    "longer", ["SP-200-15", "SP-200/1", "SP-200/2024", "SP 200/123456", "SP-200B", "SP no 200-15"]
)
def test_a_number_that_goes_on_is_not_cut_off(longer):
    scheme = draft("spec", "specification", ["SP-200", "SP 201"], labels=["sp no"])
    assert found_in(scheme, f"see {longer}.") == []


def test_what_merely_stands_behind_a_number_is_no_part_of_it():
    scheme = draft("spec", "specification", ["SP-200", "SP-17-B"])
    text = "SP-113/114 and SP-200/A4; SP-201, SP-202-variant, SP-17-B. SP-17-C-4"
    assert found_in(scheme, text) == ["SP-113", "SP-114", "SP-200", "SP-201", "SP-202", "SP-17-B"]


def test_numbers_of_two_series_keep_their_letters_apart():
    scheme = draft("case", "letter", ["SP-200", "QX/12/B"])
    assert [key for _, key in scheme.examples] == ["SP200", "QX12B"]


def test_a_year_in_a_number_stays_a_year():
    scheme = draft("ticket", "letter", ["QX/2023/12", "QX/2024/7"])
    assert found_in(scheme, "QX/2025/44, QX/3025/44 and QX-2025-44") == ["QX/2025/44"]


def test_letters_that_differ_may_be_any():
    scheme = draft("plant", "drawing", ["A-100-B", "KL-200-C"])
    assert found_in(scheme, "see X-300-D and XY 3001 E") == ["X-300-D", "XY 3001 E"]


def test_two_spellings_of_one_number_have_one_key():
    scheme = draft("spec", "specification", ["SP-200", "SP 200"])
    assert {key for _, key in scheme.examples} == {"SP200"}


def test_digits_alone_are_told_by_the_words_before_them():
    with pytest.raises(UsageError, match="words before them"):
        draft("case", "letter", ["4711"])
    scheme = draft("case", "letter", ["4711"], labels=["case no"])
    assert found_in(scheme, "Case no: 4712, for 4713 EUR") == ["4712"]


@pytest.mark.parametrize("examples", [[], ["pump"], ["  "], ["A-1" * 30]])
def test_what_is_no_number_gives_no_scheme(examples):
    with pytest.raises(UsageError):
        draft("case", "letter", examples)


def test_the_block_for_the_configuration_is_the_scheme():
    scheme = draft(
        "case", "letter", ['K"1-20', "K'2-30"], counter_examples=["K 1"], labels=["ärende nr"]
    )
    (block,) = tomllib.loads(in_toml(scheme))["schemes"]
    section = SchemeSection.model_validate(block)
    assert configured_scheme(section.model_dump(mode="json")) == scheme


NUMBERS = st.from_regex(r"[A-Z]{2,4}[-/. ]?[0-9]{1,5}([-/][A-Z0-9]{1,4})?", fullmatch=True)


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_a_scheme_finds_the_examples_that_it_was_made_from(examples):
    check_scheme(draft("case", "letter", examples))
