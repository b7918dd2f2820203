"""All real files through the whole service, and what ../shared/score.py says of the outcome."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.context import Context
from bench.figures import Broken, Figure, at_least, at_most
from bench.house import House
from bench.processes import Usage, measure
from bench.scores import score
from bench.targets import READING, judged

MIXED: Final = ("mixed-tika", "mixed-opf")
WITHOUT_TEXT: Final = ("no-text", "encrypted", "damaged")


def run(context: Context) -> list[Figure]:
    house = House(context.folder("corpora"))
    house.prepare()
    first = house.ingest(context.shared("corpora"))
    again = house.ingest(context.shared("corpora"))
    documents, references = house.export("documents"), house.export("references")
    manifest = context.shared("corpora/manifest.jsonl").read_text(encoding="utf-8")
    files = [json.loads(line) for line in manifest.splitlines()]
    lost, unexplained = outcome(files, documents)
    figures = [
        at_most("files that are not in the archive", len(lost), "", 0, note=", ".join(lost[:5])),
        at_most(
            "files neither searchable nor unreadable with a reason",
            len(unexplained),
            "",
            0,
            note=", ".join(unexplained[:5]),
        ),
        at_most("files that a second run files", _answer(again)["filed"], "", 0),
        at_most("`crossfile check` finds", len(_findings(house, "check")), "", 0),
        at_most("`crossfile verify` finds", len(_findings(house, "verify")), "", 0),
        Figure("ingest", first.cpu_s, "CPU s", note=f"wall {first.wall_s:.0f} s, with OCR"),
        Figure("all processes together", first.peak_mib, "MiB"),
        Figure("the second run", again.cpu_s, "CPU s", note=f"wall {again.wall_s:.0f} s"),
    ]
    figures += [mixed(name, files, documents) for name in MIXED]
    given = {"documents": documents, "references": references}
    for command in ("documents", "references"):
        into = house.folder / f"score-{command}.json"
        for title, found in score(context, command, into, **given).items():
            if title != "ingested":
                figures += judged(title, found, READING)
    return figures


def outcome(files: Sequence[Mapping[str, str]], documents: Path) -> tuple[list[str], list[str]]:
    """Paths of `files` (`path`, `sha256`) that no version is of; of those whose document has no
    end or no reason. `documents` is an export."""
    good: set[str] = set()
    known: set[str] = set()
    for line in documents.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        sums = {document["sha256"], *(one["sha256"] for one in document["history"] or ())}
        known |= sums
        has_reason = document["status"] == "unreadable" and document["reason"]
        if document["status"] == "searchable" or has_reason:
            good |= sums
    lost = [row["path"] for row in files if row["sha256"] not in known]
    return lost, [row["path"] for row in files if row["sha256"] in known - good]


def mixed(name: str, files: Sequence[Mapping[str, str]], documents: Path) -> Figure:
    """How many of a set's files that carry text are read; the others are told by their reasons.

    What opens for nobody without its password or its missing half, and pictures of no words, carry
    none. All programs that a status names as helpful have to be there for the whole share.
    """
    ends: dict[str, str] = {}
    for line in documents.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        is_read = document["status"] == "searchable" and document["reason_code"] != "no-text"
        ends[document["sha256"]] = "read" if is_read else document["reason_code"]
    found = Counter(ends.get(row["sha256"], "lost") for row in files if row["set"] == name)
    of = found.total() - sum(found[code] for code in WITHOUT_TEXT)
    others = ", ".join(f"{count} {code}" for code, count in sorted(found.items()) if code != "read")
    note = f"{found['read']} of {of}; {others}"
    return at_least(
        f"{name}: read of what carries text", found["read"] / of, "share", 0.95, note=note
    )


def _answer(usage: Usage) -> dict[str, Any]:
    """The JSON object that `ingest` prints after all that it says meanwhile."""
    answer: dict[str, Any] = json.loads(usage.output[f"\n{usage.output}".rindex("\n{") :])
    return answer


def _findings(house: House, command: str) -> list[Any]:
    usage = measure(house.command(command, "--json"))
    if usage.exit_status not in (0, 1):
        raise Broken(f"crossfile {command} ends with {usage.exit_status}: {usage.output[-2000:]}")
    findings: list[Any] = json.loads(usage.output)["findings"]
    return findings
