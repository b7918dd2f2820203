"""Outlook MSG by python-oxmsg: the message is page 1, attachments are children (MS-OXMSG)."""

from __future__ import annotations

import io

import oxmsg

from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.html import html_text
from indexer.parsers.mail import SHOWN
from indexer.parsers.source import Contents, Pages, Source


def read(file: Source) -> Contents:
    message = oxmsg.Message.load(io.BytesIO(file.data))
    headers = _headers(message)
    body = message.body or ""
    if not body.strip() and message.html_body:
        body = html_text(message.html_body.encode("utf-8", "ignore"), "utf-8")
    shown = [f"{name}: {value}" for name, value in headers if name in SHOWN]
    pages = Pages(file.limits)
    pages.add("\n".join([*shown, "", body]).strip(), label="body")
    contents = pages.contents()
    contents.headers = headers
    contents.title = clean_text(message.subject or "").strip() or None
    contents.children = _children(message)
    return contents


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


def _children(message: oxmsg.Message) -> tuple[Child, ...]:
    children: list[Child] = []
    for attachment in message.attachments:
        if data := attachment.file_bytes:
            position = len(children) + 1
            name = clean_text(attachment.file_name or "").strip() or f"attachment-{position}"
            children.append(Child(position, name, data, attachment.mime_type))
    return tuple(children)
