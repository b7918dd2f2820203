"""Invoices as scanners and printers leave them: hybrid PDFs whose XML was taken out first."""

from __future__ import annotations

import json
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject

from bench.context import Context
from bench.figures import Figure, at_most
from bench.house import House
from bench.scores import score
from bench.targets import WITHOUT_XML, judged

SET = "invoices-zugferd"


def run(context: Context) -> list[Figure]:
    house = House(context.folder("invoices"))
    house.prepare()
    corpus = context.shared(f"corpora/{SET}")
    truth = context.shared("corpora/truth/zugferd_fields.jsonl").read_text(encoding="utf-8")
    paths = [row["path"] for row in map(json.loads, truth.splitlines()) if row.get("number")]
    left = 0
    for path in paths:
        bare = house.folder / "bare" / SET / path
        bare.parent.mkdir(parents=True, exist_ok=True)
        take_attachments_out(corpus / path, bare)
        left += sum(1 for _ in PdfReader(bare).attachment_list)
    usage = house.ingest(house.folder / "bare")
    documents = house.export("documents")
    figures = [at_most("attachments left in the PDFs", left, "", 0)]
    for title, found in score(context, "documents", house.folder / "score.json",
                              documents=documents).items():  # fmt: skip
        if ", zugferd_fields: " in title:
            figures += judged(title, found, WITHOUT_XML)
    return [*figures, Figure("ingest", usage.cpu_s, "CPU s", note=f"wall {usage.wall_s:.0f} s")]


def take_attachments_out(source: Path, bare: Path) -> None:
    """Write a PDF without the files embedded in it, and without what names them.

    Objects that nothing names any more are left out of what is written, so no byte of them stays.
    """
    writer = PdfWriter()
    reader = PdfReader(source)
    writer.append(reader, import_outline=False)
    writer.add_metadata(dict(reader.metadata or {}))
    for page in writer.pages:
        page.pop("/AF", None)
        annotations = page.get("/Annots", ArrayObject()).get_object()
        for one in list(annotations):
            shown = one.get_object()
            if isinstance(shown, DictionaryObject) and shown.get("/Subtype") == "/FileAttachment":
                annotations.remove(one)
    writer.write(bare)
