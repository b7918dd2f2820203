"""What a search says about itself, for the catalogues: the messages of indexer.search.answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from indexer.search.answers import Message
from web.words import KINDS, say

MESSAGES: Final = {
    "unknown-field": say("There is no field “{field}”; this was searched as words."),
    "unknown-kind": say("There is no kind “{value}”; this was left out. Kinds: {known}."),
    "unknown-status": say("There is no status “{value}”; this was left out."),
    "unknown-collection": say("There is no collection “{value}” here; this was left out."),
    "unknown-value": say("“{value}” was not understood for {field}; this was left out."),
    "bad-date": say("“{value}” is no date or range of dates; this was left out."),
    "bad-amount": say("“{value}” is no amount or range of amounts; this was left out."),
    "empty-field": say("{field}: has no value; this was left out."),
    "open-quote": say("The quotation mark is never closed; the phrase was taken to the end."),
    "open-parenthesis": say("The parenthesis is never closed; it was closed at the end."),
    "stray-parenthesis": say("This parenthesis closes nothing and was left out."),
    "empty-parentheses": say("There is nothing between the parentheses."),
    "stray-operator": say("“{value}” has nothing to work on and was left out."),
    "no-words": say("There is nothing here that can be searched for, so all documents are listed."),
    "star-in-phrase": say("* stands for nothing between quotation marks and was left out."),
    "many-near": say("Only the first {limit} of these words were asked to be near one another."),
    "too-far": say("At most {limit} words may lie between; so many were taken."),
    "too-short": say("“{value}” is too short to stand for other words; it was searched as it is."),
    "many-expansions": say(
        "“{value}” stands for {count} words; the {used} most frequent were used."
    ),
    "too-many": say("“{value}” stands for too many; the first {used} were used."),
    "too-long": say("Only the first {limit} words were searched."),
    "setting-inside": say("{field} holds for the whole search, wherever it stands."),
    "setting-negated": say("{field} can't be excluded; this was left out."),
    "nothing-left": say("Nothing of this was understood; it finds nothing."),
    "bears": say("bears {identifier}"),
    "cites": say("cites {identifier}"),
    "opens": say("is {identifier}"),
    "in-name": say("found in its name or path"),
    "in-title": say("found in its title"),
    "try-spelling": say("Did you mean “{words}”?"),
    "try-without": say("Without {piece}"),
    "try-other-languages": say("In other languages, without {piece}"),
    "try-all-versions": say("In older versions too"),
}


def said(message: Message, gettext: Callable[[str], str]) -> str:
    """A message in the language of `gettext`; kinds are said beside the word that is typed."""
    params = dict(message.params)
    if "known" in params:
        names = (str(code) for code in params["known"].split(", "))
        params["known"] = ", ".join(_kind(code, gettext) for code in names)
    return gettext(MESSAGES[message.id]).format(**params)


def said_note(note: Mapping[str, Any], gettext: Callable[[str], str]) -> str:
    """A note that was kept (api.legal_searching.told_note), in the language of `gettext`."""
    return said(Message(note["id"], note["params"]), gettext)


def _kind(code: str, gettext: Callable[[str], str]) -> str:
    name = gettext(KINDS[code].name) if code in KINDS else code
    return code if name == code.replace("-", " ") else f"{code} ({name})"
