"""Order of arrival: the same files in other orders, one by one and at once, give the same export.

Each order is filed into an empty archive in this process; bytes that were read in one order are not
read again in the next. File numbers, numbers of versions and times are told apart from the rest:
in what is compared, a document goes by the sums of its versions.
"""

from __future__ import annotations

import difflib
import json
import random
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from archive import exports, schema
from archive.access import operator
from archive.arrivals import Arrival, TreePlace
from archive.config import load_config
from archive.db import Database
from archive.register_csv import import_register
from archive.register_fields import register_of
from bench.context import PROJECT, Context
from bench.figures import Figure, at_least
from demo.registers import registers
from demo.story import make_tree
from tests.worlds import BuiltWorld, NearCage

ORDERS: Final = 50
SEED: Final = 20260301
CHAINS: Final = "trade-chains"
COLLECTION: Final = "general"
MAX_BYTES: Final = 1 << 28
SHOWN: Final = 300  # characters of the first difference
FILE_NUMBER: Final = re.compile(r"D-\d{6,}")
TIMES: Final = frozenset({"received_at", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Difference:
    """An order whose export is another than that of all files at once, by path."""

    order: int
    is_bulk: bool
    lines: tuple[str, ...]

    def __str__(self) -> str:
        way = "at once" if self.is_bulk else "one by one"
        return f"order {self.order}, {way}: {' '.join(self.lines)[:SHOWN]}"


class Archive:
    """An archive in this process that is emptied and filled again and again."""

    def __init__(
        self, work: Path, settings: str = "", registers: Mapping[str, str] | None = None
    ) -> None:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        (work / "config.toml").write_text(f'{settings}\n[data]\nfolder = "data"\n', "utf-8")
        config = load_config(work / "config.toml")
        template = Database(f"sqlite:///{work / 'template.sqlite'}")
        schema.upgrade(template)
        template.close()  # the last connection writes all into the one file
        self._registers = registers or {}
        self._world = BuiltWorld(config, work / "template.sqlite", work, NearCage(config))

    def differences(self, tree: Path, orders: int) -> list[Difference]:
        """Those of so many orders that give another export than all files at once, by path."""
        arrivals = [self._arrival(tree, path) for path in _files(tree)]
        wanted = self._exported(arrivals, is_bulk=True)
        found = []
        for order in range(orders):
            shuffled = random.Random(SEED + order).sample(arrivals, len(arrivals))
            is_bulk = order % 2 == 1
            lines = self._exported(shuffled, is_bulk=is_bulk)
            if lines != wanted:
                changed = difflib.unified_diff(wanted, lines, "", "", "", "", 0, "")
                found.append(Difference(order, is_bulk, tuple(changed)[3:]))
        return found

    def close(self) -> None:
        self._world.close()

    def _arrival(self, tree: Path, path: Path) -> Arrival:
        with path.open("rb") as stream:
            blob = self._world.vault.put(stream, max_bytes=MAX_BYTES)
        place = path.relative_to(tree).as_posix()
        at = path.stat().st_mtime_ns
        return Arrival(blob, COLLECTION, TreePlace(tree.name, place, mtime_ns=at))

    def _exported(self, arrivals: Sequence[Arrival], *, is_bulk: bool) -> list[str]:
        """File these in their order into an empty archive; the lines that are compared."""
        world = self._world
        world.empty()
        for name, text in self._registers.items():
            with world.database.write() as session:
                by, register, at = operator(session), register_of(name), world.now
                import_register(
                    session, by, register, text.encode(), at, schemes=world.schemes,
                    collection=COLLECTION,
                )  # fmt: skip
        for some in [arrivals] if is_bulk else ([one] for one in arrivals):
            world.now += timedelta(minutes=1)
            world.intake.receive(some)
            world.work()
        with world.database.read() as session:
            return list(_lines(session))


def run(context: Context) -> list[Figure]:
    """Orders of the demo's tree, and of documents whose numbers are used again and again."""
    orders, folder = context.sized(ORDERS), context.folder("orders")
    chains = context.shared(f"corpora/{CHAINS}")
    demo, filing = demo_archive(folder)
    figures = []
    for name, archive, tree in (
        ("demo", demo, filing),
        (CHAINS, Archive(folder / CHAINS), chains),
    ):
        begun = time.process_time()
        found = archive.differences(tree, orders)
        archive.close()
        note = str(found[0]) if found else f"{len(_files(tree))} files, each second order at once"
        title = f"{name}: orders with equal exports"
        figures += [
            at_least(title, orders - len(found), "", orders, note=note),
            Figure(f"{name}: an order", (time.process_time() - begun) / orders, "CPU s"),
        ]
    return figures


def demo_archive(folder: Path) -> tuple[Archive, Path]:
    """An archive that is set up for the tree of ./run demo, and that tree, both below `folder`."""
    filing = folder / "filing"
    shutil.rmtree(filing, ignore_errors=True)
    make_tree(filing)
    settings = (PROJECT / "demo" / "config.toml").read_text("utf-8")
    return Archive(folder / "demo", settings, registers()), filing


def _files(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file())


def _lines(session: Session) -> Iterator[str]:
    """The exports, with documents by the sums of their versions, and without times."""
    viewer = operator(session)
    documents = list(exports.documents(session, viewer))
    references = list(exports.references(session, viewer, all_versions=True, with_mentions=True))
    sums = {
        (line["document"], one["version"]): one["sha256"]
        for line in documents
        for one in line["history"]
    }
    names = {
        line["document"]: "D:" + "+".join(sorted(one["sha256"] for one in line["history"]))
        for line in documents
    }
    for line in documents:
        for one in line["history"]:
            one["version"] = ""
    for line in references:
        line["version"] = sums[line["source"], line["version"]]
    yield from sorted(_told(line, names) for line in [*documents, *references])


def _told(line: dict[str, Any], names: Mapping[str, str]) -> str:
    def without_times(pairs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in pairs.items() if name not in TIMES}

    text = json.dumps(line, ensure_ascii=False)
    text = json.dumps(json.loads(text, object_hook=without_times), ensure_ascii=False)
    return FILE_NUMBER.sub(lambda match: names.get(match[0], match[0]), text)
