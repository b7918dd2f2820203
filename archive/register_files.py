"""The lines of a file that fills a register: CSV, JSON Lines or a workbook, and what they say."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.csv_cells import text_of_cell
from archive.errors import UsageError
from archive.messages import Counted, Message
from archive.workbooks import is_workbook, read_rows


@dataclass(frozen=True, slots=True)
class FileLine:
    """One of them: its 1-based number, its cells by field, what is wrong with it (a Message)."""

    number: int
    cells: Mapping[str, Any]
    wrong: str = ""


def read_lines(data: bytes) -> list[FileLine]:
    """All lines that say something. Raises `UsageError` where the file as a whole can't be read."""
    if is_workbook(data):
        return list(_table_lines(read_rows(data)))
    text = _decoded(data)
    if text.lstrip().startswith("{"):
        return _json_lines(text)
    return list(_table_lines(_csv_rows(text)))


def _decoded(data: bytes) -> str:
    """As the byte order mark says, else UTF-8, else what Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _json_lines(text: str) -> list[FileLine]:
    lines = []
    for number, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        try:
            cells = json.loads(row)
        except ValueError as error:
            lines.append(FileLine(number, {}, Message("This is no JSON: %(error)s.", error=error)))
        else:
            is_object = isinstance(cells, dict)
            wrong = "" if is_object else Message("The line is no JSON object.")
            lines.append(FileLine(number, cells if is_object else {}, wrong))
    return lines


def _csv_rows(text: str) -> Iterator[tuple[int, list[str] | Message]]:
    """The rows with the line where each begins; the last may be why there are no more."""
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [text_of_cell(cell) for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        yield start, Message("This is no CSV from here on: %(error)s.", error=error)


def _table_lines(rows: Iterable[tuple[int, list[str] | Message]]) -> Iterator[FileLine]:
    """The first row that says something names the fields of all others."""
    names: list[str] = []
    for number, cells in rows:
        if isinstance(cells, Message):
            yield FileLine(number, {}, cells)
        elif not any(cell.strip() for cell in cells):
            continue
        elif not names:
            names = ["_".join(cell.lower().replace("-", " ").split()) for cell in cells]
            while names[-1] == "":  # empty columns behind the last
                names.pop()
            if doubled := [name for name, times in Counter(names).items() if times > 1]:
                raise UsageError("The first line names %(name)r twice.", name=doubled[0])
        else:
            is_long = len(cells) > len(names) and any(cells[len(names) :])
            wrong = Message(
                "It has %(cells)s; the first line names %(names)s.",
                cells=Counted("%(num)s cell", "%(num)s cells", len(cells)),
                names=len(names),
            )
            cells_by_name = dict(zip(names, cells, strict=False))
            yield FileLine(number, cells_by_name, wrong if is_long else "")
    if not names:
        raise UsageError("The file is empty; its first line has to name the fields.")
