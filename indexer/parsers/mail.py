"""EML and MHTML (RFC 5322): the message is page 1, headers on top; attachments are children."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import HeaderParseError, MessageError
from email.message import EmailMessage, Message

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.html import html_text
from indexer.parsers.plain import decode
from indexer.parsers.source import Contents, Pages, Source

SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MAX_HEADERS = 500
_ODD_HEADER = (HeaderParseError, ValueError, LookupError, TypeError, AttributeError)


def read(file: Source) -> Contents:
    message = email.message_from_bytes(file.data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise ReadingFailed("damaged", "The message has no structure.")
    headers = tuple(_headers(message))
    bodies: list[str] = []
    children: list[Child] = []
    for part in _leaves(message, file.limits.max_depth * 4):
        if _is_body(part, bodies):
            bodies.append(_body_text(part))
        elif len(children) < file.limits.max_members:
            children.append(_child(part, len(children) + 1))
    shown = [
        f"{name}: {value}" for name in SHOWN for n, value in headers if n.lower() == name.lower()
    ]
    pages = Pages(file.limits)
    pages.add("\n".join([*shown, "", *bodies]).strip(), label="body")
    contents = pages.contents()
    contents.headers = headers
    contents.children = tuple(children)
    contents.title = next((value for name, value in headers if name.lower() == "subject"), None)
    return contents


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """All headers, decoded; one that can't be parsed as it stands."""
    names = message.keys()[:_MAX_HEADERS]
    for i, (name, raw) in enumerate(message.raw_items()):
        if i >= len(names):
            return
        try:
            value = str(message.policy.header_fetch_parse(name, raw))
        except _ODD_HEADER:
            value = str(raw)
        yield clean_text(name), re.sub(r"\s+", " ", clean_text(value)).strip()


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """Parts that are no multiparts, in order; of alternatives the plain text, else HTML."""
    if depth < 0:
        raise ReadingFailed("too-large", "The parts of the message are nested too deep.")
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if message.get_content_type() == "multipart/alternative":
        parts = _best(parts)
    for part in parts:
        yield from _leaves(part, depth - 1)


def _best(parts: list[Message]) -> list[Message]:
    """Of alternatives, the first plain text that is not empty, else HTML; and what is neither."""
    plain = [p for p in parts if p.get_content_type() == "text/plain" and _payload(p).strip()]
    others = [p for p in parts if p.get_content_type() not in ("text/plain", "text/html")]
    html = [p for p in parts if p.get_content_type() == "text/html"]
    if plain:
        return plain[:1] + [p for p in others if p.get_content_type() != "multipart/related"]
    return html[:1] + others


def _is_body(part: Message, bodies: list[str]) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and not (_filename(part) and bodies)


def _body_text(part: Message) -> str:
    data = _payload(part)
    charset = _quietly(part.get_content_charset)
    if part.get_content_type() == "text/html":
        return html_text(data, charset)
    try:
        return data.decode(charset) if charset else decode(data)
    except (LookupError, UnicodeError):
        return decode(data)


def _child(part: Message, position: int) -> Child:
    kind = part.get_content_type()
    name = _filename(part)
    if kind == "message/rfc822":
        return Child(position, name or f"message-{position}.eml", _inner(part), kind)
    return Child(position, name or f"part-{position}{_ending(kind)}", _payload(part), kind)


def _inner(part: Message) -> bytes:
    """The bytes of a message within the message."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return _payload(part)
    try:
        return inner.as_bytes(policy=email.policy.compat32)
    except (*_ODD_HEADER, MessageError):
        return inner.as_string(policy=email.policy.compat32).encode("utf-8", "surrogateescape")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _filename(part: Message) -> str:
    return clean_text(_quietly(part.get_filename) or "").strip().replace("\n", " ")


def _ending(kind: str) -> str:
    ending = kind.partition("/")[2]
    return "." + {"plain": "txt", "jpeg": "jpg"}.get(ending, ending) if ending.isalnum() else ""


def _quietly(get: object) -> str | None:
    """A header's value, None where the header is too odd to be parsed."""
    assert callable(get)
    try:
        value = get()
    except _ODD_HEADER:
        return None
    return value if isinstance(value, str) else None
