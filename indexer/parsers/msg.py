"""Outlook MSG by python-oxmsg: the message is page 1, attachments are children (MS-OXMSG)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeVar

import olefile  # type: ignore[import-untyped]
import oxmsg
from oxmsg.attachment import Attachment
from oxmsg.storage import Storage

from archive.reading import Child
from indexer.parsers import compound, mapi
from indexer.parsers.clean import clean_text
from indexer.parsers.html import html_text
from indexer.parsers.limits import Limits
from indexer.parsers.mail import SHOWN
from indexer.parsers.mail_parts import most_telling
from indexer.parsers.source import Contents, Pages, Source, say_left_out

_ATTACHED_STORAGE = f"__substg1.0_{mapi.ATTACHED:04X}000D"
_PROPERTIES = "__properties_version1.0"
_EMBEDDED_HEAD = 24  # bytes; a message that is a file has 8 more (MS-OXMSG 2.4.1)
T = TypeVar("T")


def read(file: Source) -> Contents:
    with olefile.OleFileIO(io.BytesIO(file.data)) as ole:
        root = Storage.from_ole(ole)
    message = oxmsg.Message(root)
    headers = _headers(message)
    shown = [f"{name}: {value}" for name, value in headers if name in SHOWN]
    pages = Pages(file.limits)
    pages.add("\n".join([*shown, "", *_bodies(message, file.limits)]).strip(), label="body")
    contents = pages.contents()
    contents.headers = headers
    contents.title = clean_text(message.subject or "").strip() or None
    attached = list(root.iter_attachment_storages())
    taken = attached[: file.limits.max_members]
    contents.children = _children(taken)
    say_left_out(contents, len(attached) - len(taken))
    return contents


def _bodies(message: oxmsg.Message, limits: Limits) -> list[str]:
    """What the plain body and the HTML say; the compressed RTF where neither says anything."""
    properties = message.properties
    html = _known(lambda: properties.binary_prop_value(mapi.HTML)) or b""
    says_charset = _known(lambda: properties.int_prop_value(mapi.CODE_PAGE)) is not None
    charset = _known(lambda: properties.body_encoding) if says_charset else None
    if not html and (text := _known(lambda: properties.str_prop_value(mapi.HTML))):
        html, charset = text.encode("utf-8", "ignore"), "utf-8"
    found = most_telling([_known(lambda: message.body) or "", html_text(html, charset)])
    if found:
        return found
    rtf = _known(lambda: properties.binary_prop_value(mapi.RTF)) or b""
    return [mapi.body_text({mapi.RTF: rtf}, limits)]


def _headers(message: oxmsg.Message) -> tuple[tuple[str, str], ...]:
    """The headers that it travelled with; those that are shown are made up where they lack."""
    headers = {name: value for name, value in message.message_headers.items() if value}
    names = {name.lower() for name in headers}
    people = [f"{person.name} <{person.email_address}>" for person in message.recipients]
    known = {
        "From": message.sender, "To": ", ".join(people), "Subject": message.subject,
        "Date": message.sent_date.isoformat(" ") if message.sent_date else None,
    }  # fmt: skip
    made = {name: value for name, value in known.items() if value and name.lower() not in names}
    return tuple(
        (clean_text(name), " ".join(clean_text(str(value)).split()))
        for name, value in {**made, **headers}.items()
    )


def _children(attached: list[Storage]) -> tuple[Child, ...]:
    children: list[Child] = []
    for storage in attached:
        attachment, position = Attachment(storage), len(children) + 1
        inside = next((s for s in storage.storages if s.name == _ATTACHED_STORAGE), None)
        name = _name(attachment)
        if inside is not None:
            data = compound.packed(_tree(inside, is_message=True))
            if not name.lower().endswith(".msg"):
                name = f"{name or f'message-{position}'}.msg"
            children.append(Child(position, name, data))
        elif data := _known(lambda a=attachment: a.file_bytes) or b"":  # type: ignore[misc]
            kind = _known(lambda a=attachment: a.mime_type)  # type: ignore[misc]
            children.append(Child(position, name or f"attachment-{position}", data, kind))
    return tuple(children)


def _name(attachment: Attachment) -> str:
    keys = (mapi.LONG_FILE_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME)
    found = (_known(lambda k=key: attachment.properties.str_prop_value(k)) for key in keys)  # type: ignore[misc]
    return clean_text(next(filter(None, found), "")).strip().replace("\n", " ")


def _tree(storage: Storage, *, is_message: bool = False) -> compound.Storage:
    """The storage of a message within a message, as that of a file; objects stay what they are."""
    held: dict[str, bytes | compound.Storage] = {s.name: s.bytes_ for s in storage.streams}
    head = held.get(_PROPERTIES)
    if is_message and isinstance(head, bytes):
        held[_PROPERTIES] = head[:_EMBEDDED_HEAD] + bytes(8) + head[_EMBEDDED_HEAD:]
    return held | {inside.name: _tree(inside) for inside in storage.storages}


def _known(get: Callable[[], T | None]) -> T | None:
    """A property, None where it is damaged or in an unknown encoding."""
    try:
        return get()
    except (LookupError, ValueError, AssertionError):
        return None
