"""What every reader gets and gives: a source in, contents out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.reading import Child, PageText, Run
from archive.vocabulary import REASONS
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits

_TOLD = 10  # names that a reason tells
_WHY = {"encrypted": "needs a password", "damaged": "damaged", "too-large": "too large"}


@dataclass(frozen=True, slots=True)
class Source:
    """The file to read. `name` is only for breaking ties and naming children."""

    data: bytes
    name: str
    limits: Limits
    recognised: Mapping[int, PageText] = field(default_factory=dict)  # what OCR read, by page
    depth: int = 0  # how many containers this file lies in


@dataclass(slots=True)
class Contents:
    """What one reader found; the registry makes the Reading of it."""

    pages: tuple[PageText, ...] = ()
    children: tuple[Child, ...] = ()
    title: str | None = None
    properties: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    data: bytes | None = None
    reason_code: str | None = None
    reason: str | None = None
    scans: tuple[int, ...] = ()
    media_type: str | None = None  # where the reader knows better than the table of formats


@dataclass(slots=True)
class Pages:
    """Gathers page texts: cleans, numbers and counts them, and stops at the limits."""

    limits: Limits
    pages: list[PageText] = field(default_factory=list)
    truncated: str | None = None
    _size: int = 0

    def add(self, text: str, *, label: str = "") -> bool:
        """One more page that has no picture; False when no more are wanted."""
        cleaned = clean_text(text)
        return self.add_page(PageText(self.number, cleaned, source(cleaned), label))

    @property
    def number(self) -> int:
        """Of the page that comes next."""
        return len(self.pages) + 1

    def add_page(self, page: PageText) -> bool:
        """A page that is already clean and bears `self.number`."""
        room = self.limits.max_text - self._size
        if len(page.text) > room:
            self.truncated = f"Only the first {self.limits.max_text:,} characters were read."
            page = PageText(
                page.number, page.text[:room], page.source, page.label, page.width, page.height,
                _cut(page.runs, room),
            )  # fmt: skip
        elif len(self.pages) >= self.limits.max_pages:
            self.truncated = f"Only the first {self.limits.max_pages:,} pages were read."
            return False
        self.pages.append(page)
        self._size += len(page.text)
        return self.truncated is None

    def contents(self) -> Contents:
        """The pages so far, with the reason where some or all text is missing."""
        if self.truncated:
            return Contents(tuple(self.pages), reason_code="truncated", reason=self.truncated)
        if not any(page.text and not page.text.isspace() for page in self.pages):
            return Contents(tuple(self.pages), reason_code="no-text", reason=REASONS["no-text"])
        return Contents(tuple(self.pages))


def with_recognised(page: PageText, recognised: PageText | None) -> PageText:
    """The page with what OCR read of it, and below that what it says itself: notes, fields, a line.

    Only what was recognised has boxes. It ends with its last word: what stood below it when it was
    kept may have been read otherwise then.
    """
    if recognised is None or not recognised.words:
        return page
    text = recognised.text[: recognised.words[-1][1]]
    beside = [line for line in page.text.splitlines() if line.strip() and line.strip() not in text]
    return replace(
        recognised, text="\n".join([text, *beside]), label=page.label,
        width=page.width or recognised.width, height=page.height or recognised.height,
    )  # fmt: skip


def say_left_out(contents: Contents, count: int) -> None:
    """Files inside that exceed the limits are said; what else is missing is said instead."""
    if count and contents.reason_code in (None, "no-text"):
        contents.reason_code = "truncated"
        contents.reason = f"{count:,} files inside exceed the limits and were left out."


def say_broken(contents: Contents, names: Collection[str]) -> None:
    """Parts that can't be read are named; what is missing for another reason is said before."""
    if names:
        say_missing(contents, left_out([(name, "damaged") for name in names]))


def say_missing(contents: Contents, said: str) -> None:
    """One more sentence on what is not read of a file."""
    is_in_part = contents.reason_code not in (None, "no-text")
    contents.reason = f"{contents.reason} {said}" if is_in_part else said
    contents.reason_code = contents.reason_code if is_in_part else "truncated"


def left_out(names: Sequence[tuple[str, str]]) -> str:
    """A sentence that names what is left out, each (name, code of the reason); empty for none."""
    told = [f"{name} ({_WHY.get(code, code)})" for name, code in names[:_TOLD]]
    if len(names) > _TOLD:
        told.append(f"and {len(names) - _TOLD} more")
    return f"Left out: {', '.join(told)}." if told else ""


def source(text: str) -> str:
    """Where the text of a page without OCR came from."""
    return "embedded" if text and not text.isspace() else "none"


def _cut(runs: tuple[Run, ...], size: int) -> tuple[Run, ...]:
    return tuple(
        Run(run.start, run.own, min(run.length, size - run.start))
        for run in runs
        if run.start < size
    )
