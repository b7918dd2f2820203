"""How far the pictures of one version are read: a few pages at a time, so that others get a turn.

An OCR job goes into the cage several times: to look which pages are pictures, then for a few pages
at once, at last for the text as a whole with all that was recognised. What is read stays read,
whatever comes after; a page that breaks the reader costs itself alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.errors import ReadingFailed
from archive.reading import PageText, Reading
from archive.scans import in_words
from indexer.cage import CageAnswer
from indexer.reading_child import page_from_wire, raise_failure

PAGES_AT_ONCE = 8
PAGE_S = 180.0  # for one page on the clock: Tesseract may be called more than once


@dataclass(frozen=True, slots=True)
class Scans:
    """The pictures of a version on their way through the cage. Pages are 1-based."""

    todo: tuple[int, ...]  # those that are asked for come first
    pages: tuple[PageText, ...] = ()  # what was recognised
    failed: tuple[tuple[int, str], ...] = ()  # pages that could not be read, and why
    at_once: int = PAGES_AT_ONCE

    @property
    def asked(self) -> tuple[int, ...]:
        """The pages that go into the cage together."""
        return self.todo[: self.at_once]

    def after(self, answer: CageAnswer) -> Scans:
        """What is left when `asked` is answered. Raises ReadingFailed for nonsense."""
        raise_failure(answer.header)
        try:
            pages = tuple(map(page_from_wire, answer.header["pages"]))
            failed = tuple((int(page), str(why)) for page, why in answer.header["unread"])
        except (KeyError, TypeError, ValueError) as error:
            raise ReadingFailed("reader-failed", "The reader's answer makes no sense.") from error
        pages = tuple(page for page in pages if page.number in self.asked)
        return replace(
            self,
            todo=self.todo[self.at_once :],
            pages=self.pages + pages,
            failed=self.failed + failed,
        )

    def after_failure(self, error: ReadingFailed) -> Scans:
        """The same where the reader broke: page by page now, and without the one that broke it."""
        if len(self.asked) > 1:
            return replace(self, at_once=1)
        failed = (*self.failed, (self.todo[0], error.reason))
        return replace(self, todo=self.todo[1:], failed=failed)

    def with_standing(self, standing: Iterable[PageText]) -> tuple[PageText, ...]:
        """All recognised pages; what stood before where reading it again failed."""
        found = {page.number: page for page in (*standing, *self.pages)}
        return tuple(found.values())

    def told(self, reading: Reading) -> Reading:
        """The reading with its reason, where pictures were left unread."""
        if not self.failed or reading.reason_code not in (None, "no-text"):
            return reading
        pages = in_words([page for page, _ in self.failed])
        reason = f"Could not be read from the picture: {pages} ({self.failed[0][1]})"
        return replace(reading, reason_code=reading.reason_code or "pictures-unread", reason=reason)


def scans_of(reading: Reading) -> Scans:
    """All pictures of a reading, to be read."""
    return Scans(reading.scans)
