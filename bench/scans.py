"""Scans: words and totals of photographed receipts, and pages read in a second."""

from __future__ import annotations

import json
import random
import shutil
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from bench import machine
from bench.context import Context
from bench.figures import BUSY, Figure, NotMeasurable, at_least
from bench.house import Client, House
from bench.processes import measure
from bench.scores import score

SET: Final = "scans-sroie"
WORDS: Final = 0.75
RECALL: Final = 0.62
PRECISION: Final = 0.80
PAGES_PER_S: Final = 1.0  # on two cores
CORES: Final = 2
MADE: Final = (4, 8, 12)  # files of so many pages
A4_300_DPI: Final = (2480, 3508)
LETTER_PX: Final = 42  # ten points
SYLLABLES: Final = (
    "pump", "val", "ver", "kom", "or", "der", "mo", "tor", "fak", "tu", "ra", "bel", "opp", "le",
    "ve", "rans", "av", "tal", "num", "mer",
)  # fmt: skip


def run(context: Context) -> list[Figure]:
    if shutil.which("tesseract") is None:
        raise NotMeasurable("Tesseract is not installed: apt install tesseract-ocr")
    return [*_receipts(context), *_speed(context)]


def _receipts(context: Context) -> list[Figure]:
    house = House(context.folder("scans"))
    house.prepare()
    usage = house.ingest(context.shared(f"corpora/{SET}"))
    documents = house.export("documents")
    truth = _rows(context.shared("corpora/truth/sroie.jsonl"))
    by_name = {Path(row["path"]).name: row["document"] for row in _rows(documents)}
    found = wanted = 0
    with house.serve() as service, service.client() as client:
        for row in truth:
            said = words(" ".join(row["lines"]))
            document = by_name.get(Path(row["image"]).name)
            read = words(_text(client, document)) if document else Counter()
            found += (said & read).total()
            wanted += said.total()
    into = house.folder / "score.json"
    total = score(context, "documents", into, documents=documents)[f"{SET}: total"]
    return [
        at_least("words found", found / wanted, "share", WORDS, note=f"{found} of {wanted}"),
        *_total(total),
        Figure("receipts", len(truth) / usage.cpu_s, "pages/CPU s"),
    ]


def _total(figures: dict[str, Any]) -> list[Figure]:
    return [
        at_least(f"total, {name}", figures[name]["share"], "share", limit,
                 note=f"{figures[name]['good']} of {figures[name]['of']}")
        for name, limit in (("recall", RECALL), ("precision", PRECISION))
    ]  # fmt: skip


def words(text: str) -> Counter[str]:
    """Words of two or more characters between spaces, with how often each stands there."""
    return Counter(word for word in text.casefold().split() if len(word) > 1)


def _text(client: Client, document: str) -> str:
    count = client.json(f"/api/v1/documents/{document}")["pages"]
    pages = range(1, count + 1)
    return "\n".join(
        client.json(f"/api/v1/documents/{document}/pages/{page}")["text"] for page in pages
    )


def _speed(context: Context) -> list[Figure]:
    """The same files once with OCR and once without: the difference is what OCR takes."""
    folder = context.folder("scans-made")
    pages = sum(_scan(folder / f"scan-{count}.pdf", count) for count in MADE)
    stretch = machine.stretch()
    usages = []
    for settings in ('[ocr]\nlanguages = ["swe", "eng"]\n', "[ocr]\nlanguages = []\n"):
        house = House(context.folder("scans-speed"))
        house.prepare(settings)
        usages.append(house.ingest(folder))
    stretch = (stretch + machine.stretch()) / 2
    cpu_s, wall_s = (
        getattr(usages[0], name) - getattr(usages[1], name) for name in ("cpu_s", "wall_s")
    )
    is_free = stretch <= BUSY
    seconds = wall_s if is_free else cpu_s / CORES
    judged = "clock on the wall" if is_free else f"CPU time on {CORES} cores; busy ({stretch:.2f})"
    note = f"{pages} pages, CPU {cpu_s:.0f} s, wall {wall_s:.0f} s; judged by {judged}"
    floor = CORES / _bare_s(folder)
    value = pages / seconds
    return [at_least("A4 at 300 dpi", value, "pages/s", PAGES_PER_S, floor=floor, note=note)]


def _bare_s(folder: Path) -> float:
    """CPU time of one page by Tesseract alone, in one thread."""
    picture = folder / "page.png"
    _letter(random.Random(0)).save(picture, compress_level=1)
    command = ("env", "OMP_THREAD_LIMIT=1", "tesseract", picture, "stdout", "-l", "swe+eng", "tsv")
    try:
        return measure(command).cpu_s
    finally:
        picture.unlink()


def _scan(path: Path, count: int) -> int:
    """Write a PDF of pages that are pictures of letters, always the same; gives `count`."""
    made = random.Random(count)
    pages = [_letter(made) for _ in range(count)]
    pages[0].save(path, "PDF", resolution=300, save_all=True, append_images=pages[1:])
    return count


def _letter(made: random.Random) -> Image.Image:
    """A page of 330 words, dark grey on light grey."""
    text = " ".join("".join(made.choices(SYLLABLES, k=made.randint(1, 3))) for _ in range(330))
    page = Image.new("L", A4_300_DPI, 245)
    font = ImageFont.load_default(LETTER_PX)
    lines = "\n".join(textwrap.wrap(text, 85))
    ImageDraw.Draw(page).multiline_text((240, 300), lines, 40, font, spacing=18)
    return page


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
