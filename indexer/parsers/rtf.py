"""RTF: body with text boxes, headers above the first page, footers below it, notes at the end.

Field results, list numbers and equations are text; deleted revisions are not. A page for each
explicit break, as in Word's other format. Pictures that may be pages are children.
"""

from __future__ import annotations

from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.embedded import add_pictures, object_in_rtf
from indexer.parsers.rtf_walk import Walk
from indexer.parsers.source import Contents, Pages, Source, say_left_out


def read(file: Source) -> Contents:
    found = Walk(file.data)
    found.walk()
    pages = Pages(file.limits)
    for text in _pages(found):
        if not pages.add(text.strip("\n")):
            break
    contents = pages.contents()
    contents.title = _said(found, "title")
    contents.properties = _properties(found)
    files = (object_in_rtf(data, f"object-{i}.bin") for i, data in enumerate(found.objects(), 1))
    taken = [file for file in files if file is not None]
    contents.children = tuple(Child(i, *file) for i, file in enumerate(taken, start=1))
    pictures = ((f"image{i}{end}", data) for i, (end, data) in enumerate(found.pictures(), 1))
    say_left_out(contents, add_pictures(contents, pictures, file.limits))
    return contents


def rtf_text(data: bytes) -> str:
    """All text of a piece of RTF, as in the body of a message."""
    found = Walk(data)
    found.walk()
    return _joined(_pages(found))


def _pages(found: Walk) -> list[str]:
    body = found.body()
    body[0] = _joined([*found.texts("headers"), body[0], *found.texts("footers")])
    body[-1] = _joined([body[-1], *found.texts("notes")])
    return body


def _joined(texts: list[str]) -> str:
    return "\n".join(text.strip("\n") for text in texts if text.strip())


def _properties(found: Walk) -> tuple[tuple[str, str], ...]:
    """Author, times and so on, of the group `info`."""
    names = ("author", "subject", "keywords", "modified-by")
    said = ((name, text) for name in names if (text := _said(found, name)))
    return (*said, *found.moments())


def _said(found: Walk, name: str) -> str | None:
    return " ".join(clean_text(" ".join(found.texts(name)[:1])).split()) or None
