"""Notices of decisions: who is to be told, who has been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, Pager, Thing


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice. POST /notices/{id}/sent, /notices/{id}/not-sent, /notices/{id}/again."""

    id: int
    change: Thing
    decision: str  # of web.words.STATES
    to_name: str
    to_address: str
    mail_href: str  # opens a mail program; "" without an address
    subject: str
    language: str
    made_at: datetime
    document: Thing | None  # the message as it is filed
    sent_at: datetime | None
    sent_how: str  # mail | person, "" where it is to be sent
    who: str
    failure: str
    may_mark: bool


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """GET /notices?state=to-be-sent|sent&page="""

    template: ClassVar[str] = "notices.html"
    rows: tuple[NoticeRow, ...]
    total: int
    states: tuple[Choice, ...]
    sends_itself: bool  # a mail server is configured
    pager: Pager | None = None
