"""Whose number it is: the party that issued it, where a scheme's numbers are one party's only."""

from __future__ import annotations

from collections.abc import Sequence

from archive.parties import folded_name
from archive.reading import FactFound
from archive.scheme_types import Schemes


def issuer_of(schemes: Schemes, scheme: str, parties: Sequence[FactFound]) -> str | None:
    """The folded name of the one party whose numbers of this scheme the document uses.

    None where the scheme's numbers are everybody's, or the document does not name that party.
    """
    known = schemes.by_name.get(scheme)
    role = known.scheme.issuer_role if known else None
    if role is None:
        return None
    names = [party.value for party in parties if party.name == "party" and party.role == role]
    return folded_name(names[0]) if names else None
