"""What the codes on paper say: text that holds wherever the service is, without an address."""

from __future__ import annotations

import re
from typing import Final

#: The property of a version that says what stands on its first page; no format has one so named.
LABEL: Final = "crossfile-label"

#: The property of a version that says which of its pages part it: `3,8`.
SEPARATORS: Final = "crossfile-separators"

#: What the QR code on a separator sheet says.
SEPARATOR: Final = "crossfile:separator"

_CODE: Final = re.compile(r"crossfile:D-([0-9]{6,18})", re.ASCII)


def code_of(document_id: int) -> str:
    """What the QR code on the label of a document says.

    >>> code_of(123)
    'crossfile:D-000123'
    """
    return f"crossfile:D-{document_id:06d}"


def document_named(code: str) -> int | None:
    """The file number that a code says; none where it is no code of ours.

    >>> document_named("crossfile:D-000123"), document_named("https://example.com")
    (123, None)
    """
    match = _CODE.fullmatch(code)
    return int(match[1]) if match else None
