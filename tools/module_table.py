"""Bring the table of modules in ARCHITECTURE.md up to date with what the modules say of themselves.

python -m tools.module_table          writes it
python -m tools.module_table --check  says only whether it is up to date
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAPER = PROJECT / "ARCHITECTURE.md"
PACKAGES = ("archive", "indexer", "api", "web", "demo", "bench", "tools")
BEGIN, END = "<!-- modules: python -m tools.module_table -->", "<!-- end of modules -->"


def main(arguments: list[str]) -> int:
    """The exit status: 1 where the table was asked about and is out of date."""
    paper = PAPER.read_text(encoding="utf-8")
    fresh = with_table(paper)
    if "--check" in arguments:
        return int(fresh != paper)
    PAPER.write_text(fresh, encoding="utf-8")
    return 0


def with_table(paper: str) -> str:
    """The paper with the table as it has to be."""
    before, _, rest = paper.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{''.join(tables())}\n{END}{after}"


def tables() -> Iterator[str]:
    """One table for each folder with modules."""
    for package in PACKAGES:
        for folder in [PROJECT / package, *sorted((PROJECT / package).glob("**/"))[1:]]:
            rows = [
                f"| `{path.stem}` | {sentence} |\n"
                for path in sorted(folder.glob("*.py"))
                if (sentence := first_sentence(path)) and "migrations" not in path.parts
            ]
            if rows:
                name = folder.relative_to(PROJECT).as_posix()
                yield f"\n**{name}/**\n\n| module | what it is |\n| --- | --- |\n{''.join(rows)}"


def first_sentence(path: Path) -> str:
    """What the module's docstring says first; nothing where there is none."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(said.partition("\n\n")[0].split()).replace("|", r"\|")
    return re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
