"""The database made again: from the vault alone, and after the tables of a backup."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from archive import rulings
from archive.access import operator
from archive.db import Database, sqlite_url
from archive.references import Target
from archive.rulings import OnReference
from bench import made
from bench.context import Context
from bench.figures import Figure, at_most
from bench.house import House

DOCUMENTS: Final = 10_000
RULINGS: Final = 20
ROOT: Final = '[ocr]\nlanguages = []\n\n[[roots]]\nname = "files"\npath = "files"\nrest_s = 0\n'
EXPORTS: Final = (("documents",), ("references", "--all-versions", "--mentions"))
REGISTERS: Final = ("products", "change-requests", "milestones", "parties")

Told = dict[str, Counter[str]]  # by export its lines


def run(context: Context) -> list[Figure]:
    count = context.sized(DOCUMENTS)
    maker = made.Maker.read(context.shared("corpora"))
    house = House(context.folder("rebuild"))
    house.prepare(ROOT)
    files = house.folder / "files"
    maker.write(files, range(count))
    house.ingest(files)
    _live(files, maker, count)
    house.ingest(files)
    figures = _made_again(house, "from the vault alone")
    _rule(house)
    house.run("backup", house.folder / "backup")
    maker.write(files, range(count, count + count // 10))
    _live(files, maker, count // 2)
    house.ingest(files)
    return figures + _made_again(
        house, "with the tables of a backup", "--tables", house.folder / "backup"
    )


def _live(files: Path, maker: made.Maker, count: int) -> None:
    """Of each ten files one is edited, of each twenty one is moved, of each thirty one goes."""
    for number, path in enumerate(sorted(files.rglob("*.txt"))[:count]):
        if number % 10 == 3:
            path.write_text(path.read_text(encoding="utf-8") + "\nEdited.\n", encoding="utf-8")
        elif number % 20 == 7:
            path.rename(path.with_name(f"moved {path.name}"))
        elif number % 30 == 11:
            path.unlink()
        elif number % 40 == 14:  # the name is used again, for another number
            path.write_text(maker.text(number + 1_000_000), encoding="utf-8")


def _rule(house: House) -> None:
    """Registers, an account, and some rulings on references."""
    products = house.folder / "products.csv"
    products.write_text("code,name\n" + "".join(f"AV-{n},Valve {n}\n" for n in range(200, 220)))
    house.run("import", "register", "products", products)
    house.run("user", "add", "eva", "--role", "manager")
    documents = [json.loads(line) for line in house.run("export", "documents").splitlines()]
    references = [json.loads(line) for line in house.run("export", "references").splitlines()]
    numbered = [line for line in references if line["scheme"] and line["status"] == "waiting"]
    database = Database(sqlite_url(house.folder / "data" / "crossfile.sqlite"))
    try:
        with database.write() as session:
            by = operator(session)
            for line, one in zip(numbered[:RULINGS], reversed(documents), strict=False):
                source, target = (int(name[2:]) for name in (line["source"], one["document"]))
                what = OnReference(source, line["scheme"], line["key"], line["relation"])
                rulings.rule(
                    session,
                    by,
                    what,
                    "redirect",
                    datetime.now(UTC),
                    target=Target("document", target),
                )
    finally:
        database.close()


def _made_again(house: House, how: str, *arguments: str | Path) -> list[Figure]:
    """Lose the database, make it again and read all; how many lines differ, and the time taken."""
    before = _told(house)
    data = house.folder / "data"
    receipts = (data / "vault/journal/receipts.jsonl").read_bytes()
    for path in data.glob("crossfile.sqlite*"):
        path.unlink()
    begun = time.monotonic()
    made_of = json.loads(house.run("rebuild", "--json", *arguments))
    made_s = time.monotonic() - begun
    usage = house.ingest(house.folder / "files")
    after = _told(house)
    kept = (data / "vault/journal/receipts.jsonl").read_bytes() == receipts
    figures = [
        at_most(
            f"{how}: lines of {name} that differ",
            ((before[name] - after[name]) + (after[name] - before[name])).total(),
            "",
            0,
            note=f"of {before[name].total():,}",
        )
        for name in before
    ]
    note = f"{made_of['documents']:,} documents, {made_of['receipts']:,} receipts; verified"
    return [
        *figures,
        at_most(f"{how}: findings of verify and check", _findings(house), "", 0),
        at_most(f"{how}: receipts that reading adds", int(not kept), "", 0),
        Figure(f"{how}: rows made", made_s, "s", note=note),
        Figure(f"{how}: all read again", usage.wall_s, "s", note=f"{usage.cpu_s:.0f} CPU s"),
    ]


def _told(house: House) -> Told:
    """Of references it does not count when they were known first."""
    found: Told = {}
    for what in EXPORTS:
        lines = [json.loads(line) for line in house.run("export", *what).splitlines()]
        found[what[0]] = Counter(_line(line, is_derived=what[0] != "documents") for line in lines)
    registers = [house.run("export", "register", name).splitlines() for name in REGISTERS]
    found["registers"] = Counter(line for lines in registers for line in lines)
    return found


def _line(line: dict[str, Any], *, is_derived: bool) -> str:
    kept = {name: value for name, value in line.items() if name != "recorded_at" or not is_derived}
    return json.dumps(kept, sort_keys=True)


def _findings(house: House) -> int:
    told = [house.run(command, "--json", good=(0, 1)) for command in ("verify", "check")]
    return sum(len(json.loads(one)["findings"]) for one in told)
