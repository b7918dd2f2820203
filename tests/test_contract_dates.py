"""When contracts were made, from when they hold and when they end, as contracts word it."""

from __future__ import annotations

import pytest

from archive.reading import FactFound, PageText, ReadingContext
from indexer.extract.facts import find_facts

PREAMBLE = """SUPPLY AGREEMENT

This Supply Agreement is made and entered into as of March 1, 2024 by and between
Norrby Pumps International Ltd. ("Supplier") and Vik Water, Inc. ("Customer").

WHEREAS, Supplier makes pumps;

"""
UNDATED = PREAMBLE.replace(" as of March 1, 2024", "")
SIGNED = """
IN WITNESS WHEREOF, the parties have signed.
By: Ann Olsson   Date: 3/26/2024
By: Bo Ek   Date: 4/2/2024
"""
AVTAL = """AVTAL

mellan

Norrby Pumpar AB, nedan kallad "Leverantören", och Vik Fastigheter AB, nedan kallad "Köparen",
har den 1 mars 2024 träffats följande avtal.

"""


def find(text: str, name: str) -> FactFound | None:
    facts = find_facts((PageText(1, text),), ReadingContext("r/a.txt"))
    return next((fact for fact in facts if fact.name == name), None)


def value(text: str, name: str) -> str | None:
    fact = find(text, name)
    if fact is None:
        return None
    assert text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    return fact.value


@pytest.mark.parametrize(
    ("clause", "day"),
    [
        ("This Agreement shall end on the third (3rd) anniversary of its signing.", "2027-03-01"),
        ("The initial term shall end on the fifth anniversary of the date hereof.", "2029-03-01"),
        ("This Licence shall expire upon the earlier of (i) the one (1) year anniversary of the"
         " Effective Date and (ii) the sale of all shares.", "2025-03-01"),
        ("The term of this Agreement is sixty (60) months from the date hereof.", "2029-03-01"),
        ("The duration of this Venture (the “Term”) shall continue until February 28, 2026.",
         "2026-02-28"),
        ("“Term” means the period through to December 31, 2027.", "2027-12-31"),
        ("This Agreement expires at 11:59 p.m. Eastern Time on May 5th, 2025.", "2025-05-05"),
        ("Unless extended by both parties, this Agreement shall continue for two years.",
         "2026-03-01"),
        ("The term of this Agreement will be ten (10) years, provided that a party may leave after"
         " the 7th anniversary of such date.", "2034-03-01"),
        ("“Launch Date” means 5 May 2024. The term of this Agreement is one year from the Launch"
         " Date.", "2025-05-05"),
    ],
)  # fmt: skip
def test_a_contract_ends_as_its_term_clause_says(clause: str, day: str) -> None:
    assert value(PREAMBLE + clause, "expires_on") == day


@pytest.mark.parametrize(
    "clause",
    [
        "The term of this Agreement is ten years from the date of first delivery.",
        "The term of this Agreement is one year from the Launch Date.",
        "This Agreement shall commence upon completion of the plant and continue for ten years.",
        "This Agreement shall be terminated by notice given ninety (90) days before.",
        "This Agreement shall continue until terminated.",
        "This Agreement is entered into as of the 31 day of July, 2025.",
    ],
)
def test_a_term_from_a_day_that_nobody_knows_ends_on_no_day(clause: str) -> None:
    assert value(PREAMBLE + clause, "expires_on") is None


@pytest.mark.parametrize(
    ("clause", "start", "end"),
    [
        ("Avtalet träder i kraft den 1 april 2024 och gäller till och med den 31 mars 2026.",
         "2024-04-01", "2026-03-31"),
        ("Avtalet gäller fr.o.m. 2024-05-01 t.o.m. 2025-04-30.", "2024-05-01", "2025-04-30"),
        ("Avtalet träder i kraft vid undertecknandet. Avtalstiden är två (2) år från"
         " undertecknandet.", "2024-03-01", "2026-03-01"),
    ],
)  # fmt: skip
def test_a_swedish_contract_says_when_it_begins_and_ends(clause: str, start: str, end: str) -> None:
    text = AVTAL + clause
    assert value(text, "date") == "2024-03-01"
    assert (value(text, "effective_from"), value(text, "expires_on")) == (start, end)


@pytest.mark.parametrize(
    ("clause", "day"),
    [
        ("This Agreement is dated May 1, 2024, effective as of July 1, 2024 (“Effective Date”).",
         "2024-07-01"),
        ("The commencement date for this contract will be 16th June 2024.", "2024-06-16"),
        ("The term of this Agreement shall begin on April 1, 2024.", "2024-04-01"),
    ],
)  # fmt: skip
def test_a_contract_holds_from_the_day_that_it_names(clause: str, day: str) -> None:
    text = UNDATED.replace("\n\nWHEREAS", f"\n{clause}\n\nWHEREAS")
    assert value(text, "effective_from") == day


def test_a_contract_in_force_as_of_the_day_above_holds_from_the_day_it_was_made() -> None:
    text = PREAMBLE.replace("as of", "on") + "It shall become effective on the date first above."
    found = find(text, "effective_from")
    assert found is not None and (found.value, found.rule) == ("2024-03-01", "as preamble")


def test_a_contract_without_a_day_is_of_the_day_of_its_last_signature() -> None:
    text = UNDATED + "This Agreement is effective upon the last signature." + SIGNED
    assert value(text, "date") == "2024-04-02"
    found = find(text, "effective_from")
    assert found is not None and found.value == "2024-04-02"


def test_a_day_on_the_cover_is_the_contracts_own() -> None:
    assert value("DATED 5 March 2024\n\n" + UNDATED, "date") == "2024-03-05"


@pytest.mark.parametrize(
    "written", ["this 1 st day of Friday, March 2024", "March 1,2024", "March 1 st, 2024"]
)
def test_days_are_read_as_typists_write_them(written: str) -> None:
    assert value(PREAMBLE.replace("as of March 1, 2024", f"on {written}"), "date") == "2024-03-01"


@pytest.mark.parametrize(
    "clause",
    [
        "Term: 2025-01-01 to 2026-12-31",
        "Avtalstid: 2025-01-01 – 2026-12-31",
        "This Agreement is valid from 1 January 2025 until and including 31 December 2026.",
        "Avtalet gäller fr.o.m. 2025-01-01 t.o.m. 2026-12-31.",
        "Avtalsperiod: från och med den 1 januari 2025 till och med den 31 december 2026",
        "Laufzeit: 01.01.2025 bis 31.12.2026",
    ],
)
def test_a_contract_holds_for_the_period_that_it_says(clause: str) -> None:
    text = f"SUPPLY AGREEMENT\n\n{clause}\n\nbetween Alder Pumps Ltd and Tidewater Valves Ltd\n"
    assert value(text, "effective_from") == "2025-01-01"
    assert value(text, "expires_on") == "2026-12-31"
    assert value(text, "date") is None


def test_two_days_that_no_word_calls_the_term_are_no_period() -> None:
    text = "SUPPLY AGREEMENT\n\nWorkshops: 2025-01-01 to 2025-01-31\n"
    assert value(text, "expires_on") is None
