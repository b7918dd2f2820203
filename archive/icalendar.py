"""A calendar as programs subscribe to it (iCalendar, RFC 5545): whole days, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_WIDTH: Final = 75  # octets of a line, without its end (section 3.1)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One whole day."""

    sign: str  # the same for ever; section 3.8.4.7
    day: date
    summary: str
    description: str = ""
    url: str = ""
    category: str = ""


def to_icalendar(name: str, events: Iterable[CalendarEvent], made_on: date) -> bytes:
    """The calendar; made of the same on the same day it has the same bytes."""
    stamp = f"{made_on:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Crossfile//Crossfile//EN",
        "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]  # fmt: skip
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: CalendarEvent, stamp: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{_text(event.sign)}@crossfile", f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{_day(event.day)}",
    ]  # fmt: skip
    if event.day < date.max:
        lines.append(f"DTEND;VALUE=DATE:{_day(event.day + timedelta(days=1))}")
    lines += [f"SUMMARY:{_text(event.summary)}", "TRANSP:TRANSPARENT"]
    if event.description:
        lines.append(f"DESCRIPTION:{_text(event.description)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    if event.category:
        lines.append(f"CATEGORIES:{_text(event.category)}")
    return [*lines, "END:VEVENT"]


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    """A TEXT (section 3.3.11), without what is no character of it."""
    kept = "".join(one for one in text if one in "\n\t" or (one >= " " and one != "\x7f"))
    for mark in ("\\", ";", ","):
        kept = kept.replace(mark, f"\\{mark}")
    return kept.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line in parts of at most 75 octets, none of which cuts a character in two."""
    parts: list[bytes] = []
    part = b""
    for one in line:
        octets = one.encode("utf-8", "replace")
        if len(part) + len(octets) > (_WIDTH if not parts else _WIDTH - 1):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
