"""What an ingest is asked for: of configured roots all or a part, else roots of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from sqlalchemy import select

from api.service import Services
from archive.arrivals import path_text
from archive.config import Config, RootSection, config_error
from archive.counters import insert_missing
from archive.errors import UsageError
from archive.models import Meta

LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Chosen:
    """A root to be swept, and what of it: relative paths of files and folders; none: all of it."""

    section: RootSection
    within: tuple[str, ...] = ()


def roots_of(
    config: Config, paths: Sequence[Path], root: str | None, collection: str
) -> list[Chosen]:
    """What to sweep for these paths: in the configured roots that hold them, else in new ones."""
    sections: dict[str, RootSection] = {}
    within: dict[str, set[str]] = {}
    for path in paths:
        resolved = path.resolve()
        section = next((r for r in config.roots if resolved.is_relative_to(r.path.resolve())), None)
        section = section or _new_root(config, resolved, root, collection)
        before = sections.setdefault(section.name, section)
        if before.path.resolve() != section.path.resolve():
            raise UsageError(
                f"Two folders can't both be the root {section.name}; give them one by one."
            )
        relative = os.fsencode(resolved.relative_to(section.path.resolve()))
        within.setdefault(section.name, set()).add(path_text(relative)[0])
    return [
        Chosen(section, () if "." in within[name] else tuple(sorted(within[name])))
        for name, section in sections.items()
    ]


def _new_root(config: Config, path: Path, root: str | None, collection: str) -> RootSection:
    folder = path if path.is_dir() else path.parent
    data = config.data.folder.resolve()
    if data.is_relative_to(folder) or folder.is_relative_to(data):
        raise UsageError(f"{folder} and the data folder {data} lie in one another.")
    name = _name_after(folder) if root is None else root
    for configured in config.roots:
        if configured.name == name:
            raise _taken(name, configured.path)
    try:
        return RootSection(name=name, path=folder, collection=collection)
    except ValidationError as error:
        wrong = config_error(error.errors()[0])
        option = "--collection" if wrong.key == "collection" else "--root"
        raise UsageError(
            f"{option} {wrong.value!r} can't be taken; expected {wrong.expected}."
        ) from error


def _name_after(folder: Path) -> str:
    """The folder's name as a root can have it; with its parent's where it alone is reserved."""
    for parts in (folder.parts[-1:], folder.parts[-2:]):
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(parts)).strip("-._")
        name = plain[:LONGEST_NAME].strip("-._")
        if name.casefold() != "upload":
            return name or "files"
    return "files"


def hold_names(services: Services, chosen: Sequence[Chosen]) -> None:
    """Remember of which folder each root is that no configuration names.

    What was filed is found again by root and path: under the name of another folder its files would
    count as gone, or as the next versions of strangers. Raises `UsageError` for such a name.
    """
    configured = {root.name for root in services.config.roots}
    with services.database.write() as session:
        for section in (one.section for one in chosen if one.section.name not in configured):
            line, folder = f"root:{section.name}", path_text(os.fsencode(section.path))[0]
            insert_missing(session, Meta, {"name": line, "value": folder})
            held = session.execute(select(Meta.value).where(Meta.name == line)).scalar_one()
            if held != folder:
                raise _taken(section.name, held)


def _taken(name: str, folder: object) -> UsageError:
    return UsageError(
        f"The root {name} is the folder {folder}. Give this one a name of its own: --root NAME."
    )
