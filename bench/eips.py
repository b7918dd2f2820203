"""References between specifications whose numbers only the configuration knows."""

from __future__ import annotations

from bench.context import Context
from bench.figures import Figure, at_least
from bench.house import House
from bench.scores import score
from tests.number_schemes import EIPS

TARGETS = {"recall": 1.0, "with its relation": 0.99, "precision": 0.99}


def run(context: Context) -> list[Figure]:
    house = House(context.folder("eips"))
    house.prepare(EIPS)
    usage = house.ingest(context.shared("corpora/specs-eips"))
    documents, references = house.export("documents"), house.export("references")
    into = house.folder / "references.json"
    figures = score(context, "references", into, documents=documents, references=references)
    graph = figures["graph_eips"]
    found = []
    for name, target in TARGETS.items():
        one = graph[name]
        found.append(at_least(name, one["share"], "", target, note=f"{one['good']} of {one['of']}"))
    return [*found, Figure("ingest", usage.cpu_s, "CPU s", note=f"wall {usage.wall_s:.0f} s")]
