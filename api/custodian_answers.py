"""What requests for custodians of holds say, and what they are answered with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.matter_answers import Line, Text
from api.parameters import Closed
from archive.custodians import Named

#: A name as mail can bear it.
PersonName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class NewCustodian(Closed):
    """Who is asked to keep what: a `user`, or somebody by `name`, told at `address` if any.

    `text` is all that they are told of the matter.
    """

    text: Annotated[Text, Field(min_length=1)]
    user: PersonName = ""
    name: PersonName = ""
    address: Line = ""
    language: Literal["", "en", "sv"] = ""

    def said(self) -> Named:
        """The same for the archive."""
        return Named(self.text, self.user, self.name, self.address, self.language)


class Acknowledged(Closed):
    """The day on which somebody without an account said that they have read it."""

    day: date


class CustodianNoticeTold(BaseModel):
    """What a custodian was told (`sent_at`) or is to be told: to `keep`, `remind`, the `end`.

    `is_idle`: there is nothing to say any more.
    """

    id: int
    what: str
    subject: str
    made_at: datetime
    sent_at: datetime | None
    sent_how: str | None
    who: str
    failure: str
    is_idle: bool


class CustodianTold(BaseModel):
    """A custodian: `named`, `notified`, `reminded`, `acknowledged`, `ended`.

    `answers_here`: they have an account, and acknowledge it themselves; else `recorded_by` is the
    member who says that they did.
    """

    id: int
    user: int | None
    name: str
    address: str
    language: str
    text: str
    answers_here: bool
    state: str
    named_at: datetime
    who: str
    acknowledged_on: str | None
    recorded_by: str
    ended_at: datetime | None
    notices: list[CustodianNoticeTold]


class CustodiansTold(BaseModel):
    """The custodians of a hold, and the owners of roots who may have to be."""

    items: list[CustodianTold]
    proposed: list[str]


class AskedTold(BaseModel):
    """What one is asked to keep, and by whom."""

    id: int
    text: str
    who: str
    asked_on: str
    acknowledged_on: str | None
    is_ended: bool


class AllAsked(BaseModel):
    """All that one is asked to keep, the newest first."""

    items: list[AskedTold]
