"""The demo's filing tree: the same each time, believable, and true to what it says of itself."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import etree
from stdnum import luhn
from stdnum.se import orgnr

from archive.config import Config
from archive.vocabulary import KINDS, REASONS, RELATIONS
from demo.cast import PARTIES
from demo.extra import late_arrival
from demo.paper import blocks, cites, plain
from demo.registers import codes, registers
from demo.story import make_tree, papers
from demo.truth import MadeFile


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[MadeFile]]:
    folder = tmp_path_factory.mktemp("filing")
    return folder, make_tree(folder)


def squeezed(text: str) -> str:
    """Without spaces, to compare texts whose lines are broken differently."""
    return re.sub(r"\s", "", text)


def text_of(path: Path, data: bytes) -> str:
    """What a reader finds in the file, by the simplest means."""
    match path.suffix:
        case ".pdf":
            return "".join(
                page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)
            )
        case ".docx":
            body = docx.Document(io.BytesIO(data)).element.body
            return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
        case ".xlsx":
            book = openpyxl.load_workbook(io.BytesIO(data))
            return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
        case ".eml":
            mail = email.message_from_bytes(data, policy=email.policy.default)
            body = mail.get_body()
            assert body is not None
            return f"{mail['subject']} {body.get_content()}"
        case ".xml":
            return " ".join(str(text) for text in etree.fromstring(data).itertext())
        case ".txt":
            return data.decode("cp1252")
    return data.decode("utf-8-sig")


def test_the_same_call_writes_the_same_bytes_and_times(
    tree: tuple[Path, list[MadeFile]], tmp_path: Path
) -> None:
    first, made = tree
    assert make_tree(tmp_path) == made
    paths = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert paths == sorted(
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    )
    for path in paths:
        assert (first / path).read_bytes() == (tmp_path / path).read_bytes(), path
        assert (first / path).stat().st_mtime == (tmp_path / path).stat().st_mtime


def test_the_truth_names_each_file_once_and_speaks_the_words_of_the_archive(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    folder, made = tree
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {file.path for file in made if file.parent is None} == written
    assert len({file.path for file in made}) == len(made)
    for file in made:
        assert file.kind in KINDS
        assert file.reason_code is None or file.reason_code in REASONS
        for link in file.links:
            assert link.source == file.path
            assert link.relation in RELATIONS
            assert link.scheme != "unknown", link


def test_links_lead_to_files_or_register_entries_that_exist(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    _, made = tree
    paths = {file.path for file in made}
    for link in (link for file in made for link in file.links):
        if link.status == "resolved":
            assert link.target in (paths if link.target_type == "document" else codes())
        else:
            assert link.target is None
            assert (len(link.candidates) > 1) == (link.status == "ambiguous")


def test_every_citation_stands_in_the_text_of_its_file(tree: tuple[Path, list[MadeFile]]) -> None:
    folder, _ = tree
    for paper in papers():
        if paper.scanned or paper.locked or "!/" in paper.path:
            continue
        path = folder / paper.path
        found = squeezed(text_of(path, path.read_bytes()))
        shown = [paper.body, *(value for _, value in paper.references)]
        for mark in re.findall(r"\[\[[^\]]+\]\]", " ".join(shown)):
            if not paper.path.endswith(".xml") or mark not in paper.body:
                assert squeezed(plain(mark).replace("¬", "")) in found, (paper.path, mark)


def test_the_story_has_gaps_one_ambiguity_one_locked_file_one_copy_and_one_scan(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    folder, made = tree
    statuses = Counter(link.status for file in made for link in file.links)
    assert statuses["ambiguous"] == 1
    assert {"PO-2022-044", "24-3391", "SP-330"} <= {
        link.identifier for file in made for link in file.links if link.status == "waiting"
    }
    (locked,) = [file for file in made if file.reason_code]
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(folder / locked.path)
    (copy,) = [file for file in made if file.copy_of]
    assert (folder / copy.path).read_bytes() == (folder / str(copy.copy_of)).read_bytes()
    (scan,) = [file for file in made if file.scanned]
    page = pypdfium2.PdfDocument(folder / scan.path)[0]
    assert page.get_textpage().get_text_range() == ""


def test_the_tree_has_every_kind_and_format_that_the_readme_promises(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    _, made = tree
    assert 70 <= len([file for file in made if file.parent is None]) <= 100
    assert {file.path.rpartition(".")[2] for file in made} == {
        "pdf", "docx", "xlsx", "eml", "txt", "md", "xml", "csv",
    }  # fmt: skip
    assert {file.language for file in made} == {"en", "sv"}
    assert {
        "contract", "amendment", "purchase-order", "order-response", "invoice", "credit-note",
        "quotation", "request-for-quotation", "delivery-note", "specification", "drawing",
        "change-request", "minutes", "plan", "quality-report", "return-report", "sales-report",
        "reminder", "message", "letter", "catalogue",
    } <= {file.kind for file in made}  # fmt: skip


def test_one_specification_in_three_revisions_lies_at_three_paths(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    _, made = tree
    revisions = {file.path: file.revision for file in made if file.number == "SP-200"}
    assert sorted(str(mark) for mark in revisions.values()) == ["A", "B", "C"]
    assert len({file.bearer for file in made if file.number == "SP-200"}) == 1
    cited = {link.target for f in made for link in f.links if link.identifier == "SP-200"}
    assert {revisions[str(path)] for path in cited} == {"C"}


def test_exactly_one_order_and_its_invoice_differ_in_their_totals(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    _, made = tree
    orders = {file.path: file for file in made if file.kind == "purchase-order"}
    differing = [
        (orders[str(link.target)].number, file.number)
        for file in made
        for link in file.links
        if link.relation == "bills"
        and link.target in orders
        and file.total != orders[str(link.target)].total
    ]
    assert differing == [("PO-2023-087", "RE-2023-0456")]


def test_an_e_invoice_adds_up(tree: tuple[Path, list[MadeFile]]) -> None:
    folder, made = tree
    for file in made:
        if file.kind != "invoice" or not file.path.endswith(".xml"):
            continue
        root = etree.fromstring((folder / file.path).read_bytes())

        def amounts(name: str, root: etree._Element = root) -> list[Decimal]:
            return [Decimal(str(node.text)) for node in root.iter(f"{{*}}{name}")]

        tax, payable = amounts("TaxAmount")[0], amounts("PayableAmount")[0]
        *lines, _ = sorted(amounts("LineExtensionAmount"))
        assert sum(lines) + tax == payable == Decimal(str(file.total))


def test_numbers_of_parties_have_right_check_digits_and_belong_to_nobody() -> None:
    for party in PARTIES:
        if party.country == "SE":
            assert orgnr.is_valid(party.identifier)
            assert party.identifier.startswith("559999-00") or party.identifier > "559999-01"
            assert party.vat == f"SE{party.identifier.replace('-', '')}01"
            assert luhn.is_valid(re.sub(r"\D", "", party.account))
        assert party.host.endswith(".example")


def test_the_late_arrival_bears_the_number_that_two_files_wait_for(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    folder, made = tree
    name, data = late_arrival()
    assert late_arrival() == (name, data)
    assert not (folder / name).exists()
    text = text_of(Path(name), data)
    assert "Delivery note no. 24-3391" in text
    assert "PO-2024-113" in text
    waiting = [link.source for f in made for link in f.links if link.identifier == "24-3391"]
    assert len(waiting) == 2


def test_registers_are_csv_with_a_name_or_number_in_each_row() -> None:
    for name, text in registers().items():
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) >= 3, name
        for row in rows:
            assert None not in row
            assert next(iter(row.values()))


def test_the_registered_change_requests_are_those_that_were_filed(
    tree: tuple[Path, list[MadeFile]],
) -> None:
    _, made = tree
    registered = csv.DictReader(io.StringIO(registers()["change-requests"]))
    filed = {file.number for file in made if file.kind == "change-request"}
    assert {row["number"] for row in registered} == filed


def test_the_demos_configuration_is_one_that_crossfile_takes() -> None:
    text = (Path(__file__).parents[1] / "demo" / "config.toml").read_text("utf-8")
    config = Config(**tomllib.loads(text))
    assert {"specification", "contract"} <= {scheme.name for scheme in config.schemes}


def test_a_mark_says_what_is_printed_and_what_is_meant() -> None:
    text = "see [[PO-2024-113|bills|PO 2024 113]] and [[104711@Kretsvik]]"
    assert plain(text) == "see PO 2024 113 and 104711"
    assert [(c.identifier, c.relation, c.issuer) for c in cites(text)] == [
        ("PO-2024-113", "bills", None),
        ("104711", "cites", "Kretsvik"),
    ]


def test_a_heading_may_be_followed_by_a_table_and_lines_break_only_where_forced() -> None:
    assert blocks("## Data\n| a | b |\n| 1 | |\n\none\ntwo¬three") == [
        ("heading", [["Data"]]),
        ("table", [["a", "b"], ["1", ""]]),
        ("text", [["one two\nthree"]]),
    ]


def test_a_contract_goes_on_over_the_page(tree: tuple[Path, list[MadeFile]]) -> None:
    folder, _ = tree
    contract = pypdfium2.PdfDocument(folder / "contracts/castings/FA-2021-07 Bergslunda.pdf")
    assert len(contract) == 2
    assert "Annex 1" in contract[1].get_textpage().get_text_range()
