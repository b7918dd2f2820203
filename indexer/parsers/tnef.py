"""Outlook's winmail.dat: a message and its attachments in one file (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers import mapi
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits
from indexer.parsers.source import Contents, Pages, Source, say_left_out

SIGNATURE = b"\x78\x9f\x3e\x22"
_SUBJECT, _BODY, _CODE_PAGE, _PROPERTIES = 0x8004, 0x800C, 0x9007, 0x9003
_ATTACHMENT, _TITLE, _DATA, _ATTACHED_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_OBJECT, _TEXT, _WIDE = 0x0D, 0x1E, 0x1F
_VARIABLE = (_OBJECT, _TEXT, _WIDE, 0x102)
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MANY = 0x1000
_NAMED = 0x8000

Properties = Mapping[int, str | bytes]


@dataclass(slots=True)
class Unwrapped:
    """What one winmail.dat holds."""

    subject: str = ""
    body: str = ""
    files: list[tuple[str, bytes, str | None]] = field(default_factory=list)


def read(file: Source) -> Contents:
    """The message is the page, its attachments are children."""
    if file.depth >= file.limits.max_depth:
        raise ReadingFailed("too-large", f"Nested deeper than {file.limits.max_depth} containers.")
    found = unwrapped(file.data, file.limits)
    pages = Pages(file.limits)
    pages.add("\n".join(filter(None, [found.subject, found.body])), label="body")
    contents = pages.contents()
    contents.title = clean_text(found.subject).strip() or None
    taken = found.files[: file.limits.max_members]
    contents.children = tuple(
        Child(position, clean_text(name).replace("\n", " "), data, kind)
        for position, (name, data, kind) in enumerate(taken, start=1)
    )
    say_left_out(contents, len(found.files) - len(taken))
    return contents


def unwrapped(data: bytes, limits: Limits) -> Unwrapped:
    """Subject, body and files. What is cut off ends with what came before the cut."""
    message: dict[int, str | bytes] = {}
    attached: list[dict[int, str | bytes]] = []
    charset = "cp1252"
    for name, value in _attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name == _SUBJECT:
            message.setdefault(mapi.SUBJECT, _decoded(value, charset))
        elif name == _BODY:
            message.setdefault(mapi.BODY, _decoded(value, charset))
        elif name == _PROPERTIES:
            message |= _properties(value, charset)
        elif name == _ATTACHMENT:
            attached.append({})
        elif attached and name == _TITLE:
            attached[-1].setdefault(mapi.FILE_NAME, _decoded(value, charset))
        elif attached and name == _DATA:
            attached[-1].setdefault(mapi.ATTACHED, value)
        elif attached and name == _ATTACHED_PROPERTIES:
            attached[-1] |= _properties(value, charset)
    found = Unwrapped(_text(message, mapi.SUBJECT), mapi.body_text(message, limits))
    found.files = [_file(entry, i) for i, entry in enumerate(attached, start=1)]
    return found


def _file(entry: Properties, position: int) -> tuple[str, bytes, str | None]:
    """Name, bytes and type; a message that is attached is another winmail.dat."""
    data = entry.get(mapi.ATTACHED, b"")
    data = data if isinstance(data, bytes) else data.encode()
    names = (mapi.LONG_FILE_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME)
    name = next(filter(None, (_text(entry, key).strip() for key in names)), "")
    if data.startswith(SIGNATURE, 16):  # behind the identifier of its interface
        return name or f"message-{position}", data[16:], None
    return name or f"attachment-{position}", data, _text(entry, mapi.MIME_TYPE) or None


def _text(entry: Properties, key: int) -> str:
    value = entry.get(key, "")
    return value if isinstance(value, str) else ""


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(name, value) of the message and its attachments, in order."""
    at = 6  # signature and key
    while at + 9 <= len(data):
        name, _, size = struct.unpack_from("<HHI", data, at + 1)
        yield name, data[at + 9 : at + 9 + size]
        at += 9 + size + 2  # the checksum


def _properties(data: bytes, charset: str) -> dict[int, str | bytes]:
    """Properties that are texts or bytes, by their number; those with names are passed over."""
    found: dict[int, str | bytes] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(count):
            kind, key = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if key >= _NAMED else at + 4
            value, at = _value(data, at, kind, charset)
            if value is not None and key < _NAMED:
                found[key] = value
    except struct.error:  # cut off
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    (kind, size) = struct.unpack_from("<II", data, at + 16)
    return at + 24 if kind == 0 else at + 24 + _padded(size)


def _value(data: bytes, at: int, kind: int, charset: str) -> tuple[str | bytes | None, int]:
    """The first value of a property if it is text or bytes, and where the next one stands."""
    one = kind & ~_MANY
    if one not in _VARIABLE:
        count = 1
        if kind & _MANY:
            (count,) = struct.unpack_from("<I", data, at)
            at += 4
        return None, at + count * _FIXED.get(one, 4)
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    first: bytes | None = None
    for _ in range(count):
        (size,) = struct.unpack_from("<I", data, at)
        first = data[at + 4 : at + 4 + size] if first is None else first
        at += 4 + _padded(size)
    if first is not None and one in (_TEXT, _WIDE):
        return _decoded(first, "utf-16-le" if one == _WIDE else charset), at
    return first, at


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _decoded(value: bytes, charset: str) -> str:
    try:
        return value.decode(charset, "replace").rstrip("\0")
    except LookupError:
        return value.decode("cp1252", "replace").rstrip("\0")
