"""Custodians of a hold, for members of its matter; and what one is asked to keep oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CustodianNoticeRow:
    """POST …/notices/{id}/sent, below the hold."""

    id: int
    what: str  # of web.matter_words.CUSTODIAN_NOTICES
    sent_at: datetime | None
    who: str  # who sent it; "" where the mail server did
    failure: str
    href: str  # the message


@dataclass(frozen=True, slots=True)
class CustodianRow:
    """POST …/custodians/{id}/off and /acknowledged, below the hold."""

    id: int
    name: str
    address: str
    state: str  # of web.matter_words.CUSTODIAN_STATES
    named_at: datetime
    who: str
    text: str
    acknowledged_on: str | None
    recorded_by: str
    may_record: bool  # a member says for them that they acknowledged it
    may_take_off: bool
    notices: tuple[CustodianNoticeRow, ...]  # sent, or to be sent


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What one is asked to keep. POST /custody/{id}/acknowledged."""

    id: int
    text: str
    who: str
    asked_on: str
    acknowledged_on: str | None
    is_ended: bool


@dataclass(frozen=True, slots=True)
class CustodyPage:
    """GET /custody"""

    template: ClassVar[str] = "custody.html"
    rows: tuple[AskedRow, ...]
