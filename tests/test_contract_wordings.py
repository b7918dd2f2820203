"""The labels and wordings for contracts that the paper for coordinators names are understood."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT
from tests.test_emphasis import read

HEAD = "# Supply Agreement\n\n"
FACTS = {
    "number": "number",
    "parties": "party",
    "date": "date",
    "in force from": "effective_from",
    "in force until": "expires_on",
    "notice": "notice_period",
    "goes on by itself": "renewal",
    "sum": "total",
    "law": "governing_law",
}


def wordings() -> list[tuple[str, str]]:
    """Name of the fact and words of a contract, as the table has them."""
    text = (PROJECT / "docs" / "coordinators.md").read_text(encoding="utf-8")
    table = text.partition("<!-- contract wordings -->")[2].strip().partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ", 1) for row in table.splitlines()[2:]]
    return [(FACTS[name], words) for name, cell in rows for words in re.findall("`([^`]+)`", cell)]


def test_the_table_names_wordings_of_each_fact():
    assert {name for name, _ in wordings()} == set(FACTS.values())


@pytest.mark.parametrize(("name", "words"), wordings())
def test_a_contract_that_words_it_so_is_understood(name, words):
    text = f"{HEAD}{words}\n"
    facts = [one for one in read(text).facts if one.name == name]
    assert facts
    assert all((one.evidence.start or 0) >= len(HEAD) for one in facts)
