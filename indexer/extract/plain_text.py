"""Pages as their words are meant: without marks of emphasis, cells parted by tabulators alone.

`**Contract:** C-1` is read as `Contract: C-1`, and `"Buyer";"Total"` above `"Acme";"5"` as a table,
as an office program would show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.keys import UNSEEN, Folded, leave_out
from archive.reading import PageText
from indexer.extract.label_rows import LabelRow, label_rows

#: One stretch that is emphasised, within a line: not what lies within a word, as in `order_no`.
_SPAN: Final = re.compile(
    r"(?P<sign>[*_`])(?<![\w*`][*_`])(?P<more>(?P=sign){0,2})(?![\s*_`])"
    r"(?:(?!(?P=sign)|_)[^\n]|_){1,200}?"
    r"(?<!\s)(?P=sign)(?P=more)(?!(?P=sign)|(?<=_)\w)"
)
_BULLETS: Final = re.compile(r"\s*(?:(?:[>#•+*-]+|\d{1,3}[.)])\s+)*")
_BEFORE: Final = 60  # characters before a mark that say what it opens
#: What stands behind a label, or behind all of a line or cell.
_LABEL_END: Final = re.compile(r"[ \t]*(?:[:|\t]|$)", re.MULTILINE)
_MARKS: Final = re.compile(r"[*_`]")
_UNSEEN: Final = UNSEEN[0]
#: Lines, and what is read of them.
EXAMPLES: Final = (
    ("**Contract:** C-2025-014", "Contract: C-2025-014"),
    ("**Contract**: **C-2025-014**", "Contract: C-2025-014"),
    ("__Avtal:__ `C-2025-014`", "Avtal: C-2025-014"),
    ("- *Order no:* 4711", "- Order no: 4711"),
    ("* _Order no_ : ***4711***", "* Order no : 4711"),
    ("**Contract:** **C-1**", "Contract: C-1"),
    ("| **Avtal** | `C-1` |", "| Avtal | C-1 |"),
    ("**Faktura 4711**", "Faktura 4711"),
    ("the **contract** C-2025-014 of", "the **contract** C-2025-014 of"),
    ("Signature: ____________", "Signature: ____________"),
    ("* an item\n***\n2 * 3 = 6", "* an item\n***\n2 * 3 = 6"),
    ("order_no: 4711", "order_no: 4711"),
)


def unmarked(text: str) -> str:
    """The text with an unseen character for each that only emphasises; offsets stay."""
    if _MARKS.search(text) is None:
        return text
    chars = list(text)
    for start, end in _marks(text):
        chars[start:end] = _UNSEEN * (end - start)
    return "".join(chars)


def without_marks(text: str) -> Folded:
    """The text without them, and the way back to its own offsets."""
    return leave_out(text, _marks(text) if _MARKS.search(text) else ())


def _marks(text: str) -> Iterator[tuple[int, int]]:
    """What emphasises labels and values; within prose emphasis is none of a label."""
    label_end = 0  # of the last label whose colon is emphasised with it
    for span in _SPAN.finditer(text):
        start, end = span.span()
        size = 1 + len(span["more"])
        has_colon = text[end - size - 1] == ":"
        before = text[max(0, start - _BEFORE) : start].rpartition("\n")[2]
        opens_cell = before.rstrip(" ")[-1:] in ("|", "\t")
        is_label = (has_colon or _LABEL_END.match(text, end)) and (
            opens_cell or (len(before) < _BEFORE and _BULLETS.fullmatch(before))
        )
        is_value = (
            opens_cell
            or before.rstrip()[-1:] in (":", "=")
            or (
                label_end > 0
                and start - label_end < _BEFORE
                and text[label_end:start].strip(" \t") == ""
            )
        )
        if is_label or is_value:
            yield from ((start, start + size), (end - size, end))
            label_end = end if has_colon else label_end


def parted_pages(pages: Sequence[PageText]) -> list[PageText]:
    """The pages with cells parted by tabulators, each as it is where it has none; offsets stay."""
    return [parted_page(page, tuple(label_rows(page.text))) for page in pages]


def parted_page(page: PageText, rows: Sequence[LabelRow]) -> PageText:
    """The page with nothing but tabulators around the cells of its rows of labels and of values."""
    if not rows:
        return page
    done, parts = 0, []
    for row in rows:
        for line in ((row.start, row.end), row.values):
            parts += [page.text[done : line[0]], _parted(page.text, line, row)]
            done = line[1]
    return replace(page, text="".join([*parts, page.text[done:]]))


def _parted(text: str, line: tuple[int, int], row: LabelRow) -> str:
    cells = sorted(
        (start, end)
        for first, (last, value) in row.cells.items()
        for start, end in ((first, last), value)
        if line[0] <= start and end <= line[1]
    )
    parted = [" "] * (line[1] - line[0])
    for place, (start, end) in enumerate(cells):
        parted[start - line[0] : end - line[0]] = text[start:end]
        if place:  # one tabulator between two cells: two would be an empty one
            parted[start - line[0] - 1] = "\t"
    return "".join(parted)
