"""The proof of a document on one page: hashes, when first seen where, versions, its events."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView
from archive.models import Blob, Version
from archive.opening import versions_of
from archive.proofs import Kept, proof_line, proofs, record_of
from archive.records import file_number, moment
from archive.sealing import History


def document_proof(
    session: Session,
    viewer: Viewer,
    history: History,
    view: DocumentView,
    at: datetime,
    *,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """All that shows what a document is and since when, as far as the viewer may read it.

    `path` of an event is null where no checkpoint covers it yet; `checkpoint` and `key` are null
    where there is none. Nothing is signed for this.
    """
    number = view.document.id
    rows = session.execute(
        select(Version.id, Version.number, Blob.sha256)
        .join(Blob, Blob.id == Version.blob_id)
        .where(Version.document_id == number)
    ).all()
    kept = [Kept(row[0], (number, row[1]), row[2]) for row in rows]
    record = record_of(session, viewer, kept, as_of=as_of)
    signed = history.latest(max(record.lines, default=1))
    covered = [one for one in record.lines if signed and one <= signed.checkpoint.size]
    found = proofs(history, signed, covered) if signed else {}
    arrivals = {row[1]: record.arrivals.get(row[0]) for row in rows}
    fields = ("version", "sha256", "size_bytes", "file_name", "recorded_at", "current", "sightings")
    return {
        "document": file_number(number),
        "kind": view.version.kind,
        "number": view.version.own_number,
        "title": view.version.title,
        "collection": view.collection,
        "made_at": moment(at),
        "versions": [
            {**{name: one[name] for name in fields}, "arrival": arrivals[one["version"]]}
            for one in versions_of(session, view, as_of=as_of)
        ],
        "events": [
            {"line": line, **proof_line(one, line, found.get(one))}
            for one, line in record.lines.items()
        ],
        "checkpoint": signed.path.read_text("utf-8") if signed else None,
        "key": signed.key.pem().decode() if signed else None,
        "fingerprint": signed.key.fingerprint if signed else None,
    }


PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Proof of {document}</title>
<style>body {{ font: 13px/1.4 sans-serif; margin: 2em }} table {{ border-collapse: collapse }}
th, td {{ border-bottom: 1px solid #bbb; padding: 2px 8px; text-align: left; vertical-align: top }}
code, pre {{ font-size: 11px; overflow-wrap: anywhere; white-space: pre-wrap }}
@page {{ size: a4; margin: 14mm }} @media print {{ body {{ margin: 0; font-size: 10px }}
code, pre {{ font-size: 8px }} tr, details {{ break-inside: avoid }} }}</style></head><body>
<h1>Proof of {document}</h1>
<p>{heading}</p><p>Made at {made_at}.</p>
<h2>Versions, and where each was seen</h2>
<table><thead><tr><th>Version<th>SHA-256, bytes<th>Received<th>Event<th>Seen at, since, until
</thead><tbody>{versions}</tbody></table>
<h2>Custody: what was done with it, as the record of events has it</h2>
<p>Each line stood in the record when the checkpoint was signed: SHA-256 over a zero byte and the
line, then with each hash below it, leads to the head (RFC 9162, section 2.1.3.2). People and
documents are numbers.</p>
{events}
<h2>Checkpoint</h2>
<pre>{checkpoint}</pre>
<p>Signed (Ed25519) by the key with the fingerprint <code>{fingerprint}</code>.</p>
<pre>{key}</pre></body></html>
"""
NONE: Final = "None yet: what stands above is the word of this archive alone."


def proof_page(proof: dict[str, Any]) -> bytes:
    """The proof to read and to print, in one page without a script."""
    heading = " · ".join(
        str(proof[name]) for name in ("kind", "number", "title", "collection") if proof[name]
    )
    return PAGE.format(
        **{name: escape(proof[name]) for name in ("document", "made_at")},
        **{name: escape(proof[name] or NONE) for name in ("checkpoint", "key", "fingerprint")},
        heading=escape(heading),
        versions="".join(map(_version, proof["versions"])),
        events="".join(map(_event, proof["events"])),
    ).encode()


def _version(one: dict[str, Any]) -> str:
    seen = "<br>".join(
        escape(f"{place['path']}, {place['since']}, {place['until'] or 'still'}")
        for place in one["sightings"]
    )
    sums = f"<code>{one['sha256']}</code> {one['size_bytes']}"
    current = " (current)" if one["current"] else ""
    cells = [f"{one['version']}{current}", sums, one["recorded_at"], one["arrival"] or "–", seen]
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells) + "\n"


def _event(one: dict[str, Any]) -> str:
    body = json.loads(one["line"])
    said = escape(f"Event {one['number']}, {body['at']}: {body['kind']} by {body['actor']}")
    path = "\n".join(one["path"]) if one["path"] is not None else "Under no checkpoint yet."
    lines = f"{escape(one['line'])}\n{path}"
    return f"<details open><summary>{said}</summary><pre>{lines}</pre></details>\n"
