"""PowerPoint: a page for each slide in the order of the show, with its tables, diagrams, notes."""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import ReadingFailed
from indexer.parsers.embedded import add_embedded
from indexer.parsers.ooxml import OfficePackage, chart_text, drawing_text
from indexer.parsers.source import Contents, Pages, Source, say_broken

_MAIN = (
    "presentation.main+xml", "slideshow.main+xml", "template.main+xml",
    "presentation.macroEnabled.main+xml", "slideshow.macroEnabled.main+xml",
    "template.macroEnabled.main+xml",
)  # fmt: skip
#: Relations of a slide whose text is shown with it, and those that lead to remarks on it.
_BESIDE = ("diagramData", "chart", "notesSlide", "comments")


def read(file: Source) -> Contents:
    package = OfficePackage(file.data, file.limits)
    pages = Pages(file.limits)
    for number, slide in enumerate(_slides(package), start=1):
        if not pages.add(_slide_text(package, slide), label=f"Slide {number}"):
            break
    if not pages.pages:
        raise ReadingFailed("damaged", "The presentation has no slides.")
    contents = pages.contents()
    contents.title, contents.properties = package.properties()
    add_embedded(contents, package.package, file.limits)
    say_broken(contents, package.broken)
    return contents


def _slides(package: OfficePackage) -> Iterator[str]:
    """Slide parts in the order of the show; by number where the list of slides is lost."""
    main = package.parts(*_MAIN)
    present = package.parts("presentationml.slide+xml")
    listed: list[str] = []
    if main:
        relations = package.relations(main[0])
        root = package.root_or_none(main[0])
        for entry in () if root is None else root.iter("{*}sldId"):
            ids = (value for name, value in entry.items() if str(name).endswith("}id"))
            _, part = relations.get(str(next(ids, "")), ("", ""))
            if part in present and part not in listed:
                listed.append(part)
    yield from listed or present


def _slide_text(package: OfficePackage, slide: str) -> str:
    texts: list[str] = []
    parts = [slide]
    parts += [part for kind, part in package.relations(slide).values() if kind in _BESIDE]
    for part in dict.fromkeys(parts):
        root = package.root_or_none(part)
        if root is None:
            continue
        texts += filter(None, (*drawing_text(root), *chart_text(root)))
        texts += (text.text for text in root.iter("{*}cm/{*}text", "{*}text") if text.text)
    return "\n".join(texts)
