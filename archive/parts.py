"""Parts of bundles: the pages of a file that a person says are a document of their own.

The bundle stays as it is. Its pages are taken out once, in the cage, into a file of their own that
comes in by the one door as any child does; what was taken out is not made again by a later reading.
A part that is taken back leaves with its place in the bundle: see archive.withdrawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from archive.models import Part, Sighting, Version

#: Positions of parts begin here, behind those of all files that lie inside one.
PARTS_FROM: Final = 1_000_000_000

#: Formats of which pages can be taken out, with the ending of what they become.
PARTED: Final = {"application/pdf": ".pdf", "image/tiff": ".tif"}

IN_CHUNK: Final = 500

Pages = tuple[int, int]  # the first and the last, both in it


@dataclass(frozen=True, slots=True)
class PartWanted:
    """Pages that are to be taken out, and the place of what comes of it."""

    position: int
    name: str
    pages: Pages


def part_name(pages: Pages, media_type: str) -> str:
    """The name of a part inside its bundle.

    >>> part_name((3, 5), "application/pdf"), part_name((4, 4), "image/tiff")
    ('pages 3-5.pdf', 'page 4.tif')
    """
    return f"{'page' if pages[0] == pages[1] else 'pages'} {told(pages)}{PARTED[media_type]}"


def told(pages: Pages) -> str:
    """`3-5`, or `4`."""
    first, last = pages
    return str(first) if first == last else f"{first}-{last}"


def parts_wanted(
    session: Session, versions: Sequence[tuple[int, str | None]]
) -> dict[int, tuple[PartWanted, ...]]:
    """Of versions (id, media type) the parts that stand and were not yet taken out."""
    types = dict(versions)
    rows = session.scalars(
        select(Part)
        .where(
            Part.version_id.in_(types),
            Part.retracted_at.is_(None),
            ~exists().where(
                Sighting.parent_version_id == Part.version_id,
                Sighting.position == PARTS_FROM + Part.id,
            ),
        )
        .order_by(Part.id)
    )
    found: dict[int, list[PartWanted]] = defaultdict(list)
    for row in rows:
        media_type = types[row.version_id] or ""
        if media_type in PARTED:
            pages = (row.first_page, row.last_page)
            wanted = PartWanted(PARTS_FROM + row.id, part_name(pages, media_type), pages)
            found[row.version_id].append(wanted)
    return {version_id: tuple(parts) for version_id, parts in found.items()}


def with_bundles(session: Session, documents: Iterable[int]) -> frozenset[frozenset[int]]:
    """Pairs of a bundle and a document of its pages, one of these in each: never versions of one.

    They say the same, where the same pages are read.
    """
    outer, inner = aliased(Version), aliased(Version)
    wanted = sorted(documents)
    pairs: set[frozenset[int]] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        chunk = wanted[start : start + IN_CHUNK]
        for mine in (outer, inner):
            rows = session.execute(
                select(outer.document_id, inner.document_id)
                .join(Sighting, Sighting.parent_version_id == outer.id)
                .join(inner, inner.id == Sighting.version_id)
                .where(Sighting.position >= PARTS_FROM, mine.document_id.in_(chunk))
            )
            pairs |= {frozenset({row[0], row[1]}) for row in rows}
    return frozenset(pair for pair in pairs if len(pair) > 1)


def standing_parts(session: Session, version_id: int) -> list[tuple[Part, Any]]:
    """The parts of a version in the order of its pages, each with the sighting of its document."""
    rows = session.execute(
        select(Part, Sighting)
        .outerjoin(
            Sighting,
            (Sighting.parent_version_id == Part.version_id)
            & (Sighting.position == PARTS_FROM + Part.id)
            & Sighting.until.is_(None),
        )
        .where(Part.version_id == version_id, Part.retracted_at.is_(None))
        .order_by(Part.first_page)
    )
    return [(part, sighting) for part, sighting in rows]
