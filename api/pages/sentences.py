"""What errors and other messages of the archive say on a page, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.support import NullTranslations

from archive.errors import CrossfileError
from archive.messages import Message
from web.words import FIELDS, ROLES, say

#: What `NotFound` says where a page shows it; the page for 404 has words of its own.
MISSING: Final = (
    say("There is no user %(name)s."),
    say("There is no group %(name)s."),
    say("There is no collection %(name)s."),
)

#: Params that pages call by other words than the archive does.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {"fact": FIELDS, "role": ROLES}


def tell(what: str | CrossfileError, texts: NullTranslations, **instead: str) -> str:
    """A message or error in the language of `texts`; `instead` stands in for params.

    Text that is no message, and messages that no catalogue has, are said as they are.
    """
    if not isinstance(what, Message | CrossfileError):
        return what
    sentence = texts.ugettext(what.message) if what.message else ""
    if not what.params:
        return sentence
    params = {name: _param(name, value, texts) for name, value in what.params.items()}
    return sentence % (params | instead)


def _param(name: str, value: object, texts: NullTranslations) -> object:
    if isinstance(value, Message):
        return tell(value, texts)
    word = WORDS.get(name, {}).get(str(value))
    return texts.ugettext(word) if word else value
