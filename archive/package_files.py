"""What lies in a package beside the originals: indexes, references, texts, how to check them."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.csv_cells import safe_cell
from archive.errors import NotFound
from archive.exports import tell_references
from archive.models import Blob, Document, Page, Version
from archive.records import document_id_of, file_number
from archive.references import outgoing
from archive.vocabulary import REGISTERS

CHUNK: Final = 400


@dataclass(frozen=True, slots=True)
class Packed:
    """One entry of the trail, with its version and its files in the package."""

    entry: dict[str, Any]
    version_id: int
    sha256: str
    size_bytes: int
    file: str
    text: str | None  # none where nothing was read
    stamped: str | None = None  # a copy with numbers on its pages

    def told(self) -> dict[str, Any]:
        """The entry with its files."""
        return {
            **self.entry,
            "file": self.file,
            "text": self.text,
            **({"stamped": self.stamped} if self.stamped else {}),
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
        }


def load(session: Session, viewer: Viewer, trail: dict[str, Any]) -> list[Packed]:
    """The entries of the trail with their bytes. Raises `NotFound` for what may not be seen."""
    entries = trail["entries"]
    found: dict[tuple[str, int], Packed] = {}
    for start in range(0, len(entries), CHUNK):
        chunk = {(entry["document"], entry["version"]): entry for entry in entries[start:][:CHUNK]}
        rows = session.execute(
            select(Version, Blob.sha256, Blob.size_bytes)
            .join(Blob, Blob.id == Version.blob_id)
            .join(Document, Document.id == Version.document_id)
            .where(
                Document.id.in_([document_id_of(document) for document, _ in chunk]),
                Document.collection_id.in_(viewer.reads),
            )
        )
        for version, sha256, size_bytes in rows:
            key = (file_number(version.document_id), version.number)
            if key in chunk:
                found[key] = _packed(chunk[key], version, sha256, size_bytes)
    for entry in entries:
        if (entry["document"], entry["version"]) not in found:
            raise NotFound("document", entry["document"])
    return [found[(entry["document"], entry["version"])] for entry in entries]


def _packed(entry: dict[str, Any], version: Version, sha256: str, size_bytes: int) -> Packed:
    stem = entry.get("first_number") or f"{entry['document']}_v{entry['version']}"
    file = f"data/originals/{stem}_{safe_name(version.file_name)}"
    text = f"data/text/{stem}.txt" if version.page_count else None
    return Packed(entry, version.id, sha256, size_bytes, file, text)


def safe_name(name: str) -> str:
    """A file name of letters, digits, `.`, `_` and `-` only, as like the given one as can be.

    >>> safe_name("Följesedel nr 7/2024.pdf"), safe_name("..."), safe_name("契約.docx")
    ('Foljesedel_nr_7_2024.pdf', 'file', 'file.docx')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, suffix = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem = stem.strip("._-")[:60] or "file"
    return f"{stem}.{suffix[:10]}" if suffix else stem


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a mark, as spreadsheets want it (RFC 4180); no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(
        ["" if value is None else safe_cell(str(value)) for value in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def index_csv(packed: Sequence[Packed]) -> bytes:
    """One line an entry, in the order of the trail."""
    fields: tuple[str, ...] = (
        "document", "version", "kind", "number", "title", "date", "received_at", "path", "depth",
        "file", "text", "size_bytes", "sha256",
    )  # fmt: skip
    if any("first_number" in one.entry for one in packed):
        fields = ("first_number", "last_number", "pages", *fields, "redacts")
    rows = [[*map(one.told().get, fields), reasons(one.entry)] for one in packed]
    return csv_file([*fields, "because"], rows)


def reasons(entry: dict[str, Any]) -> str:
    """Why an entry is in, in a line."""
    return "; ".join(map(_reason, entry["because"])) or "asked for"


def _reason(because: dict[str, Any]) -> str:
    if "from" not in because:  # of a matter: a seed, a search, a person
        return ", ".join(f"{how}: {what}" for how, what in because.items())
    said = f"{because['from']} {because['relation']} {because['identifier'] or because['to'] or ''}"
    return said.rstrip() + (f" (page {because['page']})" if because["page"] else "")


def index_json(
    trail: dict[str, Any], packed: Sequence[Packed], arrivals: Sequence[int | None]
) -> bytes:
    """The whole trail, each entry with its files and the number of the event by which it came."""
    pairs = zip(packed, arrivals, strict=True)
    entries = [{**one.told(), "arrival": number} for one, number in pairs]
    apart = ("chosen", "chronology")  # files of their own
    told = {name: one for name, one in trail.items() if name not in apart} | {"entries": entries}
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def missing_csv(trail: dict[str, Any]) -> bytes:
    """What is cited and not in the package."""
    fields = ("from", "relation", "scheme", "identifier", "status", "page", "where", "quote")
    rows = [[*map(one.get, fields), " ".join(one["candidates"])] for one in trail["missing"]]
    return csv_file([*fields, "candidates"], rows)


def reference_lines(
    session: Session, viewer: Viewer, trail: dict[str, Any], packed: Sequence[Packed]
) -> Iterator[bytes]:
    """References between what is in the package, and waiting ones, as the viewer sees them."""
    as_of = datetime.fromisoformat(trail["as_of"]) if trail["as_of"] else None
    inside = {("document", one.entry["document"]) for one in packed}
    inside |= {(seed["type"], seed["id"]) for seed in trail["seeds"]}
    for one in () if "matter" in trail else packed:
        inside |= {(because["to_type"], because["to"]) for because in one.entry["because"]}
    paths = {one.entry["document"]: one.entry["path"] for one in packed}
    for start in range(0, len(packed), CHUNK):
        versions = [one.version_id for one in packed[start : start + CHUNK]]
        views = outgoing(session, viewer, version_ids=versions, as_of=as_of)
        for line in tell_references(session, views):
            target = (line["target_type"], line["target"])
            is_entry = "matter" in trail and line["target_type"] in REGISTERS
            if line["status"] == "waiting" or target in inside or is_entry:
                if "matter" in trail:  # a path may lead through what is withheld
                    line |= {"source_path": paths[line["source"]]}
                    line |= {"target_path": paths.get(line["target"] or "")}
                yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def page_texts(session: Session, packed: Packed) -> Iterator[bytes]:
    """The pages of a version, a form feed between them. Characters keep their places."""
    texts = session.scalars(
        select(Page.text).where(Page.version_id == packed.version_id).order_by(Page.number)
    )
    for position, text in enumerate(texts):
        page = text.replace("\f", "\n").encode("utf-8", "replace")
        yield b"\f" + page if position else page


def chronology(trail: dict[str, Any], packed: Sequence[Packed]) -> bytes:
    """The trail to read, in one page without a script."""
    of = escape(heading(trail))
    rows = "".join(map(_row, packed))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{of}</title>
<style>body {{ font: 14px/1.4 sans-serif; margin: 2em }} table {{ border-collapse: collapse }}
th, td {{ border-bottom: 1px solid #bbb; padding: 3px 8px; text-align: left; vertical-align: top }}
</style></head><body><h1>{of}</h1>
<table><thead><tr><th>Date<th>Document<th>Kind<th>Number<th>Title<th>In because</thead><tbody>
{rows}</tbody></table></body></html>
""".encode()


def heading(trail: dict[str, Any]) -> str:
    """What the package is of, in a line."""
    if "matter" in trail:
        told = trail["matter"]
        return " ".join(f"Matter {told['name']} {told['reference']}".split())
    asked = ", ".join(seed["asked"] for seed in trail["seeds"])
    return " ".join(f"Trail of {asked}".split())


def _row(packed: Packed) -> str:
    entry = packed.entry
    link = f'<a href="{escape(packed.file.removeprefix("data/"))}">{entry["document"]}</a>'
    plain = (entry["kind"], entry["number"], entry["title"] or entry["path"], reasons(entry))
    cells = [escape(entry["date"] or ""), link, *(escape(value or "") for value in plain)]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def bag_info(trail: dict[str, Any], at: datetime, payload_bytes: int, count: int) -> bytes:
    """The tags of RFC 8493, section 2.2.2."""
    tags = {
        "Bag-Software-Agent": "Crossfile",
        "Bagging-Date": f"{at:%Y-%m-%d}",
        "External-Description": heading(trail),
        "Payload-Oxum": f"{payload_bytes}.{count}",
    }
    return "".join(f"{name}: {value}\n" for name, value in tags.items()).encode()
