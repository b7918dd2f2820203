"""Documents made from the texts of the corpora, for archives of any size: always the same ones.

Each is a heading with labels as people write them (kind, number, date, parties, what it refers to)
and paragraphs of real documents of one set, mixed: about 3.3 KB.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

SEED: Final = 20260301
VERSION: Final = 1  # raise it when the documents change: what was made of them is made anew
SETS: Final = ("contracts-cuad", "specs-eips", "specs-keps", "specs-rfc", "swedish-law")
SUFFIXES: Final = (".txt", ".md")
BODY_CHARS: Final = 3000
PARAGRAPH: Final = range(80, 1600)  # characters of a paragraph that is taken
FOLDER: Final = 500  # files in one
FIRST_DAY: Final = date(2015, 1, 1)
DAYS: Final = 4000

FORMS: Final = ("AB", "Ltd", "GmbH", "Inc.", "AS", "B.V.")
STEMS: Final = (
    "Almvik", "Bergdal", "Corwen", "Dunmore", "Ekholm", "Falkner", "Granby", "Hallsta", "Isberg",
    "Jerslev", "Kestrel", "Lindmark", "Morwick", "Norrby", "Ostrava", "Penrith", "Quarnby",
    "Rosenhill", "Stavsjö", "Torvald", "Ulricehamn", "Varnhem", "Westbrook", "Ystad", "Åkerlund",
)  # fmt: skip
TRADES: Final = ("Castings", "Pumps", "Elektronik", "Hydraulics", "Verkstad", "Systems", "Metall")
PARTIES: Final = tuple(
    f"{stem} {trade} {FORMS[(row + column) % len(FORMS)]}"
    for row, stem in enumerate(STEMS)
    for column, trade in enumerate(TRADES)
)

# Kind → heading. Numbers of what is cited belong to documents that are made too, mostly.
FORMS_OF_KINDS: Final = (
    "INVOICE\n\nInvoice no: INV-{year}-{n:06d}\nInvoice date: {day}\nSeller: {seller}\n"
    "Buyer: {buyer}\nYour order: PO-{year}-{m:06d}\nTotal: EUR {total}\n",
    "PURCHASE ORDER\n\nPurchase order no: PO-{year}-{n:06d}\nDate: {day}\nSupplier: {seller}\n"
    "Customer: {buyer}\nFramework agreement: FA-{year}-{c:04d}\nTotal: EUR {total}\n",
    "FRAMEWORK AGREEMENT\n\nContract no: FA-{year}-{c:04d}\nDate: {day}\n\nbetween {seller} "
    "(the Supplier) and {buyer} (the Buyer)\n",
    "Minutes of the meeting\n\nDate: {day}\nPresent: {seller}; {buyer}\n\nWe spoke of "
    "PO-{year}-{m:06d} and of CR-{c:03d}.\n",
    "FÖLJESEDEL\n\nFöljesedelsnr: DN-{year}-{n:06d}\nDatum: {day}\nLeverantör: {seller}\n"
    "Kund: {buyer}\nErt ordernr: PO-{year}-{m:06d}\n",
    "Specification SP-{c:04d}\n\nDate: {day}\nRevision: {revision}\nPrepared for: {buyer}\n",
    "Offert\n\nOffertnr: QU-{year}-{n:06d}\nDatum: {day}\nSäljare: {seller}\nKöpare: {buyer}\n"
    "Totalt: {total} EUR\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the documents of the archive."""

    paragraphs: tuple[tuple[str, ...], ...]  # by set

    @classmethod
    def read(cls, corpora: Path) -> Maker:
        """Over the paragraphs of those sets that are running text."""
        return cls(tuple(tuple(_paragraphs(corpora / name)) for name in SETS))

    def text(self, number: int) -> str:
        """The document of that number, from 0 on."""
        dice = random.Random(SEED + number)
        day = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
        seller, buyer = dice.sample(PARTIES, 2)
        head = FORMS_OF_KINDS[number % len(FORMS_OF_KINDS)].format(
            n=number,
            m=max(number - number % len(FORMS_OF_KINDS) - 6, 1),  # a purchase order made before
            c=number // 50,
            year=day.year,
            day=day.isoformat(),
            seller=seller,
            buyer=buyer,
            total=f"{dice.uniform(50, 90_000):.2f}",
            revision="ABCDE"[number % 5],
        )
        pool = dice.choice(self.paragraphs)
        parts, length = [head], 0
        while length < BODY_CHARS:
            parts.append(dice.choice(pool))
            length += len(parts[-1])
        return "\n\n".join(parts) + "\n"

    def write(self, folder: Path, numbers: range) -> None:
        """Write the documents of these numbers below `folder`."""
        for number in numbers:
            part = folder / f"{number // FOLDER:03d}"
            part.mkdir(parents=True, exist_ok=True)
            (part / f"{number:06d}.txt").write_text(self.text(number), encoding="utf-8")


def _paragraphs(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path != folder / "README.md":
            text = path.read_text(encoding="utf-8", errors="replace").replace("\f", "\n")
            for paragraph in re.split(r"\n\s*\n", text):
                if len(paragraph.strip()) in PARAGRAPH:
                    yield paragraph.strip("\n")
