"""Opening a document: its page in the browser, and the picture of the page that it shows."""

from __future__ import annotations

import html
import re
import time
import urllib.parse
from typing import Final

from bench import machine
from bench.context import Context
from bench.figures import Broken, Figure, quantile, within_ms
from bench.house import Client, House, Service

SETS: Final = ("contracts-cuad", "invoices-zugferd", "mixed-opf", "swedish-procurement")
LIMIT_MS: Final = 300
MOST: Final = 80  # documents that are opened
PICTURE: Final = re.compile(r'<img src="([^"]+\.png[^"]*)"')


def run(context: Context) -> list[Figure]:
    """Each document once as it was never opened before, and once again."""
    house = House(context.folder("page"))
    house.prepare("[ocr]\nlanguages = []\n")
    house.ingest(*(context.shared(f"corpora/{name}") for name in SETS))
    with house.serve() as service, service.client() as client:
        listed = client.json("/api/v1/documents", limit=200)["items"]
        pdfs = [one["document"] for one in listed if one["path"].lower().endswith(".pdf")][:MOST]
        stretches = [machine.stretch()]
        first = [_open(service, client, document) for document in pdfs]
        stretches.append(machine.stretch())
        again = [_open(service, client, document) for document in pdfs]
    if not any(pictures for _, _, _, pictures in first):
        raise Broken("no page of a document shows a picture")
    stretch = sum(stretches) / len(stretches)
    figures = []
    for name, opened in (("opened first", first), ("opened again", again)):
        p95 = within_ms(
            f"{name}, p95",
            LIMIT_MS,
            wall_ms=quantile([wall for wall, _, _, _ in opened], 0.95),
            cpu_ms=quantile([cpu for _, cpu, _, _ in opened], 0.95),
            stretch=stretch,
            floor_ms=quantile([floor for _, _, floor, _ in opened], 0.95),
        )
        median = quantile([wall for wall, _, _, _ in opened], 0.5)
        figures += [p95, Figure(f"{name}, median", median, "ms")]
    shown = sum(1 for _, _, _, pictures in first if pictures)
    return [*figures, Figure("documents with a picture", shown, "", note=f"of {len(pdfs)}")]


def _open(service: Service, client: Client, document: str) -> tuple[float, float, float, int]:
    """Milliseconds on the wall, of CPU, and of /healthz; and pictures shown."""
    used, begun = service.answering_cpu_s(), time.perf_counter()
    page = client.get(f"/documents/{document}").decode()
    pictures = PICTURE.findall(page)[:1]
    for picture in pictures:
        client.get(urllib.parse.urljoin(f"/documents/{document}", html.unescape(picture)))
    wall_ms = (time.perf_counter() - begun) * 1000
    cpu_ms = (service.answering_cpu_s() - used) * 1000
    begun = time.perf_counter()
    client.get("/healthz")
    return wall_ms, cpu_ms, (time.perf_counter() - begun) * 1000, len(pictures)
