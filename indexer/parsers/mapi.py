"""MAPI properties and what they say (MS-OXPROPS): the words that MSG and TNEF have in common."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from archive.errors import ReadingFailed
from indexer.parsers.html import html_text
from indexer.parsers.limits import Limits
from indexer.parsers.rtf import rtf_text

SUBJECT, BODY, RTF, HTML = 0x0037, 0x1000, 0x1009, 0x1013
SENDER, DISPLAY_TO, DISPLAY_CC = 0x0C1A, 0x0E04, 0x0E03
DISPLAY_NAME, FILE_NAME, LONG_FILE_NAME = 0x3001, 0x3704, 0x3707
ATTACHED, MIME_TYPE, CODE_PAGE = 0x3701, 0x370E, 0x3FDE

#: What every compressed RTF begins as (MS-OXRTFCP, 2.1.2.1).
_PREFIX = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n" rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
_WINDOW = 4096


def body_text(properties: Mapping[int, str | bytes], limits: Limits) -> str:
    """The body of a message: plain, else HTML, else from its compressed RTF."""
    body = properties.get(BODY, "")
    if isinstance(body, str) and body.strip():
        return body
    html = properties.get(HTML, b"")
    if html:
        data, charset = (html, None) if isinstance(html, bytes) else (html.encode(), "utf-8")
        if (text := html_text(data, charset)).strip():
            return text
    compressed = properties.get(RTF, b"")
    if isinstance(compressed, bytes) and compressed:
        try:
            return rtf_text(decompressed(compressed, limits.max_inflated))
        except ReadingFailed:  # headers and attachments are worth more than nothing
            return ""
    return ""


def decompressed(data: bytes, room: int) -> bytes:
    """RTF from its compressed form (MS-OXRTFCP). Raises ReadingFailed: `damaged`, `too-large`."""
    if len(data) < 16:
        raise ReadingFailed("damaged", "The compressed body is cut off.")
    _, size, kind = struct.unpack_from("<II4s", data)
    if size > room:
        raise ReadingFailed("too-large", "The compressed body exceeds the limit.")
    if kind == b"MELA":  # not compressed after all
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise ReadingFailed("damaged", "The body is compressed in an unknown way.")
    return _inflated(data, size)


def _inflated(data: bytes, size: int) -> bytes:
    """Runs of eight tokens, each a byte, or a place and a length in the window behind."""
    out = bytearray(_PREFIX)
    at, end = 16, size + len(_PREFIX)
    while at < len(data) and len(out) < end:
        control, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            back = (len(out) - (token >> 4)) % _WINDOW
            if back == 0:  # the write position itself: the end
                return bytes(out[len(_PREFIX) : end])
            start = len(out) - back
            for i in range(start, start + (token & 15) + 2):
                out.append(out[i] if i >= 0 else 0x20)
    return bytes(out[len(_PREFIX) : end])
