"""What errors and other messages of the archive say on a page, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.support import NullTranslations

from archive.errors import CrossfileError
from archive.messages import Counted, Message
from web.move_words import MOVES
from web.words import FIELDS, ROLES, STATES, Plural, say

#: What `NotFound` says where a page shows it; the page for 404 has words of its own.
MISSING: Final = (
    say("There is no user %(name)s."),
    say("There is no group %(name)s."),
    say("There is no collection %(name)s."),
    say("There is no request %(name)s."),
)

#: Params that pages call by other words than the archive does.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "fact": FIELDS, "role": ROLES, "state": STATES, "move": MOVES,
}  # fmt: skip
#: Params that are several of such words, with commas between.
LISTS: Final[Mapping[str, Mapping[str, str]]] = {
    "roles": ROLES, "sources": STATES, "states": STATES, "moves": MOVES,
}  # fmt: skip


def tell(what: str | CrossfileError, texts: NullTranslations, **instead: str) -> str:
    """A message or error in the language of `texts`; `instead` stands in for params.

    Text that is no message, and messages that no catalogue has, are said as they are.
    """
    if not isinstance(what, Message | CrossfileError):
        return what
    if isinstance(what, Counted):
        return texts.ungettext(what.message, what.plural, what.number) % what.params
    sentence = texts.ugettext(what.message) if what.message else ""
    if not what.params:
        return sentence
    params = {name: _param(name, value, texts) for name, value in what.params.items()}
    return sentence % (params | instead)


def _param(name: str, value: object, texts: NullTranslations) -> object:
    if isinstance(value, Message):
        return tell(value, texts)
    if name in LISTS:
        every = (LISTS[name].get(part, part) for part in str(value).split(", "))
        return ", ".join(texts.ugettext(word) for word in every)
    word = WORDS.get(name, {}).get(str(value))
    return texts.ugettext(word) if word else value


def fill(sentence: str | Plural, params: Mapping[str, object], texts: NullTranslations) -> str:
    """A sentence of a page's tables with its params, in the form that what it counts needs."""
    if isinstance(sentence, Plural):
        number = int(str(params[sentence.by] or 0))
        return texts.ungettext(sentence.one, sentence.many, number) % params
    return texts.ugettext(sentence) % params
