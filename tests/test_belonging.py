"""Which versions are one document does not depend on what came first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.belonging import MOST_COMPARED, part
from archive.keys import groups_of, key_of_groups
from archive.told import Told
from archive.units import Unit, segments

TEXTS = [
    Counter({"pump": 40, "housing": 40}),
    Counter({"pump": 40, "housing": 30, "iron": 10}),
    Counter({"lease": 60, "flat": 30}),
    Counter({"moved": 1}),
]


def told(
    version: int,
    number: str | None = "SP-200",
    revision: str | None = None,
    *,
    kind: str = "specification",
    date: str | None = None,
    is_labelled: bool = False,
    text: int = 0,
) -> Told:
    groups = groups_of(number) if number else None
    key = key_of_groups(groups) if groups else None
    return Told(
        version, version, 1, 1, kind, revision, date, f"{version:04}{text}",
        "specification" if number else None, key, groups, None, is_labelled,
    )  # fmt: skip


def together(*versions: Told, texts: dict[int, int] | None = None, apart=frozenset()):
    """The groups, as sets of version ids."""

    def words(ids):
        return {i: TEXTS[(texts or {}).get(i, 0)] for i in ids}

    parted = part([Unit((one,)) for one in versions], words, apart)
    return sorted(
        sorted(v.version_id for u in group for v in u.versions) for group in parted.groups
    )


def test_marks_that_differ_are_one_document_however_they_are_written():
    found = together(
        told(1, revision="A"), told(2, revision="2"), told(3, "SP 200", revision="1.1")
    )
    assert found == [[1, 2, 3]]


def test_one_mark_twice_stays_apart_01_and_1_are_one_mark():
    assert together(told(1, revision="01"), told(2, revision="1"), told(3, revision="2")) == [
        [1, 3],
        [2],
    ]


def test_texts_hang_together_by_those_between_them():
    found = together(told(1), told(2), told(3), texts={1: 0, 2: 1, 3: 2})
    assert found == [[1, 2], [3]]


def test_regroupings_are_two_numbers_and_the_joined_spelling_between_them_is_neither():
    versions = [told(1, "SP-1-12", "A"), told(2, "SP-11-2", "B"), told(3, "SP-112", "C")]
    assert together(*versions) == [[1], [2], [3]]
    assert together(versions[0], versions[2]) == [[1, 3]]


def test_a_notice_joins_where_there_is_one_document_only():
    notice = told(3, is_labelled=True)
    assert together(told(1), told(2), notice, texts={2: 1, 3: 3}) == [[1, 2, 3]]
    assert together(told(1), told(2), notice, texts={2: 2, 3: 3}) == [[1], [2], [3]]
    unlabelled = replace(notice, is_labelled=False)
    assert together(told(1), told(2), unlabelled, texts={2: 1, 3: 3}) == [[1, 2], [3]]


def test_what_a_person_said_to_be_two_never_joins():
    assert together(told(1), told(2), apart=frozenset({frozenset({1, 2})})) == [[1], [2]]


def test_invoices_join_by_marks_only():
    invoices = [told(1, kind="invoice"), told(2, kind="invoice")]
    assert together(*invoices) == [[1], [2]]
    marked = [replace(one, revision=mark) for one, mark in zip(invoices, "AB", strict=True)]
    assert together(*marked) == [[1, 2]]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["SP-1", "SP-1", "SP-2"], [2, 1]),
        (["SP-1", None, "SP-2"], [2, 1]),
        (["SP-1", "SP-2", "SP-1"], [1, 1, 1]),
        (["SP-1-12", "SP-11-2"], [1, 1]),
        ([None, "SP-1"], [2]),
    ],
)
def test_a_place_is_parted_where_its_number_turns_out_to_be_another(numbers, expected):
    chain = [told(index, number) for index, number in enumerate(numbers, 1)]
    assert [len(segment) for segment in segments(chain)] == expected


class Compared(Counter):
    """The words of a text that is often looked into."""

    times = 0

    def keys(self):
        self.times += 1
        return super().keys()


def compared(units, texts):
    """What becomes of units, and in how many comparisons of texts."""
    words = {version_id: Compared(text) for version_id, text in texts.items()}
    parted = part(units, lambda ids: {i: words[i] for i in ids}, frozenset())
    return parted, sum(text.times for text in words.values()) // 2


def test_of_many_versions_at_two_places_the_first_and_the_last_are_compared():
    one, two = (
        Unit(tuple(replace(told(i), document_id=start) for i in range(start, start + 200)))
        for start in (1, 1001)
    )
    texts = {t.version_id: Counter(text=90) for t in one.versions}
    texts |= {t.version_id: Counter(other=90) for t in two.versions}
    parted, times = compared([one, two], texts)
    assert (len(parted.groups), times) == (2, 4)


def test_texts_of_other_lengths_are_never_compared():
    texts = {i: Counter({"pump": 3**i}) for i in range(1, 20)}
    parted, times = compared([Unit((told(i),)) for i in texts], texts)
    assert (len(parted.groups), times) == (19, 0)


def test_where_too_many_texts_differ_marks_alone_join_and_nobody_is_asked():
    texts = {i: Counter({f"{i}": 90}) for i in range(1, 151)}
    units = [Unit((told(i, revision={1: "A", 2: "B"}.get(i)),)) for i in texts]
    parted, times = compared(units, texts)
    assert times <= MOST_COMPARED + 1
    assert sorted(map(len, parted.groups)) == [*[1] * 148, 2] and not parted.proposed


def test_many_texts_that_agree_are_compared_once_each():
    texts = {i: Counter({"pump": 90}) for i in range(1, 201)}
    parted, times = compared([Unit((told(i),)) for i in texts], texts)
    assert (len(parted.groups), times) == (1, 199)


def test_what_more_bear_than_can_be_told_apart_stays_as_it_is():
    units = [Unit((replace(told(i), document_id=i % 1000),)) for i in range(4000)]
    between = Unit((replace(told(4001), document_id=1), replace(told(4002), document_id=2)))
    parted, times = compared([*units, between], {})
    assert sorted(map(len, parted.groups)) == [*[4] * 998, 9] and times == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SP-1-12", "SP-11-2", "SP-112", "SP-1-13", None]),
            st.sampled_from([None, None, "A", "B", "01", "1"]),
            st.sampled_from(["specification", "invoice", "contract"]),
            st.sampled_from([None, "2024-01-01", "2025-01-01"]),
            st.booleans(),
            st.integers(0, len(TEXTS) - 1),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_changes_nothing(rows, random):
    versions = [
        told(index, number, mark, kind=kind, date=date, is_labelled=labelled, text=text)
        for index, (number, mark, kind, date, labelled, text) in enumerate(rows, 1)
    ]
    texts = {index: row[-1] for index, row in enumerate(rows, 1)}
    shuffled = random.sample(versions, len(versions))
    # other file numbers and version ids, as another order of arrival gives them
    found = {}
    for order in (versions, shuffled):
        ids = {one.sha256: place for place, one in enumerate(order, 1)}
        names = {place: sha256 for sha256, place in ids.items()}
        arrived = [
            replace(one, version_id=ids[one.sha256], document_id=ids[one.sha256]) for one in order
        ]
        kinds = {ids[one.sha256]: texts[one.version_id] for one in order}
        groups = together(*arrived, texts=kinds)
        found[id(order)] = sorted(sorted(names[i] for i in group) for group in groups)
    assert found[id(versions)] == found[id(shuffled)]
