"""The demo's filing tree: a maker of pumps from 2021 to 2024, as its people filed it.

The same call writes the same bytes and times, whatever the machine or the day.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from demo import office, plaintext, ubl
from demo.paper import Paper
from demo.pdf import Press
from demo.trade import trade_papers
from demo.truth import Bearers, MadeFile, made_file
from demo.written import written_papers

#: (copy, original): the same bytes twice.
COPY: Final = (
    "products/AV-200/contracts/FA-2021-07 Bergslunda (copy).pdf",
    "contracts/castings/FA-2021-07 Bergslunda.pdf",
)


def papers() -> list[Paper]:
    """Every paper of the story, attachments included."""
    return [*written_papers(), *trade_papers()]


def make_tree(folder: Path) -> list[MadeFile]:
    """Write the tree under `folder` and say what it holds, files in mails included.

    Existing files of the same names are overwritten, others left alone. Sorted by path.
    """
    story = {paper.path: paper for paper in papers()}
    bearers, press = Bearers(story.values()), Press()
    bytes_of = {path: _render(p, press) for path, p in story.items() if not path.endswith(".eml")}
    for path, paper in story.items():
        if path.endswith(".eml"):
            inside = {
                name: name.partition("!/")[2] for name in story if name.startswith(f"{path}!/")
            }
            bytes_of[path] = plaintext.mail(paper, {inside[at]: bytes_of[at] for at in inside})
    made = [made_file(paper, path, bearers) for path, paper in story.items()]
    copy, original = COPY
    made.append(replace(made_file(story[original], copy, bearers), copy_of=original))
    for file in made:
        if file.parent is None:
            _write(folder / file.path, bytes_of[file.copy_of or file.path], file.date)
    return sorted(made, key=lambda file: file.path)


def _render(paper: Paper, press: Press) -> bytes:
    return {
        "pdf": press.pdf,
        "docx": office.word,
        "xlsx": office.workbook,
        "xml": ubl.document,
        "csv": plaintext.table,
        "md": plaintext.markdown,
        "txt": plaintext.text,
    }[paper.path.rpartition(".")[2]](paper)


def _write(path: Path, data: bytes, day: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    # Filed in the afternoon of its date; the minute keeps files of one day apart.
    filed = datetime.fromisoformat(day).replace(hour=14, minute=len(path.name) % 60, tzinfo=UTC)
    os.utime(path, (filed.timestamp(), filed.timestamp()))
