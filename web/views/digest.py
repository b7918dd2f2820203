"""The digest: what happened lately, and which days come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, HitRow, Thing
from web.views.saved_searches import SearchRow


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that comes; the sentence is in the frame's language."""

    day: str
    is_past: bool
    thing: Thing
    text: str


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A change request that came in or was moved, and where it is now."""

    thing: Thing
    title: str
    state: str  # of web.words.STATES


@dataclass(frozen=True, slots=True)
class DigestWishForm:
    """How often it is wanted ("" for never), by mail to which address. POST /digest."""

    every: str = ""  # day | week
    address: str = ""
    failure: str = ""  # why the mail server did not take the last one
    error: str = ""


@dataclass(frozen=True, slots=True)
class DigestPage:
    """GET /digest?days=1|7|30"""

    template: ClassVar[str] = "digest.html"
    since: datetime
    searches: tuple[SearchRow, ...]  # those with something new
    days: tuple[DayRow, ...]
    changes: tuple[MovedRow, ...]
    documents: tuple[HitRow, ...]
    arrived: int  # documents; so many are shown
    attention: int | None = None  # lines that wait; None where they are not the viewer's
    windows: tuple[Choice, ...] = ()
    wish: DigestWishForm = DigestWishForm()
    sends_mail: bool = False  # a mail server is configured

    @property
    def is_empty(self) -> bool:
        """Is there nothing to tell?"""
        return not (self.searches or self.days or self.changes or self.arrived)
