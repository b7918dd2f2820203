"""A file inside a document that bears its number is a rendition of it: it bears none a second time.

An e-invoice often carries its own print. Both say one number, and whoever cites it means the
document: with two bearers every such reference would be ambiguous. Nor is an order billed twice:
what the document cites with a meaning, its rendition merely cites. The fact stays, as the number
is printed there. A file of the same number and another kind is no rendition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from archive import jobs
from archive.models import Fact, Identifier, Reference, Sighting, Version
from archive.parts import PARTS_FROM
from archive.reading import Extraction

CITES: Final = "cites"


@dataclass(frozen=True, slots=True)
class Held:
    """What the documents say in which a version lies."""

    bears: set[tuple[str, str, str]] = field(default_factory=set)  # kind, scheme, key
    cites: set[tuple[str, str, str]] = field(default_factory=set)  # relation, scheme, key


def holders(session: Session, version_ids: Sequence[int]) -> dict[int, Held]:
    """By version what those say in which it lies, where they bear numbers; a bundle is none."""
    inside = (Sighting.version_id.in_(version_ids), Sighting.position < PARTS_FROM)
    found: dict[int, Held] = defaultdict(Held)
    borne = session.execute(
        select(Sighting.version_id, Version.kind, Identifier.scheme, Identifier.key)
        .join(Version, Version.id == Sighting.parent_version_id)
        .join(Identifier, Identifier.version_id == Version.id)
        .where(*inside, Identifier.retracted_at.is_(None), Version.kind.is_not(None))
    )
    for version_id, kind, scheme, key in borne:
        found[version_id].bears.add((kind or "", scheme, key))
    cited = session.execute(
        select(Sighting.version_id, Reference.relation, Reference.scheme, Reference.key)
        .join(Reference, Reference.version_id == Sighting.parent_version_id)
        .where(*inside, Reference.retracted_at.is_(None), Reference.key.is_not(None))
    )
    for version_id, relation, cited_scheme, cited_key in cited:
        if version_id in found:
            found[version_id].cites.add((relation, cited_scheme or "", cited_key or ""))
    return found


def without_number(extraction: Extraction, held: Held | None) -> Extraction:
    """What was found; of a rendition without the numbers that the document bears itself."""
    if held is None:
        return extraction
    kind = next((fact.value for fact in extraction.facts if fact.name == "kind"), "")
    own = [one for one in extraction.identifiers if (kind, one.scheme, one.key) not in held.bears]
    if len(own) == len(extraction.identifiers):
        return extraction
    mentions = tuple(
        replace(one, relation=CITES) if (one.relation, one.scheme, one.key) in held.cites else one
        for one in extraction.mentions
    )
    return replace(extraction, identifiers=tuple(own), mentions=mentions)


def follow(session: Session, version_ids: Sequence[int], at: datetime) -> None:
    """Have read again what lies in these and is, or was, a rendition."""
    theirs, parents = aliased(Identifier), aliased(Identifier)
    borne = (theirs.version_id == Version.id, theirs.retracted_at.is_(None))
    shared = exists().where(
        *borne,
        parents.version_id == Sighting.parent_version_id,
        parents.retracted_at.is_(None),
        parents.scheme == theirs.scheme,
        parents.key == theirs.key,
    )
    numbered = exists().where(
        Fact.version_id == Version.id, Fact.name == "number", Fact.retracted_at.is_(None)
    )
    children = session.scalars(
        select(Version.id)
        .join(Sighting, Sighting.version_id == Version.id)
        .where(
            Sighting.parent_version_id.in_(version_ids),
            Sighting.position < PARTS_FROM,
            Version.status != "queued",
            or_(shared, numbered & ~exists().where(*borne)),
        )
    )
    jobs.enqueue(session, jobs.JobKind.PARSE, sorted(set(children)), at)
