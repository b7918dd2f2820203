"""Why a kind is taken for so where people have taught it, as a sentence of the document page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from babel.support import NullTranslations
from sqlalchemy.orm import Session

from api.pages.sentences import fill
from archive import teaching
from archive.taught_kinds import TAUGHT
from web.words import KINDS, OTHER_KIND, Plural, say_counted

BECAUSE: Final[Mapping[str, Plural]] = {
    "line": say_counted(
        "because %(documents)s document that people called ‘%(kind)s’ begins with ‘%(words)s’",
        "because %(documents)s documents that people called ‘%(kind)s’ begin with ‘%(words)s’",
        by="documents",
    ),
    "name": say_counted(
        "because the name of %(documents)s file that people called ‘%(kind)s’ begins with "
        "‘%(words)s’",
        "because the names of %(documents)s files that people called ‘%(kind)s’ begin with "
        "‘%(words)s’",
        by="documents",
    ),
    "folder": say_counted(
        "because %(documents)s document that people called ‘%(kind)s’ lies in ‘%(words)s’",
        "because %(documents)s documents that people called ‘%(kind)s’ lie in ‘%(words)s’",
        by="documents",
    ),
}


def with_reasons(
    session: Session, collection_id: int, facts: Sequence[dict[str, Any]], texts: NullTranslations
) -> list[dict[str, Any]]:
    """The facts of a document of this collection, the taught one with `because`."""
    if all(fact["rule"] != TAUGHT for fact in facts):
        return list(facts)
    lessons = teaching.lessons_of(session).get(collection_id, {})
    return [_with_reason(fact, lessons, texts) for fact in facts]


def _with_reason(
    fact: dict[str, Any], lessons: teaching.Lessons, texts: NullTranslations
) -> dict[str, Any]:
    lesson = teaching.lesson_of(lessons, fact)
    if lesson is None:
        return fact
    place = lesson.sign.place
    words = fact["quote"] if place == "line" else lesson.sign.words  # as it is written
    kind = texts.ugettext(KINDS.get(lesson.kind, OTHER_KIND).name)
    params = {"documents": lesson.documents, "kind": kind, "words": words}
    return {**fact, "because": fill(BECAUSE[place], params, texts)}
