"""Papers as plain text, Markdown, CSV and mail."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from demo.paper import Paper, unmarked
from demo.sheet import Sheet, sheet_of

WIDTH = 76  # characters; a mail's or a text editor's line


def text(paper: Paper) -> bytes:
    """Plain text as a clerk types it: title, fields, wrapped paragraphs."""
    sheet = sheet_of(paper)
    fields = [f"{label}: {value}" for label, value in sheet.fields]
    parts = [sheet.letterhead[0], sheet.title, "\n".join(fields), *_paragraphs(sheet)]
    return ("\r\n".join("\n\n".join(parts).split("\n")) + "\r\n").encode("cp1252")


def markdown(paper: Paper) -> bytes:
    """The body as it stands, under its title and fields."""
    sheet = sheet_of(paper)
    fields = "\n".join(f"- {label}: {value}" for label, value in sheet.fields)
    body = unmarked(paper).body.strip()
    return f"# {sheet.title}\n\n{fields}\n\n{body}\n".encode()


def table(paper: Paper) -> bytes:
    """The body's table as CSV with semicolons, as a Swedish Excel saves it (UTF-8 with mark)."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    for kind, rows in sheet_of(paper).blocks:
        if kind == "table":
            writer.writerows(rows)
    return made.getvalue().encode("utf-8-sig")


def mail(paper: Paper, attachments: Mapping[str, bytes]) -> bytes:
    """A mail: `fields` are its headers, `title` its subject; attachments by name."""
    letter = unmarked(paper)
    day = datetime.fromisoformat(paper.date).replace(hour=9, minute=14, tzinfo=UTC)
    message = EmailMessage(policy=SMTP)
    for name, value in (*letter.fields, ("Subject", letter.title)):
        message[name] = value
    message["Date"] = format_datetime(day)
    slug = paper.path.rpartition("/")[2].removesuffix(".eml").replace(" ", ".")
    message["Message-ID"] = f"<{paper.date}.{slug.encode('ascii', 'ignore').decode()}@mail.example>"
    message.set_content("\n\n".join(_paragraphs(sheet_of(paper))) + "\n", cte="8bit")
    for name, data in attachments.items():
        main, sub = MEDIA[name.rpartition(".")[2]].split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    if attachments:
        message.set_boundary(f"=_{paper.date}_part")
    return message.as_bytes()


MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _paragraphs(sheet: Sheet) -> list[str]:
    parts = []
    for kind, rows in sheet.blocks:
        if kind in ("table", "totals"):
            parts.append(_columns(rows))
        elif kind == "item":
            parts.append("\n".join(_wrapped("- " + row[0], "  ") for row in rows))
        elif kind == "heading":
            parts.append(rows[0][0].upper())
        else:
            parts.append("\n".join(_wrapped(line, "") for line in rows[0][0].split("\n")))
    return parts


def _wrapped(line: str, indent: str) -> str:
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _columns(rows: list[list[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) + 2 for at in range(len(rows[0]))]
    return "\n".join(
        "".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
