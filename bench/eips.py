"""References between specifications whose numbers only the configuration knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.context import Context
from bench.figures import Figure, at_least
from bench.house import House
from bench.scores import score
from tests.number_schemes import EIPS, KEPS

TARGETS: Final = {"recall": 1.0, "with its relation": 0.99, "precision": 0.99}
#: How a document says that it bears a number, by scheme.
HEADS: Final = {
    "kep": "---\ntitle: Absent\nkep-number: {number}\n---\n",
    "rfc": "Network Working Group\nRequest for Comments: {number}\n",
}


def run(context: Context) -> list[Figure]:
    house = House(context.folder("eips"))
    house.prepare(EIPS)
    usage = house.ingest(context.shared("corpora/specs-eips"))
    figures = [*_graph(context, house, ""), Figure("ingest", usage.cpu_s, "CPU s")]
    house.ingest(context.shared("corpora/revisions-eips"))
    figures += _graph(context, house, ", revisions-eips filed beside")
    return figures + _absent(context)


def _graph(context: Context, house: House, where: str) -> Iterator[Figure]:
    documents, references = house.export("documents"), house.export("references")
    into = house.folder / "references.json"
    figures = score(context, "references", into, documents=documents, references=references)
    for name, target in TARGETS.items():
        one = figures["graph_eips"][name]
        note = f"{one['good']} of {one['of']}"
        yield at_least(f"{name}{where}", one["share"], "", target, note=note)


def _absent(context: Context) -> list[Figure]:
    """What cites absent KEPs and RFCs waits, and is answered when these are filed."""
    house = House(context.folder("absent"))
    house.prepare(KEPS)
    house.ingest(context.shared("corpora/specs-keps"), context.shared("corpora/specs-rfc"))
    documents, references = house.export("documents"), house.export("references")
    into = house.folder / "references.json"
    scored = score(context, "references", into, documents=documents, references=references)
    figures = []
    for name in ("graph_keps", "graph_rfc"):
        one = scored[name]["absent left waiting"]
        note = f"{one['good']} of {one['of']}"
        figures.append(at_least(f"{name}: absent left waiting", one["share"], "", 1.0, note=note))
    waiting = _references(references, "waiting")
    keys = {(scheme, key) for _, scheme, key in waiting}
    missing = house.folder / "missing"
    missing.mkdir()
    for scheme, key in keys:
        head = HEADS[scheme].format(number=key.removeprefix(scheme.upper()))
        (missing / f"{key}.txt").write_text(head, encoding="utf-8")
    house.ingest(missing)
    answered = waiting & _references(house.export("references"), "resolved")
    share = len(answered) / max(len(waiting), 1)
    note = f"{len(answered)} of {len(waiting)} references, {len(keys)} numbers"
    answer = at_least("absent ones: answered once they are filed", share, "", 1.0, note=note)
    return [*figures, answer]


def _references(export: Path, status: str) -> set[tuple[str, str, str]]:
    """(source, scheme, key) of all KEPs and RFCs that are cited with this outcome."""
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()
    ]
    return {
        (line["source"], line["scheme"], line["key"])
        for line in lines
        if line["status"] == status and line["scheme"] in HEADS
    }
