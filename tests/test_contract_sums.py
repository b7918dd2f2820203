"""The greatest sum of a contract, as its clauses word it, in English and Swedish."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.contract_sums import COUNTER_EXAMPLES, WORDINGS
from indexer.extract.facts import find_facts
from tests.test_contract_notice import PREAMBLE


def sum_of(text: str, preamble: str = PREAMBLE) -> str | None:
    page = PageText(1, preamble + text)
    facts = find_facts([page], ReadingContext("r/a.txt"))
    found = {fact.name: fact for fact in facts if fact.name in ("total", "currency")}
    for fact in found.values():
        assert page.text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    return f"{found['total'].value} {found['currency'].value}" if "total" in found else None


@pytest.mark.parametrize(
    ("clause", "value"), [example for _, examples in WORDINGS for example in examples]
)
def test_each_wording_of_a_sum_reads_its_own_examples(clause: str, value: str) -> None:
    assert sum_of(clause) == value


@pytest.mark.parametrize("clause", COUNTER_EXAMPLES)
def test_a_sum_of_something_else_is_none_of_the_contract(clause: str) -> None:
    assert sum_of(clause) is None


def test_the_clause_goes_before_a_total_in_a_table_of_prices() -> None:
    table = "Pump\t1\t900.00\nTotal\t900.00 EUR\n"
    clause = "The total value of orders under this agreement shall not exceed EUR 50,000.\n"
    assert sum_of(clause + table) == "50000.00 EUR"


def test_other_documents_than_contracts_say_their_totals_by_labels_alone() -> None:
    clause = "The total value of orders under the agreement shall not exceed EUR 50,000.\n"
    invoice = "INVOICE\nInvoice no: 77\nTotal: 900.00 EUR\n"
    assert sum_of(clause, invoice) == "900.00 EUR"
