"""What a number means in an e-document of a kind: (kind of the source, scheme) → relation.

Where the table is silent the number is merely cited.
"""

from __future__ import annotations

from typing import Final

_UNDER: Final = {"contract": "under", "project": "concerns"}
_REMINDS: Final = {"invoice": "concerns", "credit-note": "concerns", **_UNDER}

BY_KIND: Final[dict[str, dict[str, str]]] = {
    "invoice": _UNDER | {
        "purchase-order": "bills",
        "sales-order": "bills",
        "delivery-note": "bills",
    },
    "credit-note": _UNDER | {
        "invoice": "credits",
        "purchase-order": "concerns",
        "sales-order": "concerns",
        "delivery-note": "concerns",
    },
    "purchase-order": _UNDER | {"quotation": "responds-to", "catalogue": "under"},
    "order-response": _UNDER | {"purchase-order": "confirms", "sales-order": "confirms",
                                "order-change": "confirms"},
    "order-change": _UNDER | {"purchase-order": "changes", "sales-order": "changes"},
    "order-cancellation": _UNDER | {"purchase-order": "changes", "sales-order": "changes"},
    "delivery-note": _UNDER | {"purchase-order": "delivers", "sales-order": "delivers"},
    "receipt-advice": _UNDER | {"purchase-order": "concerns", "sales-order": "concerns",
                                "delivery-note": "confirms"},
    "quotation": _UNDER | {"request-for-quotation": "quotes-for", "tender": "quotes-for"},
    "reminder": _REMINDS,
    "statement": _REMINDS,
    "remittance": _REMINDS,
    "catalogue": _UNDER | {"quotation": "responds-to"},
}  # fmt: skip

#: OpenPEPPOL and UNTDID 4343 codes of an order response that does not accept the order.
NOT_ACCEPTED: Final = frozenset({"RE", "AB", "CA", "27", "12"})


def relation(kind: str, scheme: str, *, response_code: str = "") -> str:
    """What the document's kind says about a number of this scheme."""
    found = BY_KIND.get(kind, {}).get(scheme, "cites")
    if kind == "message":
        return "responds-to"
    if found == "confirms" and response_code.upper() in NOT_ACCEPTED:
        return "responds-to"
    return found
