"""Papers as PDF: set by Typst with its own fonts, so that every machine makes the same bytes."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typst
from PIL import Image, ImageFilter
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject

from demo.paper import Paper
from demo.sheet import sheet_of
from demo.words import WORDS

INK = {"559999-0016": "#17506b", "559999-0123": "#7a2e1d", "559999-0230": "#2d5a34"}
SCAN_DPI = 200


class Press:
    """Typst, warmed up once; the template is read when it is made."""

    def __init__(self) -> None:
        self._compiler = typst.Compiler(ignore_system_fonts=True)
        self._template = (Path(__file__).parent / "paper.typ").read_bytes()

    def pdf(self, paper: Paper) -> bytes:
        """The paper as PDF; as a picture without text where scanned, encrypted where locked."""
        if paper.scanned:
            return _scan(self._set(paper, "png"), paper.date)
        data = self._set(paper, "pdf")
        return _locked(data) if paper.locked else data

    def _set(self, paper: Paper, form: Literal["pdf", "png"]) -> bytes:
        sheet, words = sheet_of(paper), WORDS[paper.language]
        year, month, day = map(int, paper.date.split("-"))
        content = {
            "title": sheet.title, "language": sheet.language, "letterhead": sheet.letterhead,
            "to": sheet.to, "fields": sheet.fields, "blocks": sheet.blocks,
            "foot": sheet.foot, "page": words["page"],
            "terms": words["terms"] if paper.kind == "invoice" else "",
            "stamp": f"MOTTAGET {paper.date}" if paper.scanned else "",
            "day": (year, month, day), "ink": INK.get(paper.issuer.identifier, "#333333"),
        }  # fmt: skip
        made = self._compiler.compile(
            input=self._template,
            format=form,
            ppi=SCAN_DPI,
            sys_inputs={"sheet": json.dumps(content)},
            timestamp=int(datetime(year, month, day, 9, tzinfo=UTC).timestamp()),
        )
        if not isinstance(made, bytes):  # one picture for each page; scans have one page
            raise TypeError(f"{paper.path} should be one page long.")
        return made


def _scan(picture: bytes, day: str) -> bytes:
    """The page as an office scanner leaves it: grey, a little askew, specks, JPEG in a PDF."""
    page = Image.open(io.BytesIO(picture)).convert("L")
    grain = Image.frombytes("L", page.size, random.Random(7).randbytes(page.width * page.height))
    page = page.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=250)
    page = Image.blend(page, grain, 0.09).filter(ImageFilter.GaussianBlur(0.6))
    stamp = datetime.fromisoformat(day).replace(hour=9).timetuple()
    made = io.BytesIO()
    page.save(
        made, "PDF", resolution=SCAN_DPI, quality=70, producer="Scan to folder", creationDate=stamp,
        modDate=stamp,
    )  # fmt: skip
    return made.getvalue()


def _locked(data: bytes) -> bytes:
    """The PDF under a password that nobody wrote down.

    RC4, for it draws no random bytes once the file has an identifier: the same bytes each run.
    """
    writer = PdfWriter(clone_from=io.BytesIO(data))
    identifier = ByteStringObject(b"crossfile-demo--")
    writer._ID = ArrayObject([identifier, identifier])
    writer.encrypt("forgotten", algorithm="RC4-128")
    writer._ID = ArrayObject([identifier, identifier])
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
