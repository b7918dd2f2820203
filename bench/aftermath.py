"""What an archive shows of its roots, beside what lies there."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive.arrivals import path_text
from archive.config import RootSection
from archive.globs import compile_glob
from bench.house import House

FOLDERS: Final = {"filing": "tree", "share": "share"}  # by the name of a root its folder
SHOWN: Final = """
    SELECT sighting.root || '/' || sighting.path, blob.sha256, version.document_id
    FROM sighting JOIN version ON version.id = sighting.version_id
    JOIN blob ON blob.id = version.blob_id
    WHERE sighting.until IS NULL AND sighting.path IS NOT NULL
"""
PATHS: Final = "SELECT receipt, root || '/' || path FROM sighting WHERE path IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Paths, as ROOT/path, of what is not as it should be."""

    lost: tuple[str, ...]  # lie there, and are not shown, or as something else
    strange: tuple[str, ...]  # shown, and do not lie there
    doubled: tuple[str, ...]  # of one content in more than one document
    believed: tuple[str, ...]  # recorded as gone, and nobody took them away

    @property
    def is_at_rest(self) -> bool:
        return not (self.lost or self.strange)


def aftermath(house: House, removed: set[str]) -> Aftermath:
    """Compare; `removed` are paths that somebody took away at some time."""
    there = on_disk(house, tuple(FOLDERS))
    with closing(_database(house)) as database:
        rows = database.execute(SHOWN).fetchall()
        paths = dict(database.execute(PATHS).fetchall())
    shown = {path: sha256 for path, sha256, _ in rows}
    homes = Counter(sha256 for sha256, _ in {(row[1], row[2]) for row in rows})
    gone = {paths.get(receipt, receipt) for receipt in _gone(house)}
    return Aftermath(
        tuple(sorted(path for path, sha256 in there.items() if shown.get(path) != sha256)),
        tuple(sorted(shown.keys() - there.keys())),
        tuple(sorted(path for path, sha256 in shown.items() if homes[sha256] > 1)),
        tuple(sorted(gone - removed)),
    )


def on_disk(house: House, roots: Sequence[str]) -> dict[str, str]:
    """By ROOT/path the SHA-256 of what lies there and is not to be ignored."""
    ignored = [compile_glob(glob) for glob in RootSection.model_fields["ignore"].default]
    found = {}
    for root in roots:
        top = os.fsencode(house.folder / FOLDERS[root])
        folders = [top]
        while folders:
            for entry in os.scandir(folders.pop()):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    continue
                path = path_text(entry.path[len(top) + 1 :])[0]
                name = path.rpartition("/")[2]
                if entry.is_file(follow_symlinks=False) and not any(
                    glob.fullmatch(name) for glob in ignored
                ):
                    data = Path(os.fsdecode(entry.path)).read_bytes()
                    found[f"{root}/{path}"] = hashlib.sha256(data).hexdigest()
    return found


def _database(house: House) -> sqlite3.Connection:
    path = house.folder / "data" / "crossfile.sqlite"
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=60)


def _gone(house: House) -> list[str]:
    """The receipts of the sightings that were recorded as ended."""
    journal = house.folder / "data" / "vault" / "journal" / "receipts.jsonl"
    lines = map(json.loads, journal.read_bytes().splitlines())
    return [line["of"] for line in lines if line["what"] == "gone"]
