"""Measure: `./run bench [NAME…]`, or compare two runs: `./run bench --compare A B`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    anchors,
    bad_lines,
    changes,
    corpora,
    cranfield,
    drop,
    eips,
    history,
    holds,
    hostile,
    invoices,
    machine,
    on_days,
    orders,
    page,
    parse,
    rebuild,
    references,
    scans,
    search,
    speed,
    spellings,
    start,
    storms,
    tamper,
    torture,
    versions,
    why,
    words,
    workers,
    worlds,
)
from bench.context import PROJECT, Context
from bench.figures import Broken, Figure, NotMeasurable, table
from bench.history import Run

RESULTS = PROJECT / "bench-results"

# In this order; a benchmark gives its figures, or raises NotMeasurable.
BENCHMARKS: Mapping[str, Callable[[Context], list[Figure]]] = {
    "start": start.run,
    "anchors": anchors.run,
    "speed": speed.run,
    "parse": parse.run,
    "words": words.run,
    "hostile": hostile.run,
    "corpora": corpora.run,
    "invoices": invoices.run,
    "cranfield": cranfield.run,
    "eips": eips.run,
    "spellings": spellings.run,
    "versions": versions.run,
    "orders": orders.run,
    "references": references.run,
    "why": why.run,
    "drop": drop.run,
    "page": page.run,
    "scans": scans.run,
    "search": search.run,
    "whoosh": search.run_whoosh,
    "worlds": worlds.run,
    "torture": torture.run,
    "workers": workers.run,
    "storms": storms.run,
    "rebuild": rebuild.run,
    "tamper": tamper.run,
    "changes": changes.run,
    "on-days": on_days.run,
    "bad-lines": bad_lines.run,
    "holds": holds.run,
}


def main(arguments: Sequence[str]) -> int:
    """0: all targets are met; 1: one is missed, or nothing could be measured; 2: wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    if options.compare:
        try:
            before, after = (history.load(name, options.results) for name in options.compare)
        except FileNotFoundError as error:
            print(f"There is no run {error.filename}.", file=sys.stderr)
            return 2
        print(history.comparison(before, after))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # services that were started end too
    context = Context(options.results / "work", options.scale)
    run = measure(options.names or list(BENCHMARKS), context)
    print(f"\nAll figures: {history.save(run, options.results)}")
    return 0 if run.figures and run.is_good() else 1


def measure(names: Sequence[str], context: Context) -> Run:
    """Run the benchmarks one after another, and show each one's figures when it is done."""
    at, described, before = (
        history.name_of(datetime.now(UTC)),
        machine.describe(),
        machine.stretch(),
    )
    print(f"{described['processor']}, {described['cores']} cores; busy {before:.2f} (1: free)")
    if context.scale != 1:
        print(f"made archives and drops at {context.scale:g} of their size: only for trying out")
    figures: dict[str, list[Figure]] = {}
    not_measured: dict[str, str] = {}
    for name in names:
        print(f"\n{name}", flush=True)
        begun = time.monotonic()
        try:
            figures[name] = BENCHMARKS[name](context)
        except NotMeasurable as error:
            not_measured[name] = str(error)
            print(f"not measured: {error}", flush=True)
            continue
        except Broken as error:
            figures[name] = [Figure("broken", 0, "", ok=False, note=str(error))]
        figures[name].append(Figure("this benchmark took", time.monotonic() - begun, "s"))
        print(table(figures[name]), flush=True)
    after = machine.stretch()
    print(f"\nbusy {after:.2f} at the end")
    return Run(at, described, (before, after), figures, not_measured, context.scale)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(BENCHMARKS))
    parser.add_argument("--compare", nargs=2, metavar=("A", "B"), help="names of runs, or files")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth, for trying out")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where runs are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
