"""Scans: words and totals of photographed receipts, and pages read in a second."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, count, cycle, islice
from pathlib import Path
from typing import Any, Final

import pypdfium2
import typst
from PIL import Image

from bench import machine
from bench.context import Context
from bench.figures import BUSY, Figure, NotMeasurable, at_least
from bench.house import Client, House
from bench.made import SETS, Maker
from bench.processes import measure
from bench.scores import score

SET: Final = "scans-sroie"
WORDS: Final = 0.75
RECALL: Final = 0.62
PRECISION: Final = 0.80
PAGES_PER_S: Final = 1.0  # on two cores
CORES: Final = 2
MADE: Final = (4, 8, 12)  # files of so many pages
DPI: Final = 300
WORDS_A_PAGE: Final = 330


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
    pages = range(1, client.json(f"/api/v1/documents/{document}")["pages"] + 1)
    return "\n".join(
        client.json(f"/api/v1/documents/{document}/pages/{page}")["text"] for page in pages
    )


def _speed(context: Context) -> list[Figure]:
    """The same files once with OCR and once without: the difference is what OCR takes."""
    folder = context.folder("scans-made")
    letters = _letters(context.shared("corpora"))
    pages = sum(_scan(folder / f"scan-{size}.pdf", letters, size) for size in MADE)
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
    floor = CORES / _bare_s(folder, list(islice(_letters(context.shared("corpora")), 2)))
    value = pages / seconds
    return [at_least("A4 at 300 dpi", value, "pages/s", PAGES_PER_S, floor=floor, note=note)]


def _bare_s(folder: Path, letters: Sequence[Image.Image]) -> float:
    """CPU time of one page by Tesseract alone, in one thread."""
    picture, spent = folder / "page.png", 0.0
    command = ("env", "OMP_THREAD_LIMIT=1", "tesseract", picture, "stdout", "-l", "swe+eng", "tsv")
    for letter in letters:
        letter.save(picture, compress_level=1)
        spent += measure(command).cpu_s
    picture.unlink()
    return spent / len(letters)


def _scan(path: Path, letters: Iterator[Image.Image], size: int) -> int:
    """Write a PDF of `size` pages that are pictures of letters; gives `size`."""
    first, *others = islice(letters, size)
    first.save(path, "PDF", resolution=DPI, save_all=True, append_images=others)
    return size


def _letters(corpora: Path) -> Iterator[Image.Image]:
    """A4 pages of 330 words, Swedish and English in turn, dark on light grey: always the same."""
    made = random.Random(0)
    paragraphs = Maker.read(corpora).paragraphs
    for name in cycle(("swedish-law", "contracts-cuad")):
        pool = paragraphs[SETS.index(name)]
        words = islice(
            chain.from_iterable(made.choice(pool).split() for _ in count()), WORDS_A_PAGE
        )
        text = " ".join(words).replace("\\", " ").replace('"', " ")
        source = f'#set page(paper: "a4", fill: luma(96%))\n#set text(size: 10pt)\n#"{text}"'
        with closing(pypdfium2.PdfDocument(typst.compile(source.encode()))) as document:
            yield document[0].render(scale=DPI / 72, grayscale=True).to_pil()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
