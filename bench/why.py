"""Why of every reference: its page opens with the quote marked, in every format that has pages."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from bench.context import PROJECT, Context
from bench.figures import Broken, Figure
from bench.house import Client, House
from tests import small_files
from tests.number_schemes import EIPS

LINE: Final = "Invoice 88213 for purchase order PO-2024-113, delivered."
MIXED: Final = ("mixed-opf", "mixed-tika", "invoices-zugferd")  # for the formats not made here
_EVIDENCE: Final = re.compile(r'<mark class="evidence"[^>]*>(.*?)</mark>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_BOX: Final = re.compile(r'<rect class="evidence"[^>]*width="([\d.]+)" height="([\d.]+)"')
SHOWN: Final = 5  # misses that are named


def run(context: Context) -> list[Figure]:
    """Each reference of each archive, opened at its quote as its link does."""
    figures = []
    for name, house in _houses(context):
        lines = [json.loads(line) for line in house.export("references").read_text().splitlines()]
        media = {
            line["document"]: line["media_type"]
            for line in map(json.loads, house.export("documents").read_text().splitlines())
        }
        figures += _opened(house, name, [line for line in lines if line["quote"]], media)
    return figures


def _houses(context: Context) -> Iterable[tuple[str, House]]:
    house = House(context.folder("why-eips"))
    house.prepare(EIPS)
    house.ingest(context.shared("corpora/specs-eips"))
    yield "graph_eips", house
    house = House(context.work / "why-demo")
    shutil.rmtree(house.folder, ignore_errors=True)
    command = [sys.executable, "-m", "demo", "--once", "--folder", str(house.folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"the demo ends with {done.returncode}: {done.stderr[-500:]}")
    yield "demo", house
    house = House(context.folder("why-formats"))
    house.prepare("[ocr]\nlanguages = []\n")
    _make(house.folder / "made")
    house.ingest(house.folder / "made", *(context.shared(f"corpora/{name}") for name in MIXED))
    yield "formats", house


def _make(folder: Path) -> None:
    """A document of each format that is made in a line or two."""
    folder.mkdir()
    table = "<table:table><table:table-row><table:table-cell><text:p>{}</text:p>"
    table += "</table:table-cell></table:table-row></table:table>"
    files = {
        "txt": LINE.encode(),
        "md": f"# Invoice\n\n{LINE}\n".encode(),
        "csv": f"number;text\n88213;{LINE}\n".encode(),
        "html": f"<html><body><p>{LINE}</p></body></html>".encode(),
        "rtf": f"{{\\rtf1\\ansi {LINE}\\par}}".encode(),
        "pdf": small_files.pdf([LINE]),
        "docx": small_files.docx(small_files.paragraph(LINE)),
        "odt": small_files.odf("text", f"<text:p>{LINE}</text:p>"),
        "ods": small_files.odf("spreadsheet", table.format(LINE)),
        "eml": bytes(small_files.mail(LINE)),
    }
    for suffix, content in files.items():
        (folder / f"invoice.{suffix}").write_bytes(content)


def _opened(
    house: House, name: str, lines: list[dict[str, Any]], media: dict[str, str]
) -> list[Figure]:
    on_pages = [line for line in lines if line["page"] is not None and line["start"] is not None]
    missed: list[str] = []
    formats: Counter[str] = Counter()
    with house.serve() as service, service.client() as client:
        for line in on_pages:
            formats[media[line["source"]]] += 1
            if wrong := _wrong(client, line):
                missed.append(f"{line['source_path']} p.{line['page']} {line['quote']!r}: {wrong}")
    good = len(on_pages) - len(missed)
    note = "; ".join(missed[:SHOWN]) or f"{len(formats)} formats: " + ", ".join(sorted(formats))
    elsewhere = len(lines) - len(on_pages)
    return [
        Figure(f"{name}: opened with the quote marked", good, "", f"≥ {len(on_pages)}",
               ok=not missed, note=note),
        Figure(f"{name}: read in data, no page to open", elsewhere, ""),
    ]  # fmt: skip


def _wrong(client: Client, line: dict[str, Any]) -> str:
    """What is wrong with the page that the reference's link opens; "" where nothing is."""
    query: dict[str, str | int] = {"mark": f"{line['start']}-{line['end']}", "page": line["page"]}
    page = client.get(f"/documents/{line['source']}", **query).decode()
    if page.count('id="mark"') != 1:
        return "no mark to go to"
    if "<svg viewBox" in page and 'class="picture"' in page:
        boxes = _BOX.findall(page)
        if not boxes or not all(float(width) and float(height) for width, height in boxes):
            return "no box on the picture"
        page = client.get(f"/documents/{line['source']}", view="text", **query).decode()
    marked = "".join(html.unescape(_TAG.sub("", part)) for part in _EVIDENCE.findall(page))
    return "" if _same(marked, line["quote"]) else f"{marked!r} is marked"


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
