"""Letters that only look like others are passed over, and days are read whole."""

from __future__ import annotations

from archive.reading import PageText, ReadingContext
from indexer.extract.change_forms import said_in_form
from indexer.extract.facts import find_facts

PREAMBLE = """SUPPLY AGREEMENT

This Supply Agreement is made and entered into as of March 1, 2024 by and between
Norrby Pumps International Ltd. ("Supplier") and Vik Water, Inc. ("Customer").

WHEREAS, Supplier makes pumps;

"""


def said(text: str, name: str) -> list[str]:
    found = find_facts((PageText(1, PREAMBLE + text),), ReadingContext("r/a.txt"))
    return [fact.value for fact in found if fact.name == name]


def test_a_label_with_a_letter_of_another_alphabet_is_no_label() -> None:
    for label in ("Rısk", "RİSK", "TİTLE"):
        assert said_in_form([PageText(1, f"{label}: x\nCosts: none")]) == {"costs": "none"}


def test_a_number_with_a_letter_of_another_alphabet_says_no_notice() -> None:
    for word in ("sıx", "SİX", "fıve"):
        clause = f"Either party may terminate upon {word} months' prior written notice."
        assert said(clause, "notice_period") == []
    assert said("Either party may terminate upon ſix months' notice.", "notice_period") == []


def test_a_day_at_the_end_of_what_is_looked_through_is_read_whole_or_not_at_all() -> None:
    for behind in range(160, 230):
        clause = f"valid 2019-01-01{' ' * behind}to 31.12.2026 and so on and so forth"
        assert said(clause, "expires_on") in ([], ["2026-12-31"])
    near = f"valid 2019-01-01{' ' * 175}to 31.12.2026 and so on"
    assert said(near, "expires_on") == ["2026-12-31"]
