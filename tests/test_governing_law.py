"""A contract says which law governs it, in its own words."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts
from indexer.extract.governing_law import governing_law


@pytest.mark.parametrize(
    ("clause", "law"),
    [
        ("This Agreement shall be governed by and construed in accordance with the laws of the"
         " State of\nNew York without regard to conflicts of law.", "State of New York"),
        ("THIS AGREEMENT IS GOVERNED BY THE LAWS OF THE STATE OF GEORGIA APPLYING TO CONTRACTS.",
         "STATE OF GEORGIA"),
        ("It is construed under the substantive laws of the Netherlands, excluding its rules.",
         "Netherlands"),
        ("This Agreement is governed by the laws of England and Wales.", "England and Wales"),
        ("The laws of the Province of Ontario (and Canada) govern this Agreement.",
         "Province of Ontario"),
        ("This Agreement is governed by English law.", "English law"),
        ("Swedish law shall apply to this Agreement.", "Swedish law"),
        ("The validity of this Agreement is governed by the laws of Sweden.", "Sweden"),
        ("Governing law: Sweden", "Sweden"),
        ("Avtalet ska tolkas enligt svensk rätt.", "svensk rätt"),
        ("Svensk lag ska tillämpas på avtalet.", "Svensk lag"),
        ("Tillämplig lag: svensk rätt", "svensk rätt"),
    ],
)  # fmt: skip
def test_the_law_is_read_from_its_clause(clause: str, law: str) -> None:
    text = f"12. General.\n{clause}\n"
    found = governing_law([PageText(1, "Cover"), PageText(2, text)])
    assert found is not None and found.value == law
    where = found.evidence
    assert (where.page, text[where.start : where.end]) == (2, where.quote)


@pytest.mark.parametrize(
    "text",
    [
        "Vik Water, Inc. is a corporation organized under the laws of the State of Delaware.",
        "A party shall comply with the laws of its country; disputes are settled by the parties.",
        "governed by Applicable Law",
        "Leverantören ska följa svensk lag.",
        "Conflicts are resolved as the law of the land says.",
    ],
)
def test_laws_that_are_only_named_govern_nothing(text: str) -> None:
    assert governing_law([PageText(1, text)]) is None


def test_only_contracts_have_a_governing_law() -> None:
    clause = "This agreement is governed by the laws of Sweden."
    for head, laws in (("SUPPLY AGREEMENT", ["Sweden"]), ("INVOICE\nInvoice no: 77", [])):
        facts = find_facts([PageText(1, f"{head}\n\n{clause}\n")], ReadingContext("r/a.txt"))
        assert [fact.value for fact in facts if fact.name == "governing_law"] == laws
