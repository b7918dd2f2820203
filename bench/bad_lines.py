"""A large table with a few bad lines: each is named with its reason, and nothing is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.context import Context
from bench.figures import Figure, at_least, at_most
from bench.house import House
from bench.processes import measure

LINES: Final = 200_000
HEAD: Final = "code,name,phase,replaced_by,owner,happened_on"
#: What is wrong with a line, and a part of the reason that is to be given. {n} is its number.
BAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "X-{n},Impossible day,planned,,Eva,2024-02-30": "'2024-02-30'",
        "X-{n},No day at all,planned,,Eva,soon": "'soon'",
        "X-{n},Flies,flying,,Eva,": "'flying'",
        ",Has no code,planned,,Eva,": "code is missing",
        "X-{n},,planned,,Eva,": "name is missing",
        "P-000002,The same again,planned,,Eva,2024-01-03": "in line 3 already",
        "X-{n},Replaces itself,planned,X-{n},Eva,": "goes round",
        "X-{n},Too long,planned,,Eva,,and more": "7 cells",
        "---,No letter and no digit,planned,,Eva,": "needs a letter or a digit",
        "X-{n},A tab\tin its name,planned,,Eva,": "name can't be",
    }
)


TOLD: Final = re.compile(r"^line (\d+): wrong: (.*)$", re.MULTILINE)


def run(context: Context) -> list[Figure]:
    """200,000 lines, ten of them bad, over the command line; then the same with these mended."""
    house = House(context.folder("bad-lines"))
    house.prepare()
    lines = context.sized(LINES)
    bad, good = house.folder / "bad.csv", house.folder / "good.csv"
    wanted = write_table(bad, lines)
    write_table(good, lines, is_mended=True)
    refused = measure(house.command("import", "register", "products", bad))
    told = {int(number): text for number, text in TOLD.findall(refused.output)}
    right = sum(reason in told.get(number, "") for number, reason in wanted.items())
    left = len(house.run("export", "register", "products").splitlines())
    taken = measure(house.command("import", "register", "products", good))
    made = len(house.run("export", "register", "products").splitlines())
    return [
        at_least("bad lines named with their reason", right, "", len(wanted)),
        at_most("good lines named", len(told.keys() - wanted.keys()), "", 0),
        at_most("entries made by the file with bad lines", left, "", 0),
        at_least("entries made by the mended file", made, "", lines, note=f"{lines:,} lines"),
        Figure("to say what is wrong", refused.cpu_s, "CPU s"),
        Figure("to take in the mended file", taken.cpu_s, "CPU s"),
    ]


def write_table(into: Path, lines: int, *, is_mended: bool = False) -> dict[int, str]:
    """A table of products with the bad lines spread over it; by their numbers the reasons."""
    step = lines // (len(BAD) + 1)
    wrong = {step * (place + 1): one for place, one in enumerate(BAD)}
    with into.open("w", encoding="utf-8") as file:
        print(HEAD, file=file)
        for number in range(2, lines + 2):
            count = number - 1
            line = f"P-{count:06},Pump {count},planned,,Eva,2024-01-{count % 28 + 1:02}"
            if number in wrong and not is_mended:
                line = wrong[number].format(n=number)
            print(line, file=file)
    return {number: BAD[one] for number, one in wrong.items()}
