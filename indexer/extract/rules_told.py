"""How a number was found, as a sentence; and what was read where it stands, and does not count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from archive.keys import meets
from archive.reading import PageText
from archive.scheme_types import Schemes
from archive.spot_values import Spot
from archive.spots import settle
from indexer.extract.own_numbers import scan

#: What stands before the rule of another number, the first of a list.
_AFTER: Final = re.compile(r"(?P<how>list|range|slash) after (?P<first>.+)")
_GOES_ON: Final = MappingProxyType(
    {
        "list": "It goes on a list. Of its first number: ",
        "range": "It lies in a range. Of its first number: ",
        "slash": "It stands behind a slash. Of the number before that: ",
    }
)
_RULES: Final = (
    (r'label "(.+)"', 'It stands behind the words "{0}".'),
    (r'column "(.+)"', 'It stands in a column with the head "{0}".'),
    (r'name "(.+)"', 'The text means it by the name "{0}".'),
    (r"pattern (\d+)", "It looks as pattern {0} of {scheme} says{pattern}."),
    (r"numbered title", "It stands behind the title."),
)
#: Longer patterns are no help to who reads them in a line of a table.
_LONGEST_PATTERN: Final = 80


def told(rule: str, scheme: str, schemes: Schemes) -> str:
    """A whole sentence for a rule by which a number of a scheme was found.

    >>> told('label "spec no"', "specification", Schemes(()))
    'It stands behind the words "spec no".'
    """
    if after := _AFTER.fullmatch(rule):
        return _GOES_ON[after["how"]] + told(after["first"], scheme, schemes)
    for pattern, sentence in _RULES:
        if found := re.fullmatch(pattern, rule):
            said = _pattern(scheme, int(found[1]), schemes) if "{pattern}" in sentence else ""
            return sentence.format(*found.groups(), scheme=scheme, pattern=said)
    return f"The data calls it {rule}." if rule else ""


def _pattern(scheme: str, number: int, schemes: Schemes) -> str:
    """The source of a pattern behind a colon, where it is short."""
    text = schemes.scheme(scheme).patterns[number - 1]
    return f": {text}" if len(text) <= _LONGEST_PATTERN else ""


@dataclass(frozen=True, slots=True)
class Outvoted:
    """A reading that does not count, and why not."""

    page: int
    spot: Spot
    quote: str
    why: str


def outvoted(
    pages: Sequence[PageText], schemes: Schemes, home: frozenset[str]
) -> Iterator[Outvoted]:
    """Readings of another number, or of another scheme, than what counts where they stand.

    `home` are the schemes of which the document bears a number.
    """
    for page, found in zip(pages, scan(pages, schemes), strict=True):
        kept = settle(list(found), home)
        seen: set[tuple[str, str, int]] = set()
        for spot in sorted(found, key=lambda one: (one.start, one.end)):
            place = (spot.scheme, spot.key, spot.start)
            over = [one for one in kept if one.start < spot.end and spot.start < one.end]
            is_alike = any(
                one.scheme == spot.scheme and meets(one.groups, spot.groups) for one in over
            )
            if is_alike or place in seen:
                continue
            seen.add(place)
            yield Outvoted(page.number, spot, page.text[spot.start : spot.end], _why(spot, over))


def _why(spot: Spot, over: Sequence[Spot]) -> str:
    if over:
        return f"{over[0].scheme} {over[0].key} is the surer or longer reading there."
    if spot.needs_home:
        return f"These words say so only in a document that bears a number of {spot.scheme} itself."
    return "It is known from elsewhere in the document."
