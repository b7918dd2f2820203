"""Made archives and searches of the bench: realistic, and the same in every run."""

from __future__ import annotations

import json

import pytest
from pypdf import PdfReader, PdfWriter

from bench.context import Context
from bench.corpora import mixed, outcome
from bench.invoices import take_attachments_out
from bench.made import BODY_CHARS, SETS, Maker
from bench.queries import Typist
from bench.targets import READING, WITHOUT_XML, judged


def word(number: int) -> str:
    """A word of letters that no other number has."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")


@pytest.fixture
def maker(tmp_path):
    for place, name in enumerate(SETS):
        (tmp_path / name).mkdir()
        words = [word(place * 4000 + n) for n in range(4000)]
        paragraphs = [f"The pump {one} is delivered with its valve. " * 3 for one in words]
        (tmp_path / name / "one.txt").write_text("\n\n".join(paragraphs))
    return Maker.read(tmp_path)


def test_a_made_document_is_the_same_in_every_run(maker):
    assert maker.text(7) == maker.text(7) != maker.text(8)
    assert len(maker.text(7)) > BODY_CHARS


def test_made_documents_lie_where_their_number_says(maker, tmp_path):
    maker.write(tmp_path / "out", range(499, 501))
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("out/*/*"))
    assert found == ["out/000/000499.txt", "out/001/000500.txt"]


def test_searches_are_the_same_in_every_run_and_of_all_sorts(maker):
    rows = [Typist(maker, 500).queries(300) for _ in range(2)]
    assert rows[0] == rows[1]
    assert len({query.sort for query in rows[0]}) == 10


def test_a_tenth_is_a_tenth(tmp_path):
    assert Context(tmp_path, 0.1).sized(10_000) == 1_000


def test_shares_are_shown_with_their_counts_and_numbers_as_they_are():
    found = judged("x", {"recall": {"share": 0.5, "good": 1, "of": 2}, "left alone": 3}, READING)
    assert [(one.name, one.value, one.note) for one in found] == [
        ("x: recall", 0.5, "1 of 2"),
        ("x: left alone", 3, ""),
    ]


def test_a_file_without_an_end_or_a_reason_is_named(tmp_path):
    files = [{"path": name, "sha256": name} for name in "abcd"]
    (tmp_path / "documents").write_text(
        '{"sha256": "a", "history": null, "status": "searchable", "reason": null}\n'
        '{"sha256": "b", "history": null, "status": "unreadable", "reason": null}\n'
        '{"sha256": "c", "history": null, "status": "unreadable", "reason": "It is broken."}\n'
    )
    assert outcome(files, tmp_path / "documents") == (["d"], ["b"])


def test_of_mixed_files_those_that_carry_text_are_judged_and_the_others_told(tmp_path):
    ends = {
        "a": ("searchable", None), "b": ("searchable", "no-text"), "c": ("unreadable", "damaged"),
        "d": ("searchable", "truncated"), "e": ("unreadable", "unknown-format"),
    }  # fmt: skip
    (tmp_path / "documents").write_text(
        "\n".join(
            json.dumps({"sha256": name, "status": status, "reason_code": code})
            for name, (status, code) in ends.items()
        )
    )
    files = [{"path": name, "sha256": name, "set": "mixed-opf"} for name in ends]
    figure = mixed("mixed-opf", files, tmp_path / "documents")
    assert (round(figure.value, 2), figure.ok) == (0.67, False)
    assert figure.note == "2 of 3; 1 damaged, 1 no-text, 1 unknown-format"


def test_a_share_stands_beside_the_target_that_its_issue_gives():
    found = {"precision": {"share": 0.95, "good": 19, "of": 20}, "recall": {"share": None}}
    (figure,) = judged("a-set, zugferd_fields: number", found, WITHOUT_XML)
    assert (figure.target, figure.ok) == ("≥ 0.9", True)
    (figure,) = judged("a-set, zugferd_fields: number", found, READING)
    assert (figure.target, figure.ok) == ("≥ 1", False)


def test_what_a_chain_came_to_in_no_case_is_judged_as_well():
    figures = judged("chains, one fits", {"missed": 1}, READING)
    assert {one.name.split(": ")[1]: (one.value, one.ok) for one in figures} == {
        "right": (0, False), "wrong": (0, True), "missed": (1, False), "one chosen": (0, True),
    }  # fmt: skip


def test_a_row_that_is_wrong_in_the_truth_is_set_aside_by_name():
    found = {"recall": {"share": 0.5, "good": 1, "of": 2}}
    (figure,) = judged("trade-chains, xmldocs: total", found, READING)
    assert (figure.value, figure.ok) == (1.0, True)
    assert "Order_Example.xml" in figure.note


def test_nothing_stays_of_what_was_attached_to_an_invoice(tmp_path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("factur-x.xml", b"<Invoice>secret</Invoice>")
    writer.write(tmp_path / "hybrid.pdf")
    assert b"secret" in (tmp_path / "hybrid.pdf").read_bytes()
    take_attachments_out(tmp_path / "hybrid.pdf", tmp_path / "bare.pdf")
    bare = (tmp_path / "bare.pdf").read_bytes()
    assert b"secret" not in bare and b"factur-x" not in bare
    assert len(PdfReader(tmp_path / "bare.pdf").pages) == 1
