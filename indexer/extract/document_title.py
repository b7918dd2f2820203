"""A document's title: as its file says it, as it stands above the text, else the file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from archive.reading import Evidence, FactFound, PageText, ReadingContext
from indexer.extract.facts_trade import evidence
from indexer.extract.phrases import file_name, first_written

TITLE_CHARS: Final = 160
HEAD_CHARS: Final = 3_000  # of the first page with text, in which a title stands

#: What programs write into a title when nobody gave one.
_NO_TITLE: Final = re.compile(
    r"(?i)^(?:microsoft word|microsoft powerpoint|untitled|namnlös|unbenannt|document\d*|"
    r"dokument\d*|scan\w*|img[_\d]|print|slide 1|powerpoint|bild 1|fax|titel|title|blank|null|"
    r"none|template)\b|\.(?:docx?|pdf|xlsx?|indd|pptx?|odt|rtf|tmp|dot)$|^[\W\d_]*$|[\\/]"
)
_HEADING: Final = re.compile(r"^#{1,2}[ \t]+(?P<text>\S.*?)[ \t#]*$", re.MULTILINE)
_FRONT: Final = re.compile(r"^title:[ \t]*(?P<quote>['\"]?)(?P<text>\S.*?)(?P=quote)[ \t]*$", re.M)
_LINE: Final = re.compile(r"[^\S\n]*+\S[^\n]*")
#: Readers part the cells of a table's row with tabulators.
_ROW: Final = re.compile(r"\S[^\S\n]*\t[^\S\n]*\S|(?:[^;|\n]*[;|]){2}")
#: Files that are one table: their first line names columns.
_TABLES: Final = frozenset({".csv", ".tsv", ".tab"})


def find_title(
    pages: Sequence[PageText], context: ReadingContext, title: str | None, kind: FactFound
) -> FactFound | None:
    """The heading, else the properties' title if somebody wrote it, else the kind's own line.

    Else the first line that is no row of a table, else what the file is called.
    """
    page = first_written(pages)
    name = PurePosixPath(file_name(context.path))
    if page is None or name.suffix.lower() in _TABLES:
        return _property_title(title) or (_name_title(name) if page else None)
    for pattern in (_FRONT, _HEADING):
        match = pattern.search(page.text, 0, HEAD_CHARS)
        if match:
            return _title_at(page, *match.span("text"), 0.9)
    written = _property_title(title)
    if written is not None:
        return written
    return _line_title(page, kind) or _name_title(name)


def _line_title(page: PageText, kind: FactFound) -> FactFound | None:
    if kind.rule == "title" and kind.evidence.page == page.number:
        start = page.text.rfind("\n", 0, kind.evidence.start or 0) + 1
        line = _LINE.match(page.text, start)
        if line is not None and (found := _title_at(page, *line.span(), 0.6)):
            return found
    for line in _LINE.finditer(page.text, 0, HEAD_CHARS):
        found = None if _ROW.search(line[0]) else _title_at(page, *line.span(), 0.6)
        if found is not None:
            return found
    return None


def _name_title(name: PurePosixPath) -> FactFound | None:
    if not any(char.isalpha() for char in name.stem):
        return None
    where = Evidence(quote=name.stem, where="name")
    return FactFound("title", name.stem[:TITLE_CHARS], where, confidence=0.5, rule="name")


def _property_title(title: str | None) -> FactFound | None:
    text = " ".join((title or "").split())
    if not 4 <= len(text) <= TITLE_CHARS or _NO_TITLE.search(text):
        return None
    where = Evidence(quote=text, where="property title")
    return FactFound("title", text, where, confidence=0.7, rule="properties")


def _title_at(page: PageText, start: int, end: int, confidence: float) -> FactFound | None:
    raw = page.text[start:end]
    start += len(raw) - len(raw.lstrip())
    end = min(start + len(raw.strip()), start + TITLE_CHARS)
    text = " ".join(page.text[start:end].split())
    if not any(char.isalpha() for char in text):
        return None
    return FactFound("title", text, evidence(page, start, end), confidence=confidence, rule="head")
