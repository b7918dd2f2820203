"""The first registers, as the CSV that a coordinator would export from a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from demo.cast import PARTIES


def registers() -> dict[str, str]:
    """CSV text by register: products, change-requests, milestones, parties."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("name", "other_names", "organisation_number", "vat", "country"))
    for party in PARTIES:
        number = party.identifier if party.country == "SE" else ""
        short = party.name.rpartition(" ")[0]  # without AB, GmbH
        writer.writerow((party.name, short, number, party.vat, party.country))
    written = {name: _text(name) for name in ("products", "change-requests", "milestones")}
    return {**written, "parties": made.getvalue()}


def codes() -> dict[str, str]:
    """The code of each product and milestone, and which of the two it is."""
    kinds = (("product", "products"), ("milestone", "milestones"))
    return {
        row["code"]: kind
        for kind, name in kinds
        for row in csv.DictReader(io.StringIO(_text(name)))
    }


def _text(name: str) -> str:
    return (Path(__file__).parent / "papers" / f"{name}.csv").read_text("utf-8")
