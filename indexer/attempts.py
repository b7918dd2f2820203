"""Work on many at once, of which one may fail without holding up the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from archive.errors import CrossfileError, StorageFull

MOST_SAID = 200  # characters of an error that people are shown: a statement may have a text in it
Item = TypeVar("Item")
log = structlog.get_logger()


def each_by_itself(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], None],
    failed: Callable[[Item, Exception], None],
) -> None:
    """Work on all together; where that fails, on each by itself, and hand over those that fail.

    Whatever one file can bring about ends here: nobody knows all the ways in which files are bad.
    A full disk is no fault of theirs: `StorageFull` is raised, with the rest not worked on.
    """
    try:
        work(items)
    except StorageFull:
        raise
    except Exception as error:
        if len(items) == 1:
            if not isinstance(error, CrossfileError | OSError):
                log.exception("one has failed")
            failed(items[0], error)
            return
        log.exception("not all together; each by itself", count=len(items))
        for item in items:
            each_by_itself([item], work, failed)


def reason_of(error: Exception) -> str:
    """What people are told of an error: its first line, else its name."""
    first = str(error).strip().partition("\n")[0][:MOST_SAID]
    return first or type(error).__name__
