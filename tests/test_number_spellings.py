"""However a number is spelled, alone or in a list, it is one key (a property, by hypothesis)."""

from __future__ import annotations

import random

from hypothesis import example, given
from hypothesis import strategies as st

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.keys import key_of_groups
from archive.schemes import compile_schemes, find_spots, meets
from tests.number_variants import EVERY_DASH, is_confused, is_missed, variants

SCHEMES = compile_schemes(BUILTIN_SCHEMES)
DASHES = st.sampled_from(EVERY_DASH)
#: What stands around a dash, or between the words of a list: also spaces that do not break.
SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "\u2007"])
SPACE = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
YEARS = st.integers(2000, 2029).map(str)
NUMBERS = st.integers(100, 940)
PREFIXES = st.sampled_from([("purchase-order", "PO"), ("invoice", "INV"), ("drawing", "DWG")])
AND = st.sampled_from(["and", "och", "und", "et", "&"])


def keys(text: str, scheme: str) -> set[str]:
    return {spot.key for spot in find_spots(SCHEMES, text) if spot.scheme == scheme}


def whole(scheme: str, prefix: str, year: str, numbers: list[int]) -> set[str]:
    return {SCHEMES.key_of(scheme, f"{prefix}-{year}-{number}")[0] for number in numbers}


@given(PREFIXES, YEARS, NUMBERS, DASHES, DASHES, SPACES, SPACES)
@example(("purchase-order", "PO"), "2024", 113, "\U00010ead", "\u2e5d", "", "")
@example(("purchase-order", "PO"), "2024", 113, "\u00ad", "\u2212", "\u202f", "\u00a0")
def test_every_dash_with_spaces_around_it_spells_one_key(
    named, year, number, first, second, before, behind
):
    scheme, prefix = named
    text = f"see {prefix}{first}{year}{before}{second}{behind}{number} of May"
    (spot,) = (spot for spot in find_spots(SCHEMES, text) if spot.scheme == scheme)
    key, groups = SCHEMES.key_of(scheme, f"{prefix}-{year}-{number}")
    assert spot.key == key == key_of_groups(spot.groups)
    assert meets(spot.groups, groups)


@given(PREFIXES, YEARS, NUMBERS, st.lists(st.integers(1, 9), min_size=1, max_size=4), DASHES,
       SPACE, AND)  # fmt: skip
def test_every_form_of_a_list_means_the_numbers_written_out(
    named, year, number, steps, dash, space, word
):
    scheme, prefix = named
    numbers = [number]
    for step in steps:
        numbers.append(numbers[-1] + step)
    first, *tails = map(str, numbers)
    head = f"{prefix}{dash}{year}{dash}{first}"
    *most, last = [first, *tails]
    forms = [
        f"{prefix}{dash}{year}{dash}" + f",{space}".join(most) + f"{space}{word}{space}{last}",
        head + "".join(f",{space}{tail}" for tail in tails),
        head + "".join(f",{space}{dash}{tail}" for tail in tails),
        head + "".join(f"/{tail}" for tail in tails),
        head + "".join(f"{space}/{space}{dash}{tail}" for tail in tails),
    ]
    expected = whole(scheme, prefix, year, numbers)
    for form in forms:
        for text in (f"see {form}.", f"({form})", f"{form}\n"):
            assert keys(text, scheme) == expected, text


@given(YEARS, NUMBERS, st.integers(1, 50), DASHES, SPACE)
def test_a_plural_before_a_range_means_all_its_numbers(year, number, length, dash, space):
    last = number + length
    text = f"see invoices{space}nos.{space}{number}{dash}{last}."
    expected = {str(one) for one in range(number, last + 1)}
    assert keys(text, "invoice") == expected
    assert keys(f"PO-{year}-{number}, {last} pcs", "purchase-order") == whole(
        "purchase-order", "PO", year, [number]
    )


@given(st.lists(st.text("0123456789", min_size=3, max_size=3), min_size=2, max_size=3), SPACE,
       st.integers(1000, 1899))  # fmt: skip
def test_groups_of_digits_are_one_number_whatever_parts_them(groups, space, first):
    written = space.join([str(first), *groups])
    assert keys(f"Order no {written}", "purchase-order") == {f"PO{first}{''.join(groups)}"}
    assert keys(f"Order no {first}\t{groups[0]}", "purchase-order") == {f"PO{first}"}


@given(st.randoms(use_true_random=False))
def test_no_spelling_of_a_number_is_missed_or_means_another(chance: random.Random):
    for variant in variants(chance, 5):
        assert not is_missed(SCHEMES, variant), variant
        assert not is_confused(SCHEMES, variant), variant
