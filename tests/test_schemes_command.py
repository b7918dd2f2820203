"""crossfile schemes: a coordinator sees what a scheme finds, and why."""

from __future__ import annotations

import json

from api.cli import main

CONFIG = """
[[schemes]]
name = "batch"
bearer = "quality-report"
patterns = ['\\bBATCH-(?P<number>\\d{3})\\b']
key = "BATCH{number}"
own_labels = ["batch no"]
examples = [["see BATCH-104.", "BATCH104"]]
"""


def run(tmp_path, capsys, *arguments: str):
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    try:
        status = main(["--config", str(config), "schemes", *arguments])
    except SystemExit as ended:
        status = ended.code
    return status, capsys.readouterr()


def test_what_is_found_is_told_with_its_rule(tmp_path, capsys):
    file = tmp_path / "report.txt"
    file.write_text("Quality report\n\nBatch no: 117\n\nFor order PO-2024-113, see BATCH-104.\n")
    status, output = run(tmp_path, capsys, "test", str(file), "--json")
    rows = {(row["what"], row["key"]): row for row in json.loads(output.out)}
    assert status == 0
    assert rows["bears", "BATCH117"]["why"].startswith("label")
    assert rows["cites", "BATCH104"]["scheme"] == "batch"
    assert rows["cites", "PO2024113"]["quote"] == "PO-2024-113"


def test_rules_are_told_as_sentences_and_what_was_outvoted_with_them(tmp_path, capsys):
    file = tmp_path / "letter.txt"
    file.write_text("Order: RFQ-2024-007, and requires: 117\n\nSee BATCH-104, PO-2024-113/114.\n")
    status, output = run(tmp_path, capsys, "test", str(file), "--json")
    rows = json.loads(output.out)
    said = {(row["what"], row["scheme"], row["key"]): row["said"] for row in rows}
    assert status == 0
    assert said["cites", "batch", "BATCH104"] == (
        r"It looks as pattern 1 of batch says: \bBATCH-(?P<number>\d{3})\b."
    )
    assert said["cites", "purchase-order", "PO2024114"].startswith("It stands behind a slash.")
    assert said["not", "purchase-order", "PORFQ2024007"] == (
        'It stands behind the words "order". request-for-quotation RFQ2024007 is the surer or '
        "longer reading there."
    )
    status, output = run(tmp_path, capsys, "test", str(file))
    assert "not    purchase-order         RFQ-2024-007" in output.out


def test_nothing_is_filed_by_a_test(tmp_path, capsys):
    file = tmp_path / "report.txt"
    file.write_text("nothing here\n")
    status, output = run(tmp_path, capsys, "test", str(file))
    assert status == 0 and "No scheme finds anything in it." in output.out
    assert not (tmp_path / "crossfile-data").exists()


def test_a_file_that_can_not_be_read_says_why(tmp_path, capsys):
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.4 nothing else")
    status, output = run(tmp_path, capsys, "test", str(file))
    assert status == 1 and "can't be read" in output.err


def test_configured_schemes_are_listed_beside_the_built_in_ones(tmp_path, capsys):
    status, output = run(tmp_path, capsys, "list", "--json")
    schemes = {row["name"]: row for row in json.loads(output.out)}
    assert status == 0
    assert schemes["batch"]["from"] == "configuration"
    assert schemes["purchase-order"]["from"] == "built in"
