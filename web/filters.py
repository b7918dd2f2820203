"""Text to HTML: escape first, then mark; dates, sums and ages for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from babel.numbers import format_decimal
from markupsafe import Markup, escape

from web.views.common import Amount
from web.views.document import Mark
from web.words import KINDS, OTHER_KIND, KindWord

TAIL = 10  # characters of a long name that stay at its end: "_rev-B.pdf"


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """`text` escaped, with <mark> around `spans`; overlapping ones become one.

    Spans are (start, end) in code points, in any order; what lies outside the text is cut off.
    """
    parts: list[Markup] = []
    done = 0
    for start, end in _merged(spans, len(text)):
        parts += (escape(text[done:start]), Markup("<mark>"), escape(text[start:end]))
        parts.append(Markup("</mark>"))
        done = end
    parts.append(escape(text[done:]))
    return Markup("").join(parts)


def _merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def annotated(text: str, marks: Sequence[Mark]) -> Markup:
    """A page's text, escaped, with hits, references and the evidence asked for where they stand.

    Marks may overlap: the text is cut at every edge, and each stretch carries all that covers it.
    Of two references over one stretch the one that begins first has the link.
    """
    marks = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    edges = sorted({0, len(text)} | {mark.start for mark in marks} | {mark.end for mark in marks})
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    opened: set[int] = set()
    parts: list[Markup] = []
    for start, end in pairwise(edges):
        covering = [mark for mark in ordered if mark.start <= start and mark.end >= end]
        fresh = {id(mark) for mark in covering} - opened
        opened |= fresh
        has_anchor = any(mark.what == "evidence" and id(mark) in fresh for mark in covering)
        parts.append(_stretch(text[start:end], covering, has_anchor=has_anchor))
    return Markup("").join(parts)


def _stretch(text: str, covering: Sequence[Mark], *, has_anchor: bool) -> Markup:
    whats = {mark.what for mark in covering}
    html = escape(text)
    if whats & {"hit", "evidence"}:
        kind = "evidence" if "evidence" in whats else "hit"
        anchor = Markup(' id="mark"') if has_anchor else ""
        html = Markup('<mark class="{}"{}>{}</mark>').format(kind, anchor, html)
    reference = next((mark for mark in covering if mark.what == "reference"), None)
    if reference is None:
        return html
    return Markup('<a class="ref k-{}" href="{}" title="{}">{}</a>').format(
        kind_word(reference.type).family, reference.href, reference.label, html
    )


def kind_word(kind: str | None) -> KindWord:
    """Letters, colour family and English name of a kind or register; unknown ones as other."""
    return KINDS.get(kind or "other", OTHER_KIND)


def cut(text: str) -> Markup:
    """A name that gives way in its middle where there is no room, whole for copying and hovering.

    The style sheet shortens the first part; the text itself stays complete.
    """
    if len(text) <= 2 * TAIL:
        return Markup('<span class="whole">{}</span>').format(text)
    return Markup(
        '<span class="cut" title="{}"><span class="cut-head">{}</span>'
        '<span class="cut-tail">{}</span></span>'
    ).format(text, text[:-TAIL], text[-TAIL:])


def amount(total: Amount | None, *, language: str) -> Markup:
    """A sum with its currency, grouped as the language does, never broken over lines."""
    if total is None:
        return Markup("")
    try:
        number = format_decimal(total.value, format="#,##0.00###", locale=language)
    except (ValueError, ArithmeticError):
        number = total.value
    return Markup('<span class="amount">{}</span>').format(f"{number} {total.currency}".strip())


def number(value: float, *, language: str) -> str:
    """A count, grouped as the language does."""
    return format_decimal(value, locale=language)


def size(size_bytes: int, *, language: str) -> str:
    """A size for people, in decimal units: "1.2 MB"."""
    value, units = float(size_bytes), ["TB", "GB", "MB", "kB", "B"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop()
    shape = "#,##0.#" if value < 10 else "#,##0"
    return f"{format_decimal(value, format=shape, locale=language)} {units[-1]}"


def moment(at: datetime | None) -> Markup:
    """A time to the minute, with its day; UTC in `datetime` for machines."""
    if at is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), at.strftime("%Y-%m-%d %H:%M")
    )


def age(since: datetime, now: datetime, *, ngettext: Callable[[str, str, int], str]) -> str:
    """How long ago, in the largest unit that fits: "3 days"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours}
    days = hours // 24
    if days < 60:
        return ngettext("%(num)d day", "%(num)d days", days) % {"num": days}
    months = days // 30
    if months < 24:
        return ngettext("%(num)d month", "%(num)d months", months) % {"num": months}
    years = days // 365
    return ngettext("%(num)d year", "%(num)d years", years) % {"num": years}


def period(text: str, *, ngettext: Callable[[str, str, int], str]) -> str:
    """A length of time as a contract words it, "3 months"; anything else as it is."""
    number, _, unit = text.partition(" ")
    count = int(number) if number.isdecimal() else 0
    said = {
        "day": ngettext("%(num)d day", "%(num)d days", count),
        "week": ngettext("%(num)d week", "%(num)d weeks", count),
        "month": ngettext("%(num)d month", "%(num)d months", count),
        "year": ngettext("%(num)d year", "%(num)d years", count),
    }
    found = said.get(unit.removesuffix("s"))
    return found % {"num": count} if found and count else text
