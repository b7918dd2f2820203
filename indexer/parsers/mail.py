"""EML and MHTML (RFC 5322): the message is page 1, headers on top; attachments are children."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.mail_parts import ODD_HEADER, Parts, as_text, filename, payload
from indexer.parsers.source import Contents, Pages, Source, say_left_out

SHOWN = ("From", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject")
_MAX_HEADERS = 500


def read(file: Source) -> Contents:
    message = email.message_from_bytes(file.data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise ReadingFailed("damaged", "The message has no structure.")
    headers = tuple(_headers(message))
    parts = Parts()
    parts.gather(message, file.limits, file.limits.max_depth * 4)
    shown = [
        f"{name}: {value}" for name in SHOWN for n, value in headers if n.lower() == name.lower()
    ]
    pages = Pages(file.limits)
    pages.add("\n".join([*shown, "", *parts.bodies]).strip(), label="body")
    contents = pages.contents()
    contents.headers = headers
    taken = parts.files[: file.limits.max_members]
    contents.children = tuple(_child(part, i) for i, part in enumerate(taken, start=1))
    say_left_out(contents, len(parts.files) - len(taken))
    subject = next((value for name, value in headers if name.lower() == "subject"), None)
    contents.title = subject or parts.title()
    return contents


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """All headers, decoded; one that can't be parsed as it stands."""
    names = message.keys()[:_MAX_HEADERS]
    for i, (name, raw) in enumerate(message.raw_items()):
        if i >= len(names):
            return
        try:
            value = str(message.policy.header_fetch_parse(name, as_text(str(raw))))
        except ODD_HEADER:
            value = str(raw)
        yield clean_text(name), re.sub(r"\s+", " ", clean_text(value)).strip()


def _child(part: Message | tuple[str, bytes, str | None], position: int) -> Child:
    if isinstance(part, tuple):
        name, data, said = part
        return Child(position, clean_text(name).strip().replace("\n", " "), data, said)
    kind = part.get_content_type()
    name = filename(part)
    if kind == "message/rfc822":
        return Child(position, name or f"message-{position}.eml", _inner(part), kind)
    return Child(position, name or f"part-{position}{_ending(kind)}", payload(part), kind)


def _inner(part: Message) -> bytes:
    """The bytes of a message within the message."""
    held = part.get_payload()
    inner = held[0] if isinstance(held, list) and held else None
    if not isinstance(inner, Message):
        return payload(part)
    try:
        return inner.as_bytes(policy=email.policy.compat32)
    except (*ODD_HEADER, MessageError):
        return inner.as_string(policy=email.policy.compat32).encode("utf-8", "surrogateescape")


def _ending(kind: str) -> str:
    ending = kind.partition("/")[2]
    return "." + {"plain": "txt", "jpeg": "jpg"}.get(ending, ending) if ending.isalnum() else ""
