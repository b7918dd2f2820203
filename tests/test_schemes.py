"""Schemes, keys and groups: how one number is spelled many ways, and never taken for another."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.errors import ConfigError
from archive.keys import DASHES, SPACES, fold, groups_of, key_of_groups
from archive.schemes import Scheme, check_scheme, compile_schemes, find_spots, meets, recognise
from archive.spots import SpotFinder
from archive.vocabulary import RELATIONS

SCHEMES = compile_schemes(BUILTIN_SCHEMES)
SPECIFICATION = Scheme(
    name="specification",
    bearer="specification",
    patterns=(r"\bSPEC[-\s]?(?P<number>\d{3,5})\b",),
    key="SPEC{number}",
    own_labels=("spec no", "specification"),
    cite_labels={"requires": "requires", "replaces": "supersedes"},
    examples=(("see SPEC-0100.", "SPEC0100"),),
    counter_examples=("SPECIAL 100",),
)
#: Every way in which people and programs part the groups of a number.
JOINTS = st.sampled_from(["-", " ", "", "\n", "-\n", "\n-", *DASHES, *SPACES])
DIGITS = st.text("0123456789", min_size=3, max_size=6)
YEARS = st.integers(2000, 2029).map(str)


@pytest.mark.parametrize("scheme", BUILTIN_SCHEMES, ids=lambda scheme: scheme.name)
def test_a_built_in_scheme_finds_its_examples_and_nothing_in_its_counter_examples(scheme):
    assert scheme.examples
    assert scheme.counter_examples
    check_scheme(scheme)


@pytest.mark.parametrize("scheme", BUILTIN_SCHEMES, ids=lambda scheme: scheme.name)
def test_all_schemes_together_leave_each_other_their_numbers(scheme):
    for text, key in scheme.examples:
        home = frozenset([scheme.name])
        assert (scheme.name, key) in [(s.scheme, s.key) for s in find_spots(SCHEMES, text, home)]
    for text in scheme.counter_examples:
        assert find_spots(SCHEMES, text) == []


def test_patterns_find_the_same_with_and_without_knowing_how_their_matches_begin():
    for scheme in BUILTIN_SCHEMES:
        without = compile_schemes([dataclasses.replace(scheme, starts=())])
        alone = compile_schemes([scheme])
        for text, _ in scheme.examples:
            assert find_spots(alone, text) == find_spots(without, text)


@pytest.mark.parametrize(
    ("pattern", "is_guided"),
    [
        (r"\bEIP-(?P<number>\d+)", True),
        (r"\b(?:EIP|ERC)s?[- ]?(?P<number>\d+)", True),
        (r"\bKEPs?[- ](?P<number>\d+)", True),
        (r"(?:\bKEP-|/kep/)(?P<number>\d+)", False),
        (r"\b(?:EIP|ERC)?(?P<number>\d{5})\b", False),
        (r"/issues/(?P<number>\d+)", False),
    ],
)
def test_a_pattern_that_begins_plainly_is_looked_for_at_its_own_words_only(pattern, is_guided):
    schemes = compile_schemes([Scheme("one", bearer="specification", patterns=(pattern,))])
    assert bool(schemes.unguided) != is_guided
    texts = ["EIP-7", "KEP-12345", "KEPs 13, erc 77", "see /kep/5, /issues/7", "54321", "XEIP-5"]
    for text in texts:
        found = {spot.start for spot in find_spots(schemes, text) if "after" not in spot.rule}
        assert found == {m.start() for m in re.finditer(pattern, text, re.IGNORECASE)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AFS 2001:1", ["AFS2001:1"]),
        ("enligt SOSFS 2011:9, 2012:3 samt TSFS 2013:63 och 2014:1",
         ["SOSFS2011:9", "SOSFS2012:3", "TSFS2013:63", "TSFS2014:1"]),
        ("AFS 2001:1 och lagen 1990:931", ["AFS2001:1", "SFS1990:931"]),
        ("NJA 2008:12, RH 2009:10, MÖD\n2010:3, HFD 2015:1, RÅ 2010:1, MD 2011:2", []),
        ("XYZFS 2001:1", []),
        ("SFS 1990:931, PBL 2010:900, LOU 2016:1145 och köplagen 1990:931",
         ["SFS1990:931", "SFS2010:900", "SFS2016:1145", "SFS1990:931", "SFS1990:931"]),
    ],
)  # fmt: skip
def test_a_year_and_number_of_another_collection_is_no_statute(text, found):
    assert [spot.key for spot in find_spots(SCHEMES, text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SS 436 40 00 and SS 436 21 01", ["SS4364000", "SS4362101"]),
        ("SS 4364000, SS 3522", ["SS4364000", "SS3522"]),
        ("EN 300 328, ETSI EN 301 489-1", ["EN300328", "ETSIEN3014891"]),
        ("ISO9001:2015, EN10204, SS-EN1090-1, DIN912",
         ["ISO9001:2015", "EN10204", "SSEN10901", "DIN912"]),
        ("EN 1090-1:2009+A1:2011+A2:2013", ["EN10901:2009+A1:2011+A2:2013"]),
        ("EN 1090-1 + A1", ["EN10901+A1"]),
        ("SS-EN 1993-1-1:2005/AC:2009", ["SSEN199311:2005AC:2009"]),
        ("EN 10204-3.1, EN 10204-2.2/3.1 and EN 1090-1.", ["EN10204", "EN10204", "EN10901"]),
        ("screws ISO 4762/A2, ISO 4762 / A4-70", ["ISO4762", "ISO4762"]),
        ("ISO 9001 12 pcs, TOKEN2024, EN12", ["ISO9001"]),
    ],
)  # fmt: skip
def test_a_standard_is_read_with_all_its_parts_and_nothing_behind_them(text, found):
    assert [spot.key for spot in find_spots(SCHEMES, text)] == found


def test_a_label_of_any_script_is_found():
    label = "номер договора"
    schemes = compile_schemes([Scheme("one", bearer="contract", own_labels=(label,))])
    assert [spot.key for spot in find_spots(schemes, "Номер договора: 4711-B")] == ["4711B"]


def test_labels_cite_by_known_relations():
    for scheme in BUILTIN_SCHEMES:
        assert set(scheme.cite_labels.values()) <= set(RELATIONS)


@pytest.mark.parametrize(
    ("written", "key", "groups"),
    [
        ("PO-2024-113", "PO2024113", "PO|2024|113"),
        ("po 2024–113", "PO2024113", "PO|2024|113"),
        ("PO2024113", "PO2024113", "PO|2024113"),
        ("PO-2024-\n113", "PO2024113", "PO|2024|113"),
        ("ＰＯ－２０２４－１１３", "PO2024113", "PO|2024|113"),
        ("0100", "0100", "0100"),
        ("118/1", "1181", "118/1"),
        ("1181", "1181", "1181"),
        ("1-12", "112", "1|12"),
        ("2010:1767", "2010:1767", "2010:1767"),
    ],
)
def test_a_key_has_no_separators_and_its_groups_remember_them(written, key, groups):
    assert groups_of(written) == groups
    assert key_of_groups(groups) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PO-2024-113", "PO2024113"), ("PO-2024-113", "PO-2024113"), ("INV-77", "INV77"),
        ("556677-8899", "5566778899"), ("118/A", "118A"), ("118/1", "118.1"),
    ],
)  # fmt: skip
def test_a_joined_spelling_meets_any_grouping(one, other):
    assert meets(groups_of(one), groups_of(other))
    assert meets(groups_of(other), groups_of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-12", "11-2"), ("118/1", "1181"), ("SPEC-118/1", "SPEC-1181"),
        ("PO-2024-113", "PO-2024-1130"),
        ("0100", "100"), ("PO-20-24113", "PO-2024-113"), ("118/A", "118/B"), ("118-1", "11-81"),
    ],
)  # fmt: skip
def test_different_numbers_never_meet(one, other):
    assert not meets(groups_of(one), groups_of(other))
    assert not meets(groups_of(other), groups_of(one))


@given(st.text("0123456789AB", min_size=1, max_size=8), st.data())
def test_two_groupings_of_the_same_digits_meet_only_if_equal_or_joined(characters, data):
    cut = data.draw(st.sets(st.integers(1, max(1, len(characters) - 1))), label="borders")
    other = data.draw(st.sets(st.integers(1, max(1, len(characters) - 1))), label="other borders")
    alike = [
        index
        for index in range(1, len(characters))
        if characters[index].isdigit() == characters[index - 1].isdigit()
    ]
    real, real_other = cut.intersection(alike), other.intersection(alike)

    def spelled(borders: set[int]) -> str:
        return "".join(("-" if i in borders else "") + char for i, char in enumerate(characters))

    expected = real == real_other or not real or not real_other
    assert meets(groups_of(spelled(cut)), groups_of(spelled(other))) is expected


@given(YEARS, DIGITS, JOINTS, JOINTS, st.sampled_from(["PO", "po", "Po"]))
@example("2024", "113", "\u2011", "\u00ad", "PO")
def test_every_spelling_of_an_order_number_is_found_and_meets_the_plain_one(
    year, number, first, second, prefix
):
    text = f"As ordered ({prefix}{first}{year}{second}{number}), thanks"
    key, groups = SCHEMES.key_of("purchase-order", f"PO-{year}-{number}")
    spots = [s for s in find_spots(SCHEMES, text) if s.scheme == "purchase-order"]
    assert [s.key for s in spots] == [key]
    assert meets(spots[0].groups, groups)
    assert text[spots[0].start : spots[0].end].startswith(prefix)
    assert text[spots[0].end] == ")"


@given(YEARS, DIGITS, st.sampled_from("0123456789"), JOINTS)
def test_a_number_is_never_taken_for_its_neighbour(year, number, more, joint):
    text = f"see PO-{year}{joint}{number}{more}."
    _, groups = SCHEMES.key_of("purchase-order", f"PO-{year}-{number}")
    for spot in find_spots(SCHEMES, text):
        assert not meets(spot.groups, groups)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@example("x\u200b-\n\u2011y")
@example("İ-\n12")
def test_folding_keeps_the_way_back_to_every_character(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.lower)
    places = [folded.at(index) for index in range(len(folded.text))]
    assert places == sorted(set(places))
    for index, char in enumerate(folded.text):
        if char.isalnum() and char.isascii() and text[places[index]].isascii():
            assert text[places[index]] == char
    assert folded.end(len(folded.text)) <= len(text)


@given(st.text(alphabet="PO-2014 :.,nr/EIPs\n\tx", max_size=80))
def test_spots_never_overlap_and_always_quote_the_text(text):
    spots = [s for s in find_spots(SCHEMES, text) if not s.rule.startswith("range")]
    for spot, following in pairwise(spots):
        assert spot.end <= following.start
    for spot in spots:
        assert key_of_groups(spot.groups) == spot.key
        if not spot.rule.startswith("slash"):
            assert groups_of(text[spot.start : spot.end])[-1:] == spot.groups[-1:]


def test_a_configured_scheme_replaces_the_built_in_one_of_its_name_and_others_stay():
    schemes = compile_schemes(BUILTIN_SCHEMES, [SPECIFICATION])
    assert schemes.scheme("specification") is SPECIFICATION
    assert schemes.scheme("invoice") in BUILTIN_SCHEMES
    assert [s.key for s in find_spots(schemes, "Spec nummer: 4711")] == ["SPEC4711"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"bearer": "spaceship"}, "bearer"),
        ({"patterns": (r"\bSPEC(",)}, "patterns"),
        ({"patterns": (r"\bSPEC\d+",)}, "patterns"),
        ({"patterns": (r"\bS(?P<sep>-)(?P<number>\d+(?P=sep)\d+)",)}, "patterns"),
        ({"patterns": (r"\bS(-)(?P<number>\d+\1\d+)",)}, "patterns"),
        ({"patterns": (r"\bS(-)(?P<number>(\d)\1\d+)",)}, "patterns"),
        ({"patterns": (r"\bS(-)?(?P<number>\d(?(1)\d|-)\d+)",)}, "patterns"),
        ({"patterns": (r"\bS(?P<number>(?P<year>\d+))", r"\bT(?P<number>(?P<year>\d+))")},
         "patterns"),
        ({"key": "SPEC"}, "key"),
        ({"key": "{number}}"}, "key"),
        ({"key": "{{number}}"}, "key"),
        ({"key": "{0}{number}"}, "key"),
        ({"key": "{year.first}{number}"}, "key"),
        ({"key": "{number:.3}"}, "key"),
        ({"own_labels": ("",)}, "own_labels"),
        ({"own_labels": ("spec no", " \t")}, "own_labels"),
        ({"cite_labels": {" .": "requires"}}, "cite_labels"),
        ({"cite_labels": {"requires": "needs"}}, "cite_labels.requires"),
        ({"examples": (("see SPEC-0100.", "SPEC100"),)}, "examples"),
        ({"counter_examples": ("SPEC 100",)}, "counter_examples"),
        ({"names": {"the pump": "many"}}, "names.the pump"),
        ({"patterns": (), "own_labels": (), "cite_labels": {}, "examples": ()}, "patterns"),
    ],
)  # fmt: skip
def test_a_wrong_scheme_is_refused_with_its_key_and_what_was_expected(change, key):
    with pytest.raises(ConfigError) as refused:
        compile_schemes(BUILTIN_SCHEMES, [dataclasses.replace(SPECIFICATION, **change)])
    assert refused.value.key == f"schemes.specification.{key}"
    assert refused.value.expected


def test_a_number_may_have_named_groups_of_its_own():
    scheme = Scheme(
        "batch", "letter", (r"\bB-(?P<number>(?P<year>\d{4})-(?P<rest>\d)(?P=rest))",),
        own_labels=("batch no",), key="B{year}{number}", examples=(("B-2024-11", "B2024202411"),),
    )  # fmt: skip
    check_scheme(scheme)


def test_the_key_of_a_bare_number_is_that_of_the_number_with_its_prefix():
    assert SCHEMES.key_of("purchase-order", "2024-113") == SCHEMES.key_of(
        "purchase-order", "PO-2024-113"
    )
    assert SCHEMES.key_of("purchase-order", "Order-1") == ("POORDER1", "POORDER|1")
    assert SCHEMES.key_of("no-longer-configured", "A-1") == ("A1", "A|1")


@pytest.mark.parametrize("typed", ["PO 2024 113", "po-2024–113", " PO2024113 "])
def test_an_identifier_typed_in_the_box_is_recognised_however_it_is_spelled(typed):
    first = recognise(SCHEMES, typed)[0]
    assert (first.scheme, first.key) == ("purchase-order", "PO2024113")
    assert typed[first.start : first.end] == typed.strip()


def test_a_bare_number_in_the_box_is_tried_as_one_of_every_scheme_and_words_are_not():
    assert {"invoice", "purchase-order"} <= {entry.scheme for entry in recognise(SCHEMES, "104711")}
    assert recognise(SCHEMES, "invoices from Acme") == []


def test_a_table_of_labels_alone_is_not_read_once_for_each_of_its_rows():
    row = "Invoice no | Order no | 12\n"
    finder = SpotFinder(SCHEMES, row * 8_000)
    finder.find()
    assert finder.rows_left == 0


#: The prefixes that built-in schemes know, in the case in which they are no words.
PREFIXED = (
    ("purchase-order", "po"), ("sales-order", "SO"), ("invoice", "inv"), ("drawing", "DWG"),
    ("request-for-quotation", "RFQ"), ("specification", "spec"), ("change-order", "ECO"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "prefix"), PREFIXED)
@given(YEARS, DIGITS, JOINTS, JOINTS, st.sampled_from(["", *"0123456789"]))
def test_spellings_of_a_number_meet_in_each_scheme_and_never_its_neighbour(
    name, prefix, year, number, first, second, more
):
    _, groups = SCHEMES.key_of(name, f"{prefix.upper()}-{year}-{number}")
    text = f"As said in ({prefix}{first}{year}{second}{number}{more}), thanks"
    ours = [spot for spot in find_spots(SCHEMES, text) if spot.scheme == name]
    assert all(meets(spot.groups, groups) is not bool(more) for spot in ours)
    if not more:
        assert len(ours) == 1


@pytest.mark.parametrize("gap", [
    " ", "", "\n", ") ", ": ", ":", " nr ", " nr. ", ") nr ", ", ", " (", "\u00a0",
])  # fmt: skip
def test_a_regulation_is_never_read_as_the_statute_of_its_number(gap):
    for letters in ("AFS", "BFNAR", "HSLF-FS"):
        (spot,) = find_spots(SCHEMES, f"enligt ({letters}{gap}2001:1) gäller")
        assert spot.scheme == "regulation"


@pytest.mark.parametrize(
    "text", ["LAG OM ARBETSMILJÖ (1977:1160)", "ARBETSMILJÖLAGEN (1977:1160)", "SFS nr 1977:1160"]
)
def test_a_statute_behind_capitals_is_one(text):
    assert [spot.key for spot in find_spots(SCHEMES, text)] == ["SFS1977:1160"]
