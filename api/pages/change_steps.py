"""The review and the history of a change request, as the page of its entry says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from babel.support import NullTranslations
from sqlalchemy.orm import Session

from api.pages.sentences import fill
from archive.change_history import Step, steps_of
from archive.change_review import review_of
from archive.registers import EntryView
from web.move_words import ANSWERS, MOVES
from web.views.decisions import ReviewRow
from web.views.register import StepRow
from web.words import STATES, say

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "change-moved": say("It was moved from %(before)s to %(after)s."),
        "change-decided": say("The word given was: %(decision)s."),
        "move-refused": say("What was asked for was refused: %(move)s."),
        "change-affects": say("It affects %(document)s."),
        "change-affects-no-more": say("It does not affect %(document)s any more."),
        "change-answered": say("Of %(document)s it was said: %(answer)s."),
        "change-answer-taken-back": say("What was said of %(document)s was taken back."),
        "notice-made": say("A notice was written: %(decision)s."),
        "notice-sent": say("The notice was sent: %(decision)s."),
        "notice-not-sent": say("The notice was not sent after all: %(decision)s."),
    }
)


def review_rows(
    session: Session, entry: EntryView, as_of: datetime | None, on: date | None
) -> tuple[ReviewRow, ...]:
    """Each field of the review, with who wrote it and when."""
    kind = entry.values.get("cost_kind", "")
    return tuple(
        ReviewRow(
            one.field, one.text, one.who, one.written_at, kind if one.field == "cost_amount" else ""
        )
        for one in review_of(session, entry, as_of=as_of, on=on)
    )


def step_rows(
    session: Session, entry: EntryView, as_of: datetime | None, texts: NullTranslations
) -> tuple[StepRow, ...]:
    """What was done with it, the newest first."""
    return tuple(
        StepRow(one.at, one.who, _said(one, texts))
        for one in steps_of(session, entry.id, as_of=as_of)
    )


def _said(step: Step, texts: NullTranslations) -> str:
    words = {
        name: texts.ugettext(_word(step.kind, name, value)) if value else "–"
        for name, value in step.details.items()
    }
    return fill(SENTENCES[step.kind], words, texts)


def _word(kind: str, name: str, value: str) -> str:
    """The word for a value: decisions are moves of people, and states of notices."""
    if name == "answer":
        return ANSWERS[value]
    if name == "move" or (name == "decision" and kind == "change-decided"):
        return MOVES.get(value, value)
    return STATES.get(value, value)
