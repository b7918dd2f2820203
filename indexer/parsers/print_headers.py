"""What Excel prints above and below a sheet, without its codes (ECMA-376-1, 18.3.1.46)."""

from __future__ import annotations

import re
from html import unescape

_CODE = re.compile(
    r'&(?:(&)|([LCR])|"[^"]*"|K[0-9A-Fa-f]{2}[-+S0-9A-Fa-f][0-9A-Fa-f]{3}|\d+|[A-Za-z]?)'
)
#: "Page 3 of 7" in any language: the number, the number of pages, the words beside them.
_PAGE_NUMBER = re.compile(r"(?:\b[^\W\d_]{1,30}\s{0,3})?&P(?:[^&]{0,12}&N)?|&N", re.IGNORECASE)
_ELEMENT = re.compile(
    rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)</", re.IGNORECASE
)


def printed_text(coded: str) -> str:
    """Its left, middle and right parts parted by tabulators; page numbers and times are none."""
    plain = _CODE.sub(
        lambda code: code[1] or ("\t" if code[2] else ""), _PAGE_NUMBER.sub("", coded)
    )
    parts = (" ".join(part.split()) for part in plain.replace("_x000D_", " ").split("\t"))
    return "\t".join(part for part in parts if any(map(str.isalnum, part)))


def in_sheet(xml: bytes) -> list[str]:
    """Headers and footers of a sheet. They stand behind the cells, which are not parsed again."""
    tail = xml[max(xml.rfind(b"sheetData"), 0) :]
    found = (unescape(text.decode("utf-8", "replace")) for text in _ELEMENT.findall(tail))
    return [text for text in map(printed_text, found) if text]
