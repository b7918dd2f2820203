"""A file to drop while watching: the delivery note that an invoice and a mail have waited for."""

from __future__ import annotations

from typing import Final

from demo.pdf import Press
from demo.trade import late_paper

LATE: Final = {
    "kind": "delivery-note",
    "number": "24-3391",
    "date": "2024-04-22",
    "path": "följesedlar/2024/Bergslunda 24-3391.pdf",
    "body": "Four pallets, gross weight 1 610 kg. Batch B24-04. Certificate 3.1 enclosed.",
}


def late_arrival() -> tuple[str, bytes]:
    """Its path below the tree's folder and its bytes; it answers what waits for 24-3391."""
    return LATE["path"], Press().pdf(late_paper("PO-2024-113", LATE))
