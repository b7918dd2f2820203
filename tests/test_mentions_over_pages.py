"""Numbers over the ends of pages: heads, feet and page numbers between, labels without theirs."""

from __future__ import annotations

import pytest

from archive.reading import Evidence
from tests.test_mentions import mentions


def keys(*pages: str) -> list[str]:
    return [one.key for one in mentions(*pages)]


def test_a_number_goes_on_below_the_foot_of_one_page_and_the_head_of_the_next():
    pages = (
        "Acme\nAs agreed in PO-2024-\nPage 1 of 9",
        "Acme\n113 of last year\nPage 2 of 9",
    )
    (found,) = mentions(*pages)
    assert found.key == "PO2024113"
    assert found.evidence == Evidence(1, 18, 26, "PO-2024-", more=((2, 5, 8),))
    assert pages[1][5:8] == "113"


@pytest.mark.parametrize(
    "pages",
    [
        ("Acme\nsee PO-2024-\n\nPage 1 of 9\n", "\nAcme\n\n113 of May\nPage 2 of 9"),
        ("see PO-2024-\n- 1 -", "113 of May\n- 2 -"),
        ("see PO-2024-\nSida 1 (9)", "113 of May\nSida 2 (9)"),
        ("see PO-2024-\nAcme AB, Box 12\n1", "113 of May\nAcme AB, Box 12\n2"),
        ("see PO-2024-\n1", "113\nof May"),
        ("see PO-2024\u00ad\nPage 1", "113 of May\nPage 2"),
        ("see PO-2024-\n11", "113\nof May\n12"),
        ("A\nsee PO-2024-\nB 1/3", "A\n113 of May\nB 2/3", "A\nThe end\nB 3/3"),
    ],
)
def test_heads_and_feet_are_lines_that_pages_have_at_the_same_edge(pages):
    assert keys(*pages) == ["PO2024113"]


@pytest.mark.parametrize(
    "pages",
    [
        ("see PO-2024-\nPage 1 of 9", "Acme\n113 of May"),  # is Acme a head?
        ("see PO-2024-\nAcme AB", "the letter goes on"),
        ("see PO-2024-\n\n12", "the letter goes on"),
        ("see PO-2024-\nPage 1", "of May"),
        ("see PO-2024-",),
        ("see Order no 4500-",),
    ],
)
def test_what_is_left_before_a_dash_and_a_lines_end_is_never_the_shorter_number(pages):
    assert keys(*pages) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("the CR-118-\nrelated costs", "CR118"),
        ("PO-2024-113 -\nall of it", "PO2024113"),
        ("PO-2024-113\n- the first", "PO2024113"),
    ],
)
def test_a_dash_before_other_words_leaves_a_number_whole(text, key):
    assert keys(text) == [key]


@pytest.mark.parametrize(
    ("pages", "key"),
    [
        (("Dear Sirs, 2 May\nYour order no:", "4500012345\nof May"), "PO4500012345"),
        (("Text of 2 May.\n\nFakturanr", "104711\n\nMer text"), "104711"),
        (("Acme\nx 1\nOrder no:\nPage 1", "Acme\n4500012345\nPage 2"), "PO4500012345"),
        (("2 May\nInvoice no:", "\nINV-2024-77\n"), "INV202477"),
    ],
)
def test_a_label_in_the_last_line_of_a_page_has_its_number_at_the_top_of_the_next(pages, key):
    (found,) = mentions(*pages)
    assert found.key == key
    assert found.evidence.page == 2


@pytest.mark.parametrize(
    "pages",
    [
        ("2 May\nYour order no:", "2\nof May"),
        ("2 May\nYour order no:", "4500012345 is late"),
        ("2 May\nYour order no:", "2024-03-05\nof May"),
        ("Invoice no\nOrder no", "104711\n4500012345"),
        ("We know the order no", "4500012345\nof May"),
        ("2 May\nOrder", "4500012345\nof May"),
    ],
)
def test_what_else_opens_a_page_is_no_number_of_a_label_before_it(pages):
    assert keys(*pages) == []


def of_specification(*pages: str):
    return mentions(*pages, kind="specification")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (("EIP\neip: 1155\nRequires: 20, 165,\nPage 1", "EIP\n721\n\nA token.\nPage 2"),
         "EIP20 EIP165 EIP721"),
        (("eip: 1155\nRequires: 20,", "165, 721\nand 777.\n\nA token of 3."),
         "EIP20 EIP165 EIP721 EIP777"),
        (("eip: 1155\nRequires: 20, 165", "and 721.\nMore."), "EIP20 EIP165 EIP721"),
        (("eip: 1155\nRequires: 20, EIP-165,", "EIP-721, 777\nMore."),
         "EIP20 EIP165 EIP721 EIP777"),
        (("Invoices 104711, 104712,\nSida 1 (2)", "104713 och 104714\nMer.\nSida 2 (2)"),
         "104711 104712 104713 104714"),
        (("POs 2024-113, 2024-114,", "2024-115 are late"), "PO2024113 PO2024114 PO2024115"),
        (("enligt AFS 2001:1,", "2005:16 och 2006:4."), "AFS2001:1 AFS2005:16 AFS2006:4"),
    ],
)  # fmt: skip
def test_a_list_goes_on_over_the_end_of_a_page(pages, expected):
    found = of_specification(*pages)
    assert [one.key for one in found] == expected.split()
    assert {one.relation for one in found if one.rule.startswith('list after label "req')} <= {
        "requires"
    }


@pytest.mark.parametrize(
    "pages",
    [
        ("eip: 1155\nRequires: 20, 165,", "3 Scope\nA token."),
        ("eip: 1155\nRequires: 20, 165,", "12 volts, 5 amperes"),
        ("eip: 1155\nRequires: 20, 165,", "2024-03-05\nA token."),
        ("eip: 1155\nRequires: 20, 165,\nPage 1", "2\nA token.\nPage 2"),
        ("eip: 1155\nRequires: 20, 165", "721\nA token."),
        ("eip: 1155\nRequires: 20, 165, but\nnot all,", "721\nA token."),
        ("eip: 1155\nRequires: 20, 165,", "which all need 721, 777"),
    ],
)
def test_what_else_stands_behind_a_pages_end_is_no_item_of_a_list(pages):
    assert [one.key for one in of_specification(*pages)] == ["EIP20", "EIP165"]


def test_an_item_of_a_list_behind_a_pages_end_is_quoted_where_it_stands():
    found = of_specification("eip: 1155\nRequires: 20,\nPage 1", "\n\n165,\n721\n\nMore.\nPage 2")
    places = [(one.evidence.page, one.evidence.start, one.relation) for one in found]
    assert places == [(1, 20, "requires"), (2, 2, "requires"), (2, 7, "requires")]


def test_a_price_or_year_below_a_list_is_none_of_it():
    assert keys("Invoices 104711, 104712,", "2 500,00 kr") == ["104711", "104712"]
    assert keys("Invoices 104711, 104712,", "2024\nMore") == ["104711", "104712"]
