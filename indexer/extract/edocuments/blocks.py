"""The readable form of an e-document: what a person would see on paper, in place of tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from archive.reading import FactFound
from indexer.extract.edocuments.model import Format
from indexer.extract.edocuments.tree import Element, Tree, local_name, text_of
from indexer.extract.edocuments.values import iso_date

Block = tuple[str, tuple[str, ...]]

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Words by which the standards say how a thing is modelled, and nothing about the thing.
_NOISE: Final = re.compile(
    r"^(?:Applicable|Specified|Included|Defined|Header|Associated)+(?=[A-Z])"
)
#: Groups whose values speak for themselves.
_PLAIN: Final = re.compile(r"(?i)(address|country|name|anagrafica|sede|string|datetime|note)$")
_UNITS: Final = ("currencyID", "amountCurrencyID", "unitCode", "quantityUnitCode")
_SUMMARY: Final = {
    "date": "Date",
    "due_date": "Due date",
    "effective_from": "Valid from",
    "expires_on": "Valid to",
    "currency": "Currency",
    "total": "Total",
}


@lru_cache(maxsize=4096)
def label(name: str) -> str:
    """`BuyersItemIdentification` as `Buyers item identification`."""
    words = _WORDS.findall(_NOISE.sub("", name)) or [name]
    lower = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    text = " ".join(lower)
    return text[:1].upper() + text[1:]


def blocks(tree: Tree, shape: Format, kind: str, facts: Sequence[FactFound]) -> tuple[Block, ...]:
    """Heading with the main facts first, then every group of the document in its order."""
    number = tree.first(shape.number)
    named = label(local_name(tree.root)) if kind == "other" else kind.replace("-", " ").capitalize()
    title = named if number is None else f"{named} {text_of(number)}"
    said = {text_of(number) if number is not None else None, *(f.evidence.quote for f in facts)}
    rest: list[Block] = []
    loose: list[str] = []
    for heading, lines in _groups(tree.root, shape):
        if heading:
            rest.append((heading, lines))
        else:
            loose += (line for line in lines if line.partition(": ")[2] not in said)
    return ((title, tuple(_summary(facts))), ("", tuple(loose)), *rest)


def _summary(facts: Sequence[FactFound]) -> Iterator[str]:
    for fact in facts:
        if fact.name == "party":
            identifier = f" ({fact.identifier})" if fact.identifier else ""
            yield f"{(fact.role or 'party').capitalize()}: {fact.value}{identifier}"
        elif fact.name in _SUMMARY:
            yield f"{_SUMMARY[fact.name]}: {fact.value}"


def _groups(element: Element, shape: Format) -> Iterator[Block]:
    """Groups of the document and its containers; single values in blocks without heading."""
    loose: list[str] = []
    for child in element:
        name = local_name(child)
        if not name or name in shape.technical:
            continue
        if name in shape.containers:
            yield from _groups(child, shape)
        elif len(child):
            lines = tuple(_lines(child, shape))
            if lines:
                yield label(name), lines
        elif name not in shape.embedded and (text := text_of(child)):
            loose.append(f"{label(name)}: {_value(child, text)}")
    if loose:
        yield "", tuple(loose)


def _lines(group: Element, shape: Format) -> Iterator[str]:
    """One line for the group's own values, then one for each group inside it."""
    plain = bool(_PLAIN.search(local_name(group)))
    own: list[str] = []
    inner: list[tuple[str, Element]] = []
    for child in group:
        name = local_name(child)
        if len(child):
            if name not in shape.technical:
                inner.append((label(name), child))
        elif name not in shape.embedded and (text := text_of(child)):
            own.append(_value(child, text) if plain else f"{label(name)}: {_value(child, text)}")
    if own:
        yield (", " if plain else "; ").join(own)
    for named, child in inner:
        for position, line in enumerate(_lines(child, shape)):
            yield line if position or named == "Party" else f"{named}: {line}"


def _value(element: Element, text: str) -> str:
    """The text, with its unit; a packed date as an ISO date."""
    if not element.keys():
        return text
    if element.get("format") == "102":
        return iso_date(text) or text
    unit = next((found for name in _UNITS if (found := element.get(name))), None)
    return f"{text} {unit}" if unit else text
