"""Marks of emphasis around labels and values hide neither, and evidence quotes the page itself."""

from __future__ import annotations

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import PageText, Reading, ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.extractor import Extractor
from indexer.extract.plain_text import EXAMPLES, without_marks

EXTRACTOR = Extractor(compile_schemes(BUILTIN_SCHEMES))


def read(text: str, path: str = "filing/paper.md"):
    page = PageText(1, text)
    _, found = EXTRACTOR.extract(Reading("text", 1, "text/plain", (page,)), ReadingContext(path))
    for one in (*found.facts, *found.identifiers, *found.mentions):
        place = one.evidence
        if place.page:
            assert page.text[place.start : place.end] == place.quote
    return found


def cited(text: str) -> list[tuple[str, str, str]]:
    return [(one.scheme, one.identifier, one.relation) for one in read(text).mentions]


@pytest.mark.parametrize(("written", "meant"), EXAMPLES)
def test_marks_around_labels_and_values_are_left_out_and_those_of_prose_stay(written, meant):
    plain = without_marks(written)
    assert plain.text == meant
    for place, char in enumerate(plain.text):
        assert written[plain.at(place)] == char


@pytest.mark.parametrize(
    "line",
    [
        "**Contract:** C-2025-014",
        "**Contract**: C-2025-014",
        "**Contract:** **C-2025-014**",
        "**Contract: C-2025-014**",
        "__Contract:__ C-2025-014",
        "*Contract:* `C-2025-014`",
        "`Contract`: _C-2025-014_",
        "- **Avtal:** C-2025-014",
        "> __Avtal__: C-2025-014",
        "Contract: **C-2025-014**",
    ],
)
@pytest.mark.parametrize("ending", ["", "\n", " \n"])
def test_an_emphasised_label_says_which_number_follows_as_a_plain_one_does(line, ending):
    text = f"# Invoice INV-301\n\n{line}{ending}"
    assert cited(text) == [("contract", "C-2025-014", "under")]


def test_an_emphasised_row_of_a_table_is_read_as_a_plain_one():
    marked = "# Invoice INV-301\n\n| **Order no** | **4711** |\n| `Buyer` | _Acme AB_ |\n"
    plain = "".join(char for char in marked if char not in "*_`")
    assert cited(marked) == cited(plain) == [("purchase-order", "4711", "bills")]


def test_an_emphasised_label_goes_before_the_name_of_the_file():
    found = read("# Inköpsorder\n\n**Ordernummer:** PO-2025-202\n", "filing/2025-202.md")
    (own,) = found.identifiers
    assert (own.identifier, own.evidence.where) == ("PO-2025-202", None)


def test_facts_are_those_of_the_same_text_without_marks():
    marked = (
        "**Faktura 4711**\n\n**Fakturadatum:** *2025-03-05*\n__Säljare:__ **Norrgjuteri AB**\n"
        "**Köpare:** **Bruket Pumpar**\n**Förfallodatum**: `2025-04-04`\n"
        "**Att betala:** **1 250,00 SEK**\n"
    )
    plain = "".join(char for char in marked if char not in "*_`")

    def told(text: str) -> list[tuple[str, str | None, str]]:
        return [(one.name, one.role, one.value) for one in read(text).facts]

    assert told(marked) == told(plain)
    assert ("party", "buyer", "Bruket Pumpar") in told(marked)


def test_a_mail_is_read_alike():
    text = "From: a@example.com\nSubject: Ditt ärende\n\nHej!\n\n**Avtal:** C-2025-014\n"
    (cited,) = read(text, "filing/mail.eml").mentions
    assert (cited.scheme, cited.identifier) == ("contract", "C-2025-014")


def test_an_emphasised_word_of_prose_is_no_label():
    text = "# Minutes\n\nThe **seller** Acme AB and the **contract** 12 were named.\n"
    plain = text.replace("*", "")
    found, expected = read(text), read(plain)
    assert [one.value for one in found.facts] == [one.value for one in expected.facts]
    assert len(found.mentions) == len(expected.mentions)


def test_marks_that_are_never_closed_are_read_in_no_time():
    text = "Formula: *" + "gas_cost_" * 40 + " (`" + "a_b_" * 40
    assert without_marks(text).text == text
