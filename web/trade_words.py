"""How contracts, orders, deliveries and invoices are spoken of; see web.words."""

from __future__ import annotations

from typing import Final

from web.words import say

#: What does not agree in trade (archive.trade_discrepancies).
DISCREPANCIES: Final[dict[str, str]] = {
    "invoice-after-expiry": say("invoice after the end of its contract"),
    "invoices-over-order": say("more billed than ordered"),
    "orders-over-contract": say("more ordered than the contract is for"),
    "delivery-not-billed": say("delivery without an invoice"),
    "order-without-contract": say("order without a contract"),
}

#: How something was sent (archive.sent).
HOWS: Final[dict[str, str]] = {
    "mail": say("by mail"),
    "post": say("by post"),
    "hand": say("by hand"),
    "portal": say("through a portal"),
    "other": say("otherwise"),
}
