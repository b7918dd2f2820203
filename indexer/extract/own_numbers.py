"""Which numbers a document itself bears, by evidence in this order: structured data, a label on the
first page, the file name, the heading. One number for each scheme that its kind can bear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.keys import fold
from archive.reading import Evidence, FactFound, IdentifierFound, PageText, ReadingContext
from archive.scheme_types import CompiledScheme, Schemes
from archive.spots import COLON, EXPLICIT, SHAPE, Spot, find_spots
from indexer.extract.issuers import issuer_of

#: Kinds that texts often are without saying so. A document whose kind nobody knows may still bear
#: such a number in its head; it never is an order because an order number stands in it.
UNMARKED: Final = ("specification", "drawing", "plan", "other")
_FIRST: Final = 8000  # characters of the first page in which its own number is looked for
_HEAD_LINES: Final = 15
_FRONT_MATTER: Final = re.compile(
    r"\A\s*---[ \t]*\n(?P<body>.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S
)
_KEYS: Final = re.compile(
    r"\A\s*(?:[A-Za-z][\w-]*[ \t]*:[^\n]*\n(?:[ \t]+[^\n]*\n|[ \t]*-[ \t][^\n]*\n|[ \t]*#[^\n]*\n)*){3,}"
)
_HEADING_END: Final = re.compile(r"[ \t]*(?:[:–—|(]|- |\n|\Z|[ \t]{2})")
_OPENING: Final = re.compile(r"[\s#*_>|=\"'\[(]*")


def find_own_numbers(
    pages: Sequence[PageText],
    schemes: Schemes,
    *,
    kind: str,
    context: ReadingContext,
    title: str | None = None,
    edocument_identifiers: Sequence[IdentifierFound] = (),
    parties: Sequence[FactFound] = (),
) -> list[IdentifierFound]:
    """The numbers that this document bears, the strongest evidence for each.

    Structured data is believed alone: its print beside it says nothing else. `parties` fill the
    issuer where a scheme's numbers are one party's.
    """
    found: dict[str, IdentifierFound] = {}
    if edocument_identifiers:
        for identifier in edocument_identifiers:
            found.setdefault(identifier.scheme, identifier)
    else:
        for identifier in _candidates(pages, schemes, kind, context, title):
            found.setdefault(identifier.scheme, identifier)
    return [
        identifier
        if identifier.issuer
        else replace(identifier, issuer=issuer_of(schemes, identifier.scheme, parties))
        for identifier in found.values()
    ]


def _candidates(
    pages: Sequence[PageText],
    schemes: Schemes,
    kind: str,
    context: ReadingContext,
    title: str | None,
) -> Iterator[IdentifierFound]:
    """All that speaks for an own number, strongest first."""
    bearing = {name for name, entry in schemes.by_name.items() if entry.scheme.bearer == kind}
    unmarked = {name for name, entry in schemes.by_name.items() if entry.scheme.bearer in UNMARKED}
    page = pages[0] if pages else PageText(1, "")
    text = page.text[:_FIRST]
    spots = find_spots(schemes, text, frozenset(bearing))
    front = _front_matter(text)
    head = _head_end(text)
    yield from _labelled(page, spots, bearing, unmarked, front=front, head=head)
    stem = _stem(context.path)
    yield from _named(stem, schemes, bearing, unmarked if kind == "other" or front else set())
    if kind in UNMARKED or front:
        bearing = bearing | unmarked
    yield from _headed(page, spots, bearing, kind, head)
    if title:
        yield from _titled(title, schemes, bearing)


def _labelled(
    page: PageText,
    spots: Sequence[Spot],
    bearing: set[str],
    unmarked: set[str],
    *,
    front: int,
    head: int,
) -> Iterator[IdentifierFound]:
    own = [
        spot
        for spot in spots
        if spot.label is not None and spot.label.is_own and "after" not in spot.rule
    ]
    sure = [
        spot
        for spot in own
        if spot.scheme in bearing
        and (
            (spot.sureness >= EXPLICIT and spot.scheme not in unmarked)
            or (spot.label_start < head and _opens_line(page.text, spot.label_start))
        )
    ]
    sure += [
        spot
        for spot in own
        if spot.scheme in unmarked - bearing
        and spot.label_start < max(front, head)
        and spot.sureness >= COLON
        and _opens_line(page.text, spot.label_start)
    ]
    sure.sort(key=lambda spot: (-spot.sureness, spot.start))
    for spot in sure:
        yield _identifier(page, spot)


def _opens_line(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return not line.strip(" \t#*_|>") or line.endswith(("\t", "  "))


def _front_matter(text: str) -> int:
    """Where the front matter (or a file of nothing but keys) ends; 0 without one."""
    match = _FRONT_MATTER.match(text) or _KEYS.match(text)
    return match.end() if match else 0


def _head_end(text: str) -> int:
    """Where the first lines end in which a document says what it is."""
    position = lines = 0
    while lines < _HEAD_LINES and position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        lines += bool(text[position:end].strip())
        position = end + 1
    return min(position, len(text))


def _stem(path: str) -> str:
    name = path.replace("!/", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return (stem if dot and len(ending) <= 5 and stem else name).replace("_", "-")


def _named(
    stem: str, schemes: Schemes, bearing: set[str], unmarked: set[str]
) -> Iterator[IdentifierFound]:
    """Numbers in the file name: the only one of its scheme, or the whole name for the unmarked."""
    spots = find_spots(schemes, stem)
    for name in bearing - set(UNMARKED):
        mine = [spot for spot in spots if spot.scheme == name and spot.sureness > COLON - 2]
        if len({spot.key for spot in mine}) == 1 and (
            name not in unmarked or _is_whole(schemes.by_name[name], stem)
        ):
            yield _in_name(mine[0], "name")
    for name in unmarked - bearing:
        mine = [spot for spot in spots if spot.scheme == name]
        if mine and _is_whole(schemes.by_name[name], stem):
            yield _in_name(mine[0], "name")


def _is_whole(compiled: CompiledScheme, stem: str) -> bool:
    return any(pattern.fullmatch(fold(stem).text) for pattern in compiled.patterns)


def _headed(
    page: PageText, spots: Sequence[Spot], bearing: set[str], kind: str, head: int
) -> Iterator[IdentifierFound]:
    """A number that opens the first heading, or follows nothing but its label there."""
    first = _OPENING.match(page.text)
    opening = first.end() if first else 0
    for spot in spots:
        if spot.start >= head:
            return
        if spot.scheme not in bearing or "after" in spot.rule:
            continue
        if spot.label is not None and not spot.label.is_own:
            continue
        line = page.text.rfind("\n", 0, spot.start) + 1
        before = page.text[line : spot.start].strip(" \t#*_|>\"'[(:")
        bare = not before
        closes = _HEADING_END.match(page.text, spot.end) is not None
        if (bare and closes and (page.text.startswith("#", line) or line <= opening)) or (spot.sureness >= SHAPE and closes and _is_label(before) and kind not in UNMARKED):
            yield _identifier(page, spot)


def _is_label(before: str) -> bool:
    """Whether a heading says nothing but the kind before the number: "PURCHASE ORDER PO-2024-113"."""
    return (
        len(before) <= 40
        and not any(char.isdigit() for char in before)
        and len(before.split()) <= 3
    )


def _titled(title: str, schemes: Schemes, bearing: set[str]) -> Iterator[IdentifierFound]:
    for spot in find_spots(schemes, title):
        if spot.scheme in bearing and spot.start <= 2 and _HEADING_END.match(title, spot.end):
            yield _in_name(spot, "title")


def _identifier(page: PageText, spot: Spot) -> IdentifierFound:
    evidence = Evidence(page.number, spot.start, spot.end, page.text[spot.start : spot.end])
    return IdentifierFound(
        spot.scheme, spot.written, spot.key, spot.groups, evidence, rule=spot.rule
    )


def _in_name(spot: Spot, where: str) -> IdentifierFound:
    evidence = Evidence(quote=spot.written, where=where)
    return IdentifierFound(
        spot.scheme, spot.written, spot.key, spot.groups, evidence, rule=spot.rule
    )
