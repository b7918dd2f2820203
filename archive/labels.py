"""What the codes on paper say: text that holds wherever the service is, without an address."""

from __future__ import annotations

from archive.records import file_number


def code_of(document_id: int) -> str:
    """What the QR code on the label of a document says.

    >>> code_of(123)
    'crossfile:D-000123'
    """
    return f"crossfile:{file_number(document_id)}"
