"""Archives of many made documents, filed once and kept from run to run."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import Final

from bench import made
from bench.context import Context
from bench.figures import Figure
from bench.house import House
from bench.machine import describe
from indexer.search.analysis import VERSION  # of the indexes that are kept

ROOT: Final = '[[roots]]\nname = "drop"\npath = "drop"\n'  # what comes later is dropped here


@dataclass(frozen=True, slots=True)
class Large:
    """An archive of the first `count` documents of `maker`, served with the folder `drop`."""

    house: House
    maker: made.Maker
    count: int
    filing: Figure  # how quickly that many were filed, read and indexed


def large(context: Context, engine: str, count: int) -> Large:
    """The archive, made where this version has not made it yet. Raises `Broken`."""
    maker = made.Maker.read(context.shared("corpora"))
    name = f"{engine}-{count}-{made.VERSION}.{VERSION}"
    for old in context.folder("large").glob(f"{engine}-{count}-*"):
        if old.name != name:
            shutil.rmtree(old)
    house = House(context.work / "large" / name)
    noted = house.folder / "filed.json"
    if not noted.exists():
        _make(house, maker, engine, count)
    (house.folder / "drop").mkdir(exist_ok=True)
    took = json.loads(noted.read_text())
    note = f"wall {took['wall_s']:,.0f} s, {took['peak_mib']:,.0f} MiB; on {took['commit']}"
    speed = count / took["cpu_s"]
    filing = Figure(f"{count:,} documents filed", speed, "documents/CPU s", note=note)
    return Large(house, maker, count, filing)


def _make(house: House, maker: made.Maker, engine: str, count: int) -> None:
    house.prepare(f'[search]\nengine = "{engine}"\n\n{ROOT}')
    files = house.folder / "files"
    maker.write(files, range(count))
    usage = house.ingest(files)
    shutil.rmtree(files)
    took = {
        "cpu_s": usage.cpu_s,
        "wall_s": usage.wall_s,
        "peak_mib": usage.peak_mib,
        "commit": describe()["commit"],
    }
    (house.folder / "filed.json").write_text(json.dumps(took))
