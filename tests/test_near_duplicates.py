"""Near-duplicates: found by the rarest words, all of them and no others."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

from archive import near_duplicates
from archive.belonging import in_common
from archive.near_duplicates import AGREE, FEWEST_WORDS


def test_texts_are_near_duplicates_where_nearly_all_of_their_words_are_the_same():
    letter = Counter([f"word{n}" for n in range(40)])
    changed = letter - Counter(["word3"]) + Counter(["other"])
    another = Counter([f"word{n}" for n in range(20)] + [f"else{n}" for n in range(20)])
    found = near_duplicates.near_duplicates({1: letter, 2: changed, 3: another, 4: Counter()})
    assert (found.pairs, found.is_whole) == (((1, 2),), True)


def test_no_pair_is_missed_and_none_is_added():
    chance = Random(6)
    texts: dict[int, Counter[str]] = {}
    for number in range(120):
        known = texts[chance.randrange(number)] if number and chance.random() < 0.6 else Counter()
        text = list(known.elements()) or chance.choices("abcdefghij", k=chance.randint(5, 40))
        for _ in range(chance.randint(0, 5)):
            text[chance.randrange(len(text))] = chance.choice("abcdefghijklmn")
        texts[number] = Counter(text)
    expected = [
        (one, other)
        for one, other in combinations(texts, 2)
        if min(texts[one].total(), texts[other].total()) >= FEWEST_WORDS
        and in_common(texts[one], texts[other])
        >= AGREE * max(texts[one].total(), texts[other].total())
    ]
    assert expected
    assert list(near_duplicates.near_duplicates(texts).pairs) == expected


def test_where_there_is_too_much_to_compare_that_is_said(monkeypatch):
    monkeypatch.setattr(near_duplicates, "MOST_COMPARED", 3)
    same = Counter([f"word{n}" for n in range(40)])
    assert not near_duplicates.near_duplicates(dict.fromkeys(range(9), same)).is_whole
