"""What finds the rows of a question is told, and what it gives. See archive.questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from archive.access import Viewer
from archive.config import Config
from archive.registers import EntryView

Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is of web.words.FIELDS; `type` says how its values are shown.

    text | day | figure | state | move | role | kind | how | period (as archive.periods writes it) |
    discrepancy (archive.trade_discrepancies.WHATS) | document (a file number) | documents (several,
    with semicolons) | change-request (its number).
    """

    name: str
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, as of when and on which day (None: now); `today` is the day of the answer."""

    viewer: Viewer
    config: Config
    today: date
    as_of: datetime | None = None
    on: date | None = None
    product: EntryView | None = None  # of which it is asked, where it is asked of one
