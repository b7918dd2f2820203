"""What a signed message signs: the content inside PKCS #7 SignedData (RFC 5652, section 5)."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from dataclasses import dataclass

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS

_PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # 1.2.840.113549.1.7; the last byte says which
_SIGNED, _ENVELOPED, _ENCRYPTED = 2, 3, 6
_SEQUENCE, _EXPLICIT = 0x30, 0xA0
_CONSTRUCTED = 0x20
_MAX_DEPTH = 20
_ARMOURED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:-----BEGIN (?:PKCS7|CMS)-----\s*)?MI[A-Za-z0-9+/]{2}"
)
_BORDER = re.compile(rb"-----(?:BEGIN|END) (?:PKCS7|CMS)-----")


def is_pkcs7(data: bytes) -> bool:
    """Whether these bytes begin as a message in PKCS #7 does, also where they are base64."""
    head = data[:24]
    if _ARMOURED.match(data[:80]):
        head = _bare(data[:120])[:24]
    return head[:1] == b"\x30" and _PKCS7 in head


def _bare(data: bytes) -> bytes:
    """The bytes behind base64, as some programs send signed files (RFC 7468)."""
    text = _BORDER.sub(b"", data.removeprefix(b"\xef\xbb\xbf"))
    text = b"".join(text.split())
    with suppress(binascii.Error):
        return base64.b64decode(text[: len(text) // 4 * 4], validate=True)
    return b""


def signed_content(data: bytes) -> bytes | None:
    """The content that is signed; None where the signature stands beside what it signs.

    Raises ReadingFailed: `encrypted` for an enveloped message, `damaged`.
    """
    try:
        return _signed_content(_bare(data) if _ARMOURED.match(data[:80]) else data)
    except (LookupError, ValueError) as error:
        raise ReadingFailed("damaged", f"The signed message is damaged: {error}") from error


def _signed_content(data: bytes) -> bytes | None:
    kind, content = _children(data, _node(data, 0))[:2]
    number = data[kind.end - 1]
    if number in (_ENVELOPED, _ENCRYPTED):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    if number != _SIGNED:
        return None
    (signed,) = _children(data, content)
    inside = next(node for node in _children(data, signed) if node.tag == _SEQUENCE)
    explicit = [node for node in _children(data, inside) if node.tag == _EXPLICIT]
    if not explicit:
        return None
    return b"".join(_octets(data, node) for node in _children(data, explicit[0]))


@dataclass(frozen=True, slots=True)
class _Node:
    """A value in BER (X.690): its tag, where its content stands, where the next value begins."""

    tag: int
    start: int
    end: int
    after: int


def _node(data: bytes, at: int, depth: int = 0) -> _Node:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:  # no length is said: it ends where an empty value stands
        place = start
        while data[place : place + 2] != b"\0\0":
            place = _node(data, place, depth + 1).after
        return _Node(tag, start, place, place + 2)
    if length > 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("cut off")
    return _Node(tag, start, start + length, start + length)


def _children(data: bytes, parent: _Node) -> list[_Node]:
    found, at = [], parent.start
    while at < parent.end:
        found.append(_node(data, at))
        at = found[-1].after
    return found


def _octets(data: bytes, node: _Node, depth: int = 0) -> bytes:
    """A string of bytes, which may be cut into several."""
    if not node.tag & _CONSTRUCTED:
        return data[node.start : node.end]
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    return b"".join(_octets(data, child, depth + 1) for child in _children(data, node))
