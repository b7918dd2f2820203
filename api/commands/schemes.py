"""crossfile schemes …: what each family of numbers finds in a file, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.common import AsJson, config_of, group_of, print_json, print_table

if TYPE_CHECKING:
    from archive.scheme_types import Schemes
    from indexer.extract.rules_told import Outvoted


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = group_of(program, "schemes", "Schemes: families of numbers.")
    group.command()(test)
    group.command("list")(list_schemes)


def test(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """What each scheme finds in a document, and by which rule; what was outvoted. Files nothing."""
    from archive.errors import CrossfileError
    from archive.reading import ReadingContext
    from indexer.extract.extractor import Extractor
    from indexer.extract.rules_told import outvoted, told
    from indexer.parsers.limits import Limits
    from indexer.parsers.registry import read
    from indexer.stage_settings import schemes_of

    schemes = schemes_of(config_of(context))
    extractor = Extractor(schemes)
    reading = read(file.read_bytes(), file.name, Limits())
    reading, found = extractor.extract(reading, ReadingContext(f"test/{file.name}"))
    if not reading.pages and reading.reason:
        raise CrossfileError(f"{file} can't be read: {reading.reason}")
    rows: list[dict[str, Any]] = [
        {"what": "bears", "relation": "", **_fields(one)} for one in found.identifiers
    ]
    rows += [{"what": "cites", "relation": one.relation, **_fields(one)} for one in found.mentions]
    for row in rows:
        row["said"] = told(row["why"], row["scheme"], schemes)
    home = frozenset(one.scheme for one in found.identifiers)
    rows += [_not_taken(one, schemes) for one in outvoted(reading.pages, schemes, home)]
    if as_json:
        print_json(rows)
        return
    names = ("what", "scheme", "identifier", "key", "relation", "page", "quote")
    heads = (*(name.upper() for name in names), "WHY")
    print_table(heads, [[*(row[name] for name in names), row["said"]] for row in rows])
    if not rows:
        print("No scheme finds anything in it.")


def _fields(one: Any) -> dict[str, Any]:
    evidence = one.evidence
    quote = " ".join((evidence.quote or "").split())
    return {
        "scheme": one.scheme,
        "identifier": " ".join(one.identifier.split()),
        "key": one.key,
        "page": evidence.page or evidence.where,
        "quote": quote,
        "why": one.rule,
    }


def _not_taken(one: Outvoted, schemes: Schemes) -> dict[str, Any]:
    from indexer.extract.rules_told import told

    spot = one.spot
    return {
        "what": "not",
        "relation": "",
        "scheme": spot.scheme,
        "identifier": spot.written,
        "key": spot.key,
        "page": one.page,
        "quote": " ".join(one.quote.split()),
        "why": spot.rule,
        "said": f"{told(spot.rule, spot.scheme, schemes)} {one.why}",
    }


def list_schemes(context: typer.Context, as_json: AsJson = False) -> None:
    """All schemes in force, built-in and configured, with what bears them."""
    from indexer.stage_settings import schemes_of

    config = config_of(context)
    schemes = schemes_of(config)
    configured = {scheme.name for scheme in config.schemes}
    rows = [
        {
            "name": name,
            "bearer": one.scheme.bearer,
            "from": "configuration" if name in configured else "built in",
            "examples": [text for text, _ in one.scheme.examples[:2]],
        }
        for name, one in sorted(schemes.by_name.items())
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("NAME", "BEARER", "FROM", "EXAMPLES"),
        [(r["name"], r["bearer"], r["from"], "; ".join(r["examples"])) for r in rows],
    )
