"""Bring the parts of the papers up to date that the code itself can say.

    python -m tools.papers

Such a part stands between `<!-- NAME: … -->` and `<!-- end -->`, where NAME is one of PARTS. What
people wrote around it stays. A test says when one is out of date.
"""

from __future__ import annotations

import ast
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from api import cli
from api.app import create_app, document_of
from api.service import open_services
from archive.access import ROLES, Right
from archive.config import Config, DataSection
from archive.register_fields import REGISTERS
from archive.vocabulary import REASONS
from web.render import Pages

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "indexer", "api", "web", "demo", "bench", "tools")
PART = re.compile(r"(<!-- (\w+): [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
SAID_OF_RIGHTS = {
    Right.READ: "search, open, follow, export",
    Right.FILE: "upload, set facts right, rule, keep registers, link",
    Right.DECIDE: "authorise changes",
    Right.TRAIL: "take packages",
    Right.DISPOSE: "propose and approve what is to be destroyed",
    Right.ADMINISTER: "users, grants, status of the whole",
}


def main() -> None:
    """Write every paper that is out of date."""
    for paper in papers():
        text = paper.read_text(encoding="utf-8")
        if (fresh := with_parts(text)) != text:
            paper.write_text(fresh, encoding="utf-8")
            print(f"{paper.relative_to(PROJECT)} is brought up to date")


def papers() -> list[Path]:
    """All papers of the project."""
    return [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").glob("*.md"))]


def with_parts(text: str) -> str:
    """A paper with its parts as they have to be."""
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n{part[3]}", text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '∣') for cell in line)} |\n" for line in lines)


def modules() -> str:
    """What each module says of itself, one table for each folder."""
    found = []
    for package in PACKAGES:
        for folder in [PROJECT / package, *sorted((PROJECT / package).glob("**/"))[1:]]:
            rows = [
                (f"`{path.stem}`", sentence)
                for path in sorted(folder.glob("*.py"))
                if (sentence := first_sentence(path)) and "migrations" not in path.parts
            ]
            if rows:
                name = folder.relative_to(PROJECT).as_posix()
                found.append(f"**{name}/**\n\n{table(('module', 'what it is'), rows)}")
    return "\n".join(found)


def first_sentence(path: Path) -> str:
    """What the module's docstring says first; nothing where there is none."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(said.partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]


def roles() -> str:
    """Role by right."""
    rows = [
        (right.value, SAID_OF_RIGHTS[right], *("yes" if right in ROLES[r] else "" for r in ROLES))
        for right in Right
    ]
    return table(("right", "to", *ROLES), rows)


def statuses() -> str:
    """Exit statuses, as the console script says them."""
    rows = re.findall(r"^    (\d)  (.+)$", cli.__doc__ or "", re.MULTILINE)
    return table(("status", "means"), rows)


def reasons() -> str:
    """Why a file is not read, or not wholly."""
    return table(("code", "means"), [(f"`{code}`", said) for code, said in REASONS.items()])


def fields() -> str:
    """The fields of each register."""
    found = []
    for register in REGISTERS.values():
        rows = []
        for field in register.fields:
            form = ", ".join(f"`{choice}`" for choice in field.choices) or field.type
            needed = " (needed)" if field.is_required else ""
            rows.append((f"`{field.name}`{needed}", form, field.help))
        found.append(f"**{register.plural}**\n\n{table(('field', 'form', 'what'), rows)}")
    return "\n".join(found)


def commands() -> str:
    """Every command with its arguments and options."""
    rows = []
    for name, command in each_command():
        parts = [name]
        for parameter in command.params:
            if getattr(parameter, "hidden", False) or parameter.name == "help":
                continue
            if parameter.param_type_name == "option":
                named = max(parameter.opts, key=len)
                parts.append(f"[{named}]" if not parameter.required else named)
            else:
                named = (parameter.metavar or parameter.name or "").upper()
                parts.append(named if parameter.required else f"[{named}]")
        said = " ".join((command.help or "").partition("\n\n")[0].split())
        rows.append((f"`crossfile {' '.join(parts)}`", said))
    return table(("command", "what it does"), rows)


def each_command() -> Iterator[tuple[str, Any]]:
    """All commands with their full names, in the order of the help."""
    waiting: list[tuple[str, Any]] = [("", typer.main.get_command(cli.build()))]
    while waiting:
        name, command = waiting.pop(0)
        below: Mapping[str, Any] | None = getattr(command, "commands", None)
        if below is None:
            yield name, command
        else:
            waiting[:0] = [(f"{name} {one}".strip(), below[one]) for one in below]


def routes() -> str:
    """Every path of the API with its methods."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        config = Config.model_construct(data=DataSection(folder=Path(folder)))
        with open_services(config) as services:
            described = document_of(create_app(services, Pages()))
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            asked = [p["name"] for p in one.get("parameters", ()) if p["in"] == "query"]
            query = f" ?{'&'.join(asked)}" if asked else ""
            said = one.get("description", "").partition("\n\n")[0]
            rows.append((f"`{method.upper()} {path}`{query}", " ".join(said.split())))
    return table(("path", "what it does"), rows)


def keys() -> str:
    """Every key of the configuration, its default, and what config.example.toml says of it."""
    text = (PROJECT / "config.example.toml").read_text(encoding="utf-8")
    found = []
    section = ""
    for line in text.splitlines():
        if head := re.match(r"(\[+[\w.]+\]+)", line):
            section = head[1]
        elif key := re.match(r"(\w+) = (.*?)\s+# (.*)$|(\w+) = (.*)$", line):
            name, said = key[1] or key[4], key[3] or ""
            default = default_of(section.strip("[]"), name)
            found.append((f"`{section} {name}`", default, said))
    return table(("key", "default", "what"), found)


def default_of(section: str, name: str) -> str:
    """The default of a key as TOML, or that there is none."""
    annotation = Config.model_fields[section].annotation
    model = annotation if isinstance(annotation, type) else annotation.__args__[0]  # type: ignore[union-attr]
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    field = model.model_fields[name]
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, tuple):
        return f"`[{', '.join(toml(one) for one in value)}]`"
    return f"`{toml(value)}`"


def toml(value: object) -> str:
    """A value as TOML has it; checked by reading it again."""
    if isinstance(value, bool):
        said = str(value).lower()
    elif isinstance(value, int | float):
        said = str(value)
    elif isinstance(value, Mapping):
        said = "{}"
    else:
        said = f'"{value}"'
    tomllib.loads(f"value = {said}")
    return said


PARTS: dict[str, Callable[[], str]] = {
    "modules": modules,
    "roles": roles,
    "statuses": statuses,
    "reasons": reasons,
    "fields": fields,
    "commands": commands,
    "routes": routes,
    "keys": keys,
}

if __name__ == "__main__":
    main()
