"""A tree under a storm: what lies there, what is kept of it, and what was believed gone."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlalchemy import select

from archive.arrivals import path_text
from archive.models import Blob, Sighting, Version
from archive.receipts import Journal
from tests.trees import Tree


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def on_disk(tree: Tree) -> dict[str, str]:
    """By path what lies in the tree."""
    top = os.fsencode(tree.top)
    found, folders = {}, [top]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                data = Path(os.fsdecode(entry.path)).read_bytes()
                found[path_text(entry.path[len(top) + 1 :])[0]] = sha256(data)
    return found


def kept(tree: Tree) -> dict[str, str]:
    """By path what the archive shows there now."""
    with tree.database.read() as session:
        rows = session.execute(
            select(Sighting.path, Blob.sha256)
            .join(Version, Version.id == Sighting.version_id)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Sighting.until.is_(None))
        ).all()
    assert len({path for path, _ in rows}) == len(rows)
    return dict(rows)


def believed_gone(tree: Tree) -> int:
    receipts = Journal(tree.vault.folder).read()
    return sum(receipt["what"] == "gone" for _, receipt in receipts)
