"""A reader of load files of our own, from what platforms say of them; nothing of ours is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PureWindowsPath


def read_dat(data: bytes) -> list[dict[str, str]]:
    """The records of a Concordance DAT: UTF-8 with a mark, DC4 between, thorns around."""
    assert data[:3] == b"\xef\xbb\xbf" and data.endswith(b"\r\n")
    rows, fields, cell, is_inside = [], [], [], False
    for letter in data[3:].decode("utf-8"):
        if letter == "\N{LATIN SMALL LETTER THORN}":
            is_inside = not is_inside
        elif is_inside:
            cell.append("\n" if letter == "\N{REGISTERED SIGN}" else letter)
        elif letter == "\x14":
            fields.append("".join(cell))
            cell = []
        elif letter == "\n":
            rows.append([*fields, "".join(cell)])
            fields, cell = [], []
        else:
            assert letter == "\r", f"{letter!r} stands outside of the thorns"
    assert not (is_inside or fields or cell)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@dataclass
class Shown:
    """A document of an OPT file."""

    path: str
    says: int  # pages, by its first line
    numbers: list[str]


def read_opt(data: bytes) -> list[Shown]:
    """The documents of an Opticon OPT: each begins with a Y, its pages follow."""
    found: list[Shown] = []
    for line in data.decode("ascii").splitlines():
        number, _volume, path, first, folder, box, pages = line.split(",")
        assert folder == box == "" and first in ("Y", "")
        if first:
            found.append(Shown(path, int(pages), []))
        else:
            assert pages == "" and path == found[-1].path
        found[-1].numbers.append(number)
    return found


def at(folder: Path, path: str) -> Path:
    """Where a path of a load file leads, from the folder of that file."""
    return folder.joinpath(*PureWindowsPath(path).parts)
