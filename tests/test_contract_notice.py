"""With how much notice a contract ends, and for how long it goes on by itself, as it words it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.fact_values import checked_value
from archive.periods import UNITS, Period
from archive.reading import PageText, ReadingContext
from indexer.extract.contract_notice import RENEWALS
from indexer.extract.facts import find_facts

PREAMBLE = """SUPPLY AGREEMENT

This Supply Agreement is made and entered into as of March 1, 2024 by and between
Norrby Pumps International Ltd. ("Supplier") and Vik Water, Inc. ("Customer").

WHEREAS, Supplier makes pumps;

"""


def said(text: str, name: str, preamble: str = PREAMBLE) -> str | None:
    pages = (PageText(1, preamble + text),)
    facts = [fact for fact in find_facts(pages, ReadingContext("r/a.txt")) if fact.name == name]
    for fact in facts:
        assert pages[0].text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    assert len(facts) < 2
    return facts[0].value if facts else None


@pytest.mark.parametrize(
    ("clause", "value"),
    [
        ("Either party may terminate this Agreement upon ninety (90) days' prior written notice.",
         "90 days"),
        ("This Agreement may be terminated without cause on three months’ notice in writing.",
         "3 months"),
        ("unless a party gives written notice of non-renewal at least one (1) year before the end",
         "1 year"),
        ("Notice period: 6 months", "6 months"),
        ("Avtalet kan sägas upp med en uppsägningstid om tre (3) månader.", "3 months"),
        ("Avtalet gäller med 6 månaders ömsesidig uppsägning.", "6 months"),
        ("Uppsägning ska ske skriftligen senast två veckor före avtalstidens utgång.", "2 weeks"),
        ("Uppsägningstid: 30 dagar", "30 days"),
    ],
)  # fmt: skip
def test_a_contract_says_with_how_much_notice_it_ends(clause: str, value: str) -> None:
    assert said(clause, "notice_period") == value


@pytest.mark.parametrize(
    "clause",
    [
        "A party may terminate this Agreement if a breach is not cured within thirty (30) days'"
        " written notice of the breach.",
        "Supplier shall give ten (10) days notice of each delivery.",
        "Prices may be changed on three months' notice.",
        "Leverantören ska underrätta Köparen tre månader före prisändring.",
        "This Agreement shall end on March 1, 2027.",
    ],
)
def test_notice_of_something_else_is_none_of_its_end(clause: str) -> None:
    assert said(clause, "notice_period") is None


@pytest.mark.parametrize(
    ("clause", "value"),
    [
        ("This Agreement shall automatically renew for successive one (1) year periods unless a"
         " party gives notice, which may be sent by mail.", "1 year"),
        ("The term shall be extended automatically for periods of 12 months.", "12 months"),
        ("It will be renewed for additional terms of two years each.", "2 years"),
        ("Om avtalet inte sägs upp förlängs det med ett (1) år i sänder.", "1 year"),
        ("Avtalet förlängs automatiskt med 6 månader åt gången.", "6 months"),
    ],
)  # fmt: skip
def test_a_contract_says_for_how_long_it_goes_on_by_itself(clause: str, value: str) -> None:
    assert said(clause, "renewal") == value


@pytest.mark.parametrize(
    ("clause", "value"), [example for _, examples in RENEWALS for example in examples]
)
def test_each_wording_of_renewal_reads_its_own_examples(clause: str, value: str) -> None:
    assert said(clause, "renewal") == value


@pytest.mark.parametrize(
    "clause",
    [
        "The parties may by mutual written agreement extend the term for one year.",
        "Customer may renew this Agreement for additional terms of two years each.",
        "Köparen har rätt att få avtalet förlängt; det kan förlängas med ett år.",
        "Deadlines are extended by ten days for each day of strike.",
        "The time of delivery is extended for another 10 days.",
        "Priserna gäller tre månader i taget.",
        "Leverantören får erbjudas en förlängning om 12 månader.",
    ],
)
def test_what_only_may_be_renewed_does_not_go_on_by_itself(clause: str) -> None:
    assert said(clause, "renewal") is None


def test_other_documents_than_contracts_say_neither() -> None:
    clause = "Terminate on 90 days' written notice; it shall automatically renew for one year."
    preamble = "INVOICE\nInvoice no: 77\nInvoice date: 2024-03-01\n"
    assert said(clause, "notice_period", preamble) is said(clause, "renewal", preamble) is None


def test_a_person_may_say_it_in_the_same_form() -> None:
    assert checked_value("renewal", "1 year") == "1 year"
    assert checked_value("notice_period", "3 months") == "3 months"
    for wrong in ("soon", "0 days", "3 moons", "9000 years", "101 years"):
        with pytest.raises(UsageError, match="3 months or 1 year"):
            checked_value("notice_period", wrong)


def test_months_are_counted_by_the_calendar() -> None:
    assert Period(1, "month").after(date(2024, 1, 31)) == date(2024, 2, 29)
    assert Period(3, "month").after(date(2024, 3, 31), -1) == date(2023, 12, 31)
    assert Period(1, "year").after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Period(2, "week").after(date(2024, 1, 1)) == date(2024, 1, 15)
    with pytest.raises(OverflowError):
        Period(100, "year").after(date(9950, 1, 1))


@given(st.integers(1, 90), st.sampled_from(UNITS), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_length_is_read_as_it_is_written_and_leads_on(count: int, unit: str, day: date) -> None:
    period = Period(count, unit)
    assert Period.read(str(period)) == period
    assert period.after(day) > day > period.after(day, -1)
