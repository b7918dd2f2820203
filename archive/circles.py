"""Entries that take one another's place in a circle, which nobody can follow to its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.messages import Message
from archive.models import Entry
from archive.register_fields import Register
from archive.schemes import Schemes

IN_CHUNK: Final = 500
CIRCLE: Final = Message("%(code)s can't be replaced by %(other)s: that goes round, %(way)s.")

Place = tuple[int, str]  # collection, key


def circles(
    session: Session, register: Register, wanted: Mapping[Place, tuple[str, str]], schemes: Schemes
) -> dict[Place, Message]:
    """By place why what is wanted there goes round; none where it does not.

    `wanted`: by place the code of an entry, and the code of what is to take its place ("" where
    nothing does). What other entries say stands as it is kept.
    """

    def ways_of(said: Mapping[Place, tuple[str, str]]) -> dict[Place, tuple[str, Place]]:
        return {
            place: (code, (place[0], schemes.key_of(register.scheme, other)[0]))
            for place, (code, other) in said.items()
            if other
        }

    ways = fresh = ways_of(wanted)
    while waiting := {place for _, place in fresh.values()} - ways.keys() - wanted.keys():
        fresh = ways_of(_successors(session, register, waiting))
        ways = ways | fresh
    return {
        place: Message(CIRCLE, code=code, other=other, way=way)
        for place, (code, other) in wanted.items()
        if (way := _way_round(ways, place))
    }


def _successors(
    session: Session, register: Register, places: Collection[Place]
) -> dict[Place, tuple[str, str]]:
    """By place the code of the entry there and of what takes its place, where something does."""
    found: dict[Place, tuple[str, str]] = {}
    keys = sorted({key for _, key in places})
    for start in range(0, len(keys), IN_CHUNK):
        other = Entry.fields[register.successor].as_string()
        rows = session.execute(
            select(Entry.collection_id, Entry.key, Entry.code, other).where(
                Entry.register == register.name,
                Entry.key.in_(keys[start : start + IN_CHUNK]),
                other.is_not(None),
            )
        )
        found.update({(row[0], row[1]): (row[2], row[3]) for row in rows})
    return {place: said for place, said in found.items() if place in places}


def _way_round(ways: Mapping[Place, tuple[str, Place]], start: Place) -> str:
    """The codes from an entry back to it; "" where the way ends, or goes round without it."""
    codes: list[str] = []
    place, seen = start, set[Place]()
    while place in ways and place not in seen:
        seen.add(place)
        code, place = ways[place]
        codes.append(code)
        if place == start:
            return " → ".join((*codes, codes[0]))
    return ""
