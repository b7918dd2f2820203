"""Whose number it is: the party that issued it, where a scheme's numbers are one party's only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from archive.reading import FactFound
from archive.scheme_types import Schemes

_FORMS: Final = re.compile(
    r"(?<!\w)(?:aktiebolag|ab|publ|inc|incorporated|corp|corporation|llc|ltd|limited|plc|gmbh|ag|kg|oy|oyj|as"
    r"|a s|aps|bv|nv|sa|sas|sarl|srl|spa|co|company|hb|kb)(?!\w)"
)


def folded_name(name: str) -> str:
    """A party's name without case, punctuation and company form, unless it is nothing else."""
    plain = " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))
    return " ".join(_FORMS.sub(" ", plain).split()) or plain


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
