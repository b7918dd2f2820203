"""Whether a bearer of a number may be the one that a reference means: by the two sides alone."""

from __future__ import annotations

from typing import Any, Final

from rapidfuzz import fuzz

from archive.keys import meets
from archive.parties import folded_name

#: Kinds that stand between a seller and a buyer: another one's order is not meant.
TRADE: Final = frozenset(
    {
        "invoice", "credit-note", "purchase-order", "order-response", "order-change",
        "order-cancellation", "delivery-note", "receipt-advice", "quotation",
        "request-for-quotation", "reminder", "statement", "catalogue", "remittance",
    }
)  # fmt: skip


def fits(reference: Any, bearer: Any) -> bool:
    """May this bearer be meant? Same scheme and key is given; groups, issuer, parties decide."""
    if bearer.document_id is not None and bearer.document_id == reference.document_id:
        return False
    if not meets(reference.groups or "", bearer.groups):
        return False
    if reference.issuer and bearer.issuer and not same_party(reference.issuer, bearer.issuer):
        return False
    if bearer.kind not in TRADE:
        return True
    return not _other_parties(reference.parties or [], bearer.parties or [])


def _other_parties(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> bool:
    """Do the two name different sellers, or different buyers? Unknown is not different."""
    for role in ("seller", "buyer"):
        mine = next((p for p in ours if p["role"] == role), None)
        other = next((p for p in theirs if p["role"] == role), None)
        if mine and other and not _same(mine, other):
            return True
    return False


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if a.get("id") and a.get("id") == b.get("id"):
        return True
    return same_party(folded_name(a["name"]), folded_name(b["name"]))


def same_party(a: str, b: str) -> bool:
    """One folded name in the other, or all but equal: forms and slips of the pen are forgiven."""
    if not a or not b:
        return True
    return a == b or a in b or b in a or fuzz.ratio(a, b) > 92
