"""Whether a bearer of a number may be the one that a reference means: by the two sides alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from rapidfuzz import fuzz

from archive.keys import meets
from archive.parties import folded_name

#: Per cent of two names that have to agree: "norrgjuteri" and "norrgjuteriet" are 91.7.
ALIKE: Final = 91

#: Kinds that stand between a seller and a buyer: another one's order is not meant.
TRADE: Final = frozenset(
    {
        "invoice", "credit-note", "purchase-order", "order-response", "order-change",
        "order-cancellation", "delivery-note", "receipt-advice", "quotation",
        "request-for-quotation", "reminder", "statement", "catalogue", "remittance",
    }
)  # fmt: skip

#: Kinds that parties make between them, under numbers that each of them counts from one.
AGREED: Final = frozenset({"contract", "amendment"})

#: What is dated so much later than what cites it is another one of the same number. Papers are
#: written about each other within weeks; dates that were misread are off by days or months.
LATER: Final = timedelta(days=366)


def fits(reference: Any, bearer: Any) -> bool:
    """May this bearer be meant? Scheme and key are given; groups, issuer, parties, dates decide."""
    if bearer.document_id is not None and bearer.document_id == reference.document_id:
        return False
    if not meets(reference.groups or "", bearer.groups):
        return False
    if reference.issuer and bearer.issuer and not same_party(reference.issuer, bearer.issuer):
        return False
    ours, theirs = reference.parties or [], bearer.parties or []
    if bearer.kind in AGREED:
        return not _strangers(ours, theirs)
    if bearer.kind not in TRADE:
        return True
    return not (_other_parties(ours, theirs) or _is_later(reference.date, bearer.date))


def _is_later(cited_on: str | None, day: str | None) -> bool:
    """Was the bearer written long after the reference to it? Unknown is not later."""
    if not cited_on or not day:
        return False
    return date.fromisoformat(day) - date.fromisoformat(cited_on) > LATER


def _other_parties(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> bool:
    """Do the two name different sellers, or different buyers? Unknown is not different."""
    for role in ("seller", "buyer"):
        mine = next((p for p in ours if p["role"] == role), None)
        other = next((p for p in theirs if p["role"] == role), None)
        if mine and other and not _same(mine, other):
            return True
    return False


def _strangers(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> bool:
    """Is no party of what was agreed one of those that deal here, both of which are known?

    Roles say nothing: who buys under one contract may sell under another.
    """
    is_known = {"seller", "buyer"} <= {party["role"] for party in ours}
    if not is_known or all(_same(theirs[0], other) for other in theirs):
        return False
    return not any(_same(mine, other) for mine in ours for other in theirs)


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if a.get("id") and a.get("id") == b.get("id"):
        return True
    return same_party(folded_name(a["name"]), folded_name(b["name"]))


def same_party(a: str, b: str) -> bool:
    """Whether two folded names may be one party: forms and slips of the pen are forgiven.

    Words of the one may be missing in the other; a number in a name tells it from all others.

    >>> same_party("norrgjuteri", "norrgjuteri sverige"), same_party("nordpump", "nord pump")
    (True, True)
    >>> same_party("vik", "viking"), same_party("nordic steel 1", "nordic steel 2")
    (False, False)
    """
    if not a or not b or a == b:
        return True
    numbers = [[word for word in name.split() if any(map(str.isdigit, word))] for name in (a, b)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    longer, shorter = (f" {name} " for name in sorted((a, b), key=len, reverse=True))
    return shorter in longer or fuzz.ratio(a, b) > ALIKE
