"""A row of labels above one row of values: what stands under a label is its value."""

from __future__ import annotations

import io

import openpyxl
import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.extractor import Extractor
from indexer.extract.label_rows import is_label
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read

EXTRACTOR = Extractor(compile_schemes(BUILTIN_SCHEMES))
LABELS = (
    "Invoice no",
    "Invoice date",
    "Seller",
    "Buyer",
    "Order no",
    "Contract",
    "Total",
    "Currency",
)
VALUES = (
    "INV-301", "2025-03-05", "Norrgjuteri AB", "Bruket Pumpar", "PO-2025-202", "C-2025-014",
    "1250.00", "SEK",
)  # fmt: skip
SWEDISH = (
    "Fakturanr", "Fakturadatum", "Säljare", "Köpare", "Ordernummer", "Avtal", "Summa att betala",
    "Valuta",
)  # fmt: skip


def workbook(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made(form: str, labels, values) -> tuple[bytes, str]:
    """The two rows as a file, and its name."""
    if form == "xlsx":
        return workbook([labels, values]), "table.xlsx"
    if form == "quoted":
        rows = (";".join(f'"{cell}"' for cell in row) for row in (labels, values))
    elif form == "|":
        rows = (f"| {' | '.join(row)} |" for row in (labels, ["---"] * len(labels), values))
    else:
        rows = (form.join(row) for row in (labels, values))
    return "".join(
        f"{row}\r\n" for row in rows
    ).encode(), "table.csv" if form != "|" else "table.md"


def told(file: bytes, name: str):
    reading, found = EXTRACTOR.extract(read(file, name, Limits()), ReadingContext(f"filing/{name}"))
    for one in (*found.facts, *found.identifiers, *found.mentions):
        place = one.evidence
        if place.page:
            text = reading.pages[place.page - 1].text
            assert text[place.start : place.end] == place.quote
    facts = {one.name if one.name != "party" else one.role: one.value for one in found.facts}
    cited = {one.scheme: (one.identifier, one.relation) for one in found.mentions}
    return facts, cited


FORMS = (";", ",", "\t", "; ", "quoted", "|", "xlsx")
EXPECTED = {
    "kind": "invoice", "number": "INV-301", "date": "2025-03-05", "total": "1250.00",
    "currency": "SEK",
}  # fmt: skip
CITED = {"purchase-order": ("PO-2025-202", "bills"), "contract": ("C-2025-014", "under")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("labels", [LABELS, SWEDISH, [label.upper() for label in LABELS]])
def test_each_cell_is_the_value_of_the_label_above_it(form, labels):
    facts, cited = told(*made(form, labels, VALUES))
    expected = EXPECTED | {"seller": "Norrgjuteri AB", "buyer": "Bruket Pumpar"}
    assert {name: facts.get(name) for name in expected} == expected
    assert cited == CITED


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_names_no_parties_gives_none(form):
    keep = [at for at, label in enumerate(LABELS) if label not in ("Seller", "Buyer")]
    facts, cited = told(*made(form, [LABELS[at] for at in keep], [VALUES[at] for at in keep]))
    assert {name: facts.get(name) for name in EXPECTED} == EXPECTED
    assert not {"seller", "buyer", "party"} & facts.keys()
    assert cited == CITED


@pytest.mark.parametrize("form", [";", ",", "quoted", "\t"])
def test_an_empty_cell_is_the_value_of_nothing_and_moves_no_other(form):
    values = [
        "" if label in ("Buyer", "Order no") else VALUES[at] for at, label in enumerate(LABELS)
    ]
    facts, cited = told(*made(form, LABELS, values))
    assert {name: facts.get(name) for name in EXPECTED} == EXPECTED
    assert "buyer" not in facts
    assert cited == {"contract": CITED["contract"]}


def test_an_empty_cell_of_a_sheet_moves_no_other():
    values = ["" if label == "Order no" else VALUES[at] for at, label in enumerate(LABELS)]
    facts, _ = told(*made("xlsx", LABELS, values))
    assert (facts["buyer"], facts["total"]) == ("Bruket Pumpar", "1250.00")


def test_a_sum_in_quotes_keeps_its_commas():
    facts, _ = told(b'Invoice no,Invoice date,Total (EUR)\r\n77,2025-03-05,"1,250.00"\r\n', "a.csv")
    assert (facts["number"], facts["total"]) == ("77", "1250.00")


def test_column_names_of_programs_are_labels_too():
    text = b"invoice_no,invoice_date,seller,buyer,total\n77,2025-03-05,Acme AB,Borg AB,5.00\n"
    facts, _ = told(text, "a.csv")
    assert (facts["number"], facts["seller"], facts["buyer"]) == ("77", "Acme AB", "Borg AB")
    assert (facts["date"], facts["total"]) == ("2025-03-05", "5.00")


@pytest.mark.parametrize(
    ("labels", "kind"),
    [("Order no;Order date;Total", "purchase-order"), ("Product;Order no;Total", "other")],
)
def test_only_what_a_row_begins_with_says_its_kind_but_for_invoices(labels, kind):
    facts, _ = told(f"{labels}\nPO-2025-202;2025-03-05;5,00\n".encode(), "a.csv")
    assert facts["kind"] == kind


def test_several_rows_are_a_list_and_their_cells_no_facts_of_the_document():
    rows = (LABELS, VALUES, ("INV-302", "2025-03-06", "Acme AB", "Borg AB", "", "", "7.00", "EUR"))
    facts, _ = told("\n".join(";".join(row) for row in rows).encode(), "list.csv")
    assert not {"number", "date", "total", "seller", "buyer"} & facts.keys()


@pytest.mark.parametrize("sign", [";", ",", "\t", "   "])
def test_a_label_is_never_the_value_of_the_label_beside_it(sign):
    text = sign.join(["Invoice no", "Buyer", "Order no", "Total"])
    facts, _ = told(f"INVOICE\n{text}\n".encode(), "a.txt")
    assert not {"buyer", "party", "total"} & facts.keys()


@pytest.mark.parametrize("cell", ["Order no", "Your order", "Kundnummer", "Total (SEK)", "Avtal"])
def test_labels_of_facts_and_of_numbers_are_known(cell):
    assert is_label(cell)


@pytest.mark.parametrize("cell", ["Acme AB", "Bruket Pumpar", "PO-2025-202", "", "5.00"])
def test_values_are_none(cell):
    assert not is_label(cell)
