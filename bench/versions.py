"""Which files are versions of one document: of real revisions, and of made ones that look so."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.context import Context
from bench.figures import Figure, at_least, at_most
from bench.house import House
from bench.scores import score
from tests.number_schemes import EIPS

SET: Final = "revisions-eips"
SEED: Final = 20260301
ORDERS: Final = 2
BATCH: Final = 25  # files of one ingest, where the order of filing is tried
MADE: Final = 20
_HEADER: Final = re.compile(r"^[\s|*]*eip[:\s|*]+(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """A file of the set, and the document that the truth says it is of."""

    path: Path
    document: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def bears_its_number(self) -> bool:
        found = _HEADER.search(self.path.read_text(encoding="utf-8")[:1000])
        return found is not None and found[1] == self.document.split()[1]


def run(context: Context) -> list[Figure]:
    corpus = context.shared(f"corpora/{SET}")
    truth = context.shared(f"corpora/truth/{SET}.jsonl").read_text(encoding="utf-8")
    revisions = [
        Revision(corpus / row["path"], row["doc"]) for row in map(json.loads, truth.splitlines())
    ]
    return [
        *_as_named(context, corpus),
        _in_other_orders(context, revisions),
        *_under_random_names(context, revisions),
        _templates(context),
        _reused_names(context),
    ]


def _house(context: Context, name: str) -> House:
    house = House(context.folder(f"versions-{name}"))
    house.prepare(EIPS)
    return house


def _as_named(context: Context, corpus: Path) -> list[Figure]:
    house = _house(context, "named")
    usage = house.ingest(corpus)
    found = score(
        context, "documents", house.folder / "score.json", documents=house.export("documents")
    )[f"versions {SET}"]
    figures = []
    for name in ("documents", "together", "in order"):
        one = found[name]
        note = f"{one['good']} of {one['of']}"
        figures.append(at_least(f"as named: {name}", one["share"], "share", 1.0, note=note))
    return [*figures, Figure("ingest", usage.cpu_s, "CPU s", note=f"wall {usage.wall_s:.0f} s")]


def _in_other_orders(context: Context, revisions: Sequence[Revision]) -> Figure:
    """Orders of filing in which other versions come together than when all are filed at once."""
    all_at_once = _together(House(context.folder("versions-named")).export("documents"))
    others = 0
    for seed in range(ORDERS):
        house = _house(context, f"order-{seed}")
        tree = house.folder / "tree"
        shuffled = random.Random(SEED + seed).sample(revisions, len(revisions))
        for start in range(0, len(shuffled), BATCH):
            for one in shuffled[start : start + BATCH]:
                _write(tree / one.path.parent.name / one.path.name, one.path.read_bytes())
            house.ingest(tree)
        ours = {one.sha256 for one in revisions}
        wanted = {frozenset(group & ours) for group in all_at_once} - {frozenset()}
        others += wanted != _together(house.export("documents"))
    return at_most(f"orders of filing of {ORDERS} that change what is together", others, "", 0)


def _under_random_names(context: Context, revisions: Sequence[Revision]) -> list[Figure]:
    house = _house(context, "random")
    names = random.Random(SEED)
    for one in revisions:
        name = f"{names.getrandbits(64):016x}.md"
        _write(house.folder / "tree" / name, one.path.read_bytes())
    house.ingest(house.folder / "tree")
    groups = _together(house.export("documents"))
    by_truth: dict[str, set[str]] = defaultdict(set)
    bearing: dict[str, set[str]] = defaultdict(set)
    for one in revisions:
        by_truth[one.document].add(one.sha256)
        if one.bears_its_number:
            bearing[one.document].add(one.sha256)
    whole = sum(any(sums <= group for group in groups) for sums in bearing.values())
    foreign = sum(sum(bool(group & sums) for sums in by_truth.values()) > 1 for group in groups)
    count = sum(map(len, bearing.values()))
    note = f"of {len(bearing)}; {count} of {len(revisions)} files bear their number"
    return [
        at_least("random names: documents together", whole, "", 17, note=note),
        at_most("random names: documents with a foreign version", foreign, "", 0),
    ]


def _templates(context: Context) -> Figure:
    """A specification copied and filled in with another number, each at a path of its own."""
    house = _house(context, "templates")
    for number in range(9_000, 9_000 + MADE):
        text = _made(f"eip: {number}\nrevision: A", "housing")
        _write(house.folder / "tree" / f"copy of template ({number % 100}).md", text)
    house.ingest(house.folder / "tree")
    wrong = MADE - len(_together(house.export("documents")))
    return at_most(f"false versions of {MADE} copied templates", wrong, "", 0)


def _reused_names(context: Context) -> Figure:
    """Files whose names are used again, for what bears another number."""
    house = _house(context, "reused")
    for month in (1, 2):
        for index in range(MADE):
            number = 9_000 + 100 * month + index
            text = _made(f"eip: {number}", f"housing for month {month}")
            _write(house.folder / "tree" / f"scan {index}.md", text)
        house.ingest(house.folder / "tree")
    wrong = 2 * MADE - len(_together(house.export("documents")))
    return at_most(f"false versions of {MADE} reused names", wrong, "", 0)


def _made(header: str, what: str) -> bytes:
    body = "\n".join(f"The pump {what} is tested at {bar} bar." for bar in range(30))
    return f"---\n{header}\ntitle: Pump\n---\n\n{body}\n".encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _together(documents: Path) -> set[frozenset[str]]:
    """The SHA-256 of the versions of each document of an export."""
    lines: Iterable[dict[str, Any]] = map(json.loads, documents.read_text().splitlines())
    return {frozenset(one["sha256"] for one in line["history"]) for line in lines}
