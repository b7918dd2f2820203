"""The page of a document that is open: its text or picture, with all that is marked on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.pages.document_address import Opened
from api.pictures import Box
from api.service import Services
from archive.access import Viewer
from archive.documents import DocumentView
from archive.models import Mention, Page
from archive.opening import load_page, marks_of
from archive.records import file_number
from archive.references import ReferenceView
from archive.vocabulary import PAGED
from web.views.document import Box as Rectangle
from web.views.document import Leaf, Mark, Tab, nearby

LONGEST: Final = 24_000  # characters of a page that are shown: HTML stays below 100 kB
MOST_MARKS: Final = 250
MOST_SOUGHT: Final = 400_000  # characters of a document in which hits are looked for
MOST_TABS: Final = 60
BEFORE: Final = 2_000  # characters that are shown before what is asked for deep in a long page


@dataclass(frozen=True, slots=True)
class Meant:
    """How a reference is marked: the colour, the link and the words of what it points to."""

    type: str
    href: str
    label: str


@dataclass(slots=True)
class Pages:
    """The pages of a version, and what stands on them: hits where something is searched."""

    labels: dict[int, str]
    texts: dict[int, str] = field(default_factory=dict)  # those in which hits were looked for
    hits: list[tuple[int, int, int]] = field(default_factory=list)  # page, start, end
    mentions: list[tuple[int, int, int]] = field(default_factory=list)


def load_pages(
    services: Services,
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    opened: Opened,
    references: Sequence[ReferenceView],
) -> Pages:
    """The pages with their hits and mentions, in a fixed number of queries."""
    rows = session.execute(
        select(Page.number, Page.label, func.length(Page.text))
        .where(Page.version_id == view.version.id)
        .order_by(Page.number)
    ).all()
    pages = Pages({number: label for number, label, _ in rows})
    if opened.query:
        sought, room = [], MOST_SOUGHT
        for number, _, length in rows:
            if room > 0 or number == opened.page:
                sought.append(number)
                room -= length
        _find_hits(services, session, viewer, view, opened, pages, sought)
    ids = [reference.row.id for reference in references]
    mentions = session.execute(
        select(Mention.page, Mention.start, Mention.end)
        .where(Mention.reference_id.in_(ids), Mention.start.is_not(None))
        .order_by(Mention.page, Mention.start)
    )
    pages.mentions = [(page or 1, start or 0, end or 0) for page, start, end in mentions]
    return pages


def _find_hits(
    services: Services,
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    opened: Opened,
    pages: Pages,
    sought: Sequence[int],
) -> None:
    finds = services.finder.highlighter(session, viewer, opened.query)
    rows = session.execute(
        select(Page.number, Page.text)
        .where(Page.version_id == view.version.id, Page.number.in_(sought))
        .order_by(Page.number)
    )
    for number, text in rows:
        found = finds.marks(text, view.version.language)
        pages.hits += [(number, mark.start, mark.end) for mark in found]


def tabs_of(pages: Pages, opened: Opened) -> tuple[Tab, ...]:
    """The strip of pages; none where there is only one."""
    if len(pages.labels) < 2:
        return ()
    hits = Counter(page for page, _, _ in pages.hits)
    mentions = Counter(page for page, _, _ in pages.mentions)
    tabs = tuple(
        Tab(number, opened.at(number), label, hits[number], mentions[number])
        for number, label in pages.labels.items()
    )
    return nearby(tabs, current=opened.page, limit=MOST_TABS)


def beside(pages: Pages, opened: Opened) -> tuple[str, str]:
    """The addresses of the hit (else mention) before and after what is asked for, on any page."""
    places = pages.hits or pages.mentions
    if opened.mark:
        here: tuple[int, int] = (opened.page, opened.mark[0])
        before = [place for place in places if place[:2] < here]
    else:
        here = (opened.page, -1)
        before = [place for place in places if place[0] < opened.page]
    after = [place for place in places if place[:2] > here]
    return (
        opened.at(before[-1][0], before[-1][1:]) if before else "",
        opened.at(after[0][0], after[0][1:]) if after else "",
    )


def leaf_of(
    services: Services,
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    opened: Opened,
    pages: Pages,
    meant: Mapping[int, Meant],
    sha256: str,
) -> Leaf | None:
    """The open page; None where the version has none. Raises `NotFound` for a page that is not."""
    if not pages.labels:
        return None
    version = view.version
    page = load_page(session, version, opened.page)
    marks = [
        Mark(
            mark["start"], mark["end"], "reference",
            type=meant[mark["reference"]].type,
            href=meant[mark["reference"]].href,
            label=meant[mark["reference"]].label,
        )
        for mark in marks_of(session, viewer, page, as_of=opened.which.as_of)
        if mark["what"] == "reference" and mark["reference"] in meant
    ]  # fmt: skip
    hits = [(start, end) for number, start, end in pages.hits if number == page.number]
    marks = [Mark(start, end, "hit") for start, end in hits] + marks
    if opened.mark and opened.mark[0] < opened.mark[1] <= len(page.text):
        marks.insert(0, Mark(*opened.mark, "evidence"))
    marks = marks[:MOST_MARKS]
    has_picture = version.media_type in PAGED and bool(page.width and page.height)
    if has_picture and not opened.is_text:
        spans = [(mark.start, mark.end) for mark in marks]
        keys = services.passwords_for(version.document_id)
        boxes = services.pictures.boxes(sha256, version.media_type, page, spans, keys)
        marks = [_boxed(mark, found) for mark, found in zip(marks, boxes, strict=True)]
    text, marks, is_cut = _cut(page.text, marks, opened.mark)
    numbers = list(pages.labels)
    place = numbers.index(page.number)
    return Leaf(
        number=page.number,
        count=len(numbers),
        text=text,
        marks=tuple(marks),
        source=page.source,
        confidence=page.confidence,
        label=page.label,
        picture_href=_picture(view, page.number) if has_picture else "",
        width=page.width or 0.0,
        height=page.height or 0.0,
        previous_href=opened.at(numbers[place - 1]) if place else "",
        next_href=opened.at(numbers[place + 1]) if place + 1 < len(numbers) else "",
        is_text_cut=is_cut,
    )


def _picture(view: DocumentView, page: int) -> str:
    number = file_number(view.document.id)
    return f"/api/v1/documents/{number}/pages/{page}.png?version={view.version.number}"


def _boxed(mark: Mark, boxes: Sequence[Box]) -> Mark:
    rectangles = tuple(
        Rectangle(left, top, left + width, top + height) for left, top, width, height in boxes
    )
    return Mark(mark.start, mark.end, mark.what, rectangles, mark.type, mark.href, mark.label)


def _cut(
    text: str, marks: list[Mark], asked: tuple[int, int] | None
) -> tuple[str, list[Mark], bool]:
    """The part of a long page around what is asked for, and the marks in it."""
    if len(text) <= LONGEST:
        return text, marks, False
    start = 0
    if asked and asked[1] > LONGEST:
        start = text.rfind("\n", 0, max(0, asked[0] - BEFORE)) + 1
    end = start + LONGEST
    inside = [
        Mark(m.start - start, m.end - start, m.what, m.boxes, m.type, m.href, m.label)
        for m in marks
        if start <= m.start and m.end <= end
    ]
    return text[start:end], inside, True
