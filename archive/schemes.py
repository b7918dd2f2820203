"""Schemes, keys and how they meet: what the rest of Crossfile needs to know of identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from archive.errors import ConfigError, all_wrong
from archive.keys import fold, groups_of, key_of_groups, meets
from archive.scheme_types import ISSUER_ROLES, CompiledScheme, Scheme, Schemes, number_part
from archive.spot_values import Spot
from archive.spots import find_spots
from archive.vocabulary import KINDS, REGISTERS, RELATIONS

__all__ = [
    "ISSUER_ROLES",
    "CompiledScheme",
    "Recognised",
    "Scheme",
    "Schemes",
    "Spot",
    "compile_schemes",
    "configured_scheme",
    "find_spots",
    "groups_of",
    "key_of_groups",
    "meets",
    "recognise",
]


#: Counts groups of the whole pattern, where the inside of one is looked for alone.
_NUMBERED_GROUP: Final = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9]|\(\?\(\d)")


@dataclass(frozen=True, slots=True)
class Recognised:
    """An identifier typed in the search box; `start` and `end` are offsets in what was typed."""

    scheme: str
    key: str
    groups: str
    start: int
    end: int


def compile_schemes(builtin: Iterable[Scheme], configured: Iterable[Scheme] = ()) -> Schemes:
    """The schemes in force: the built-in ones, replaced or added to by name.

    Raises ConfigError where a configured one is wrong in itself, does not find its own examples,
    or finds something in its own counter-examples.
    """
    every = {scheme.name: scheme for scheme in builtin}
    own = list(configured)
    for scheme in own:
        check_scheme(scheme)
        every[scheme.name] = scheme
    return Schemes(every.values())


def configured_scheme(values: Mapping[str, Any]) -> Scheme:
    """A scheme from one `[[schemes]]` table of the configuration, not yet checked."""
    return Scheme(
        name=values["name"],
        bearer=values["bearer"],
        patterns=tuple(values["patterns"]),
        key=values["key"],
        own_labels=tuple(values["own_labels"]),
        cite_labels=dict(values["cite_labels"]),
        names=dict(values["names"]),
        issuer=values["issuer"],
        examples=tuple((text, key) for text, key in values["examples"]),
        counter_examples=tuple(values["counter_examples"]),
    )


def check_scheme(scheme: Scheme) -> None:
    """Try a scheme on its own examples; used for configured ones at start, for all in the tests.

    Raises ConfigError that names each key, its value and what was expected.
    """
    place = f"schemes.{scheme.name}"
    wrong = [*_wrong_words(scheme, place), *_wrong_patterns(scheme, place)]
    wrong = wrong or [*_wrong_names(scheme, place)]
    if wrong := wrong or [*_wrong_examples(scheme, place)]:
        raise all_wrong(wrong)


def _wrong_words(scheme: Scheme, place: str) -> Iterator[ConfigError]:
    if scheme.bearer not in (*KINDS, *REGISTERS):
        yield ConfigError(f"{place}.bearer", scheme.bearer, "a kind of document or a register")
    for name, every in (("own_labels", scheme.own_labels), ("cite_labels", scheme.cite_labels)):
        for label in every:
            if not any(map(str.isalnum, label)):
                yield ConfigError(f"{place}.{name}", label, "words that stand before a number")
    for label, relation in scheme.cite_labels.items():
        if relation not in RELATIONS:
            yield ConfigError(f"{place}.cite_labels.{label}", relation, "a relation")
    if not _keeps_numbers(scheme):
        said = "a text with {number} in it, whose braces hold names of groups"
        yield ConfigError(f"{place}.key", scheme.key, said)
    if not (scheme.patterns or scheme.own_labels or scheme.cite_labels or scheme.names):
        yield ConfigError(f"{place}.patterns", [], "a pattern or a label")


def _keeps_numbers(scheme: Scheme) -> bool:
    """Whether the key of a number, whichever it is, has that number in it."""
    number = "1234567890"
    try:
        return number in scheme.key_with({"number": number})
    except (ValueError, AttributeError, LookupError, TypeError):  # str.format, by what is wrong
        return False


def _wrong_patterns(scheme: Scheme, place: str) -> Iterator[ConfigError]:
    parts: list[str] = []
    for pattern in scheme.patterns:
        try:
            groups = re.compile(pattern, re.IGNORECASE).groupindex
        except re.error as error:
            said = f"a regular expression ({error})"
            yield ConfigError(f"{place}.patterns", pattern, said)
            continue
        if "number" not in groups:
            yield ConfigError(f"{place}.patterns", pattern, "a group (?P<number>…)")
            continue
        parts.append(number_part(pattern))
        if expected := _not_alone(parts):
            yield ConfigError(f"{place}.patterns", pattern, expected)
            return


def _not_alone(parts: list[str]) -> str | None:
    """What is wrong with the last of these insides of groups, which stand behind labels alone."""
    said = "a group (?P<number>…) without the name or number of a group outside of it"
    if _NUMBERED_GROUP.search(parts[-1]):
        return said
    try:
        re.compile("|".join(parts), re.IGNORECASE)
    except re.error as error:
        return f"{said}, or of another pattern's ({error})"
    return None


def _wrong_names(scheme: Scheme, place: str) -> Iterator[ConfigError]:
    """Of a scheme whose patterns are right."""
    compiled = CompiledScheme(scheme)
    for name, number in scheme.names.items():
        shapes = (*compiled.patterns, compiled.alone)
        if not name.strip() or not any(shape.fullmatch(fold(number).text) for shape in shapes):
            yield ConfigError(f"{place}.names.{name}", number, "a number of this scheme")


def _wrong_examples(scheme: Scheme, place: str) -> Iterator[ConfigError]:
    """Of a scheme that is right in itself."""
    alone, home = Schemes([scheme]), frozenset([scheme.name])
    for text, key in scheme.examples:
        found = [spot.key for spot in find_spots(alone, text, home)]
        if key not in found:
            said = f"{key!r} to be found in it; found {', '.join(found) or 'nothing'}"
            yield ConfigError(f"{place}.examples", text, said)
    for text in scheme.counter_examples:
        if found := [spot.key for spot in find_spots(alone, text, home)]:
            said = f"nothing to be found in it; found {', '.join(found)}"
            yield ConfigError(f"{place}.counter_examples", text, said)


def recognise(schemes: Schemes, text: str) -> list[Recognised]:
    """Every identifier in what somebody typed, however it is spelled, the likeliest first.

    Where the whole text can be a number, it is also tried as one of each scheme: the caller looks
    the keys up among the identifiers that exist.
    """
    found = [
        Recognised(spot.scheme, spot.key, spot.groups, spot.start, spot.end)
        for spot in find_spots(schemes, text)
        if spot.name is None  # a name is looked for as the words that it is
    ]
    typed = text.strip()
    if not typed or len(typed) > 64 or not any(char.isdigit() for char in typed):
        return found
    start = text.index(typed)
    known = {(entry.scheme, entry.key) for entry in found}
    for compiled in schemes.by_name.values():
        key, groups = compiled.key_of(typed)
        if (compiled.name, key) not in known and compiled.alone.fullmatch(typed.replace(" ", "-")):
            found.append(Recognised(compiled.name, key, groups, start, start + len(typed)))
    return found
