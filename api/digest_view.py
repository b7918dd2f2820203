"""The digest of one person as plain data, and as the text of a mail: for page, API and mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from babel.support import NullTranslations
from sqlalchemy.orm import Session

from api.pages.saved_searches import search_rows
from api.pages.things import hit_rows, load_things
from api.routes.calendar import SENTENCES
from api.service import Services
from archive.access import Right, Viewer
from archive.attention import Wish, list_attention
from archive.digests import content_of
from web.views.digest import DayRow, DigestPage, MovedRow
from web.words import STATES, say

SUBJECT = say("Crossfile, %(day)s")
HEAD = say("What came in and was moved since %(when)s UTC, as far as you may see it.")
SEARCHES = say("New in your saved searches")
DAYS = say("Days that come")
CHANGES = say("Change requests that came in or were moved")
LATE = say("late")
END = say("You asked for this digest; how often it comes is said on its page:")


def digest_of(
    services: Services,
    session: Session,
    viewer: Viewer,
    texts: NullTranslations,
    since: datetime,
    at: datetime,
) -> DigestPage:
    """What the viewer may see of what happened since then."""
    content = content_of(session, viewer, since, at)
    targets = {one.target for one in content.days} | {one.target for one in content.changes}
    known = load_things(session, viewer, targets)
    rows = hit_rows(session, viewer, content.documents, {})
    return DigestPage(
        since=since,
        searches=tuple(one for one in search_rows(services, session, viewer, texts) if one.new),
        days=tuple(
            DayRow(
                one.day.isoformat(), one.day < at.date(), known[one.target].thing,
                (texts.ugettext(SENTENCES[one.what]) % {"number": one.number, "title": one.title})
                .rstrip(" :"),
            )
            for one in content.days
            if one.target in known
        ),
        changes=tuple(
            MovedRow(known[one.target].thing, one.title, one.state)
            for one in content.changes
            if one.target in known
        ),
        documents=tuple(rows[one] for one in content.documents if one in rows),
        arrived=content.arrived,
        attention=_attention(services, session, viewer, at),
    )  # fmt: skip


def _attention(services: Services, session: Session, viewer: Viewer, at: datetime) -> int | None:
    if not viewer.may(Right.FILE):
        return None
    find = services.discrepancies.find
    found = list_attention(session, viewer, services.config, Wish(limit=0), at, find)
    return int(found["total"])


def text_of(page: DigestPage, texts: NullTranslations, base: str) -> str:
    """The same as the text of a mail; addresses begin with `base`."""
    said = texts.ugettext(HEAD) % {"when": f"{page.since:%Y-%m-%d %H:%M}"}
    parts = [said, *("\n".join(lines) for lines in _sections(page, texts, base) if len(lines) > 1)]
    parts.append(f"{texts.ugettext(END)}\n{base}/digest")
    return "\n\n".join(parts) + "\n"


def _sections(page: DigestPage, texts: NullTranslations, base: str) -> Iterator[list[str]]:
    if page.attention:
        waits = texts.ungettext(
            "%(num)s line of the attention list waits for somebody.",
            "%(num)s lines of the attention list wait for somebody.",
            page.attention,
        )
        yield [waits % {"num": page.attention}, f"{base}/attention"]
    yield [
        texts.ugettext(SEARCHES),
        *(f"- {one.name}: {_count(one.new or 0, texts)}\n  {base}{one.href}"
          for one in page.searches),
    ]  # fmt: skip
    yield [
        texts.ugettext(DAYS),
        *(f"- {one.day}{_late(one, texts)} {one.text}\n  {base}{one.thing.href}"
          for one in page.days),
    ]  # fmt: skip
    yield [
        texts.ugettext(CHANGES),
        *(f"- {one.thing.text} ({texts.ugettext(STATES[one.state])}) {one.title}\n"
          f"  {base}{one.thing.href}" for one in page.changes),
    ]  # fmt: skip
    came = texts.ungettext("%(num)s document came in", "%(num)s documents came in", page.arrived)
    yield [
        came % {"num": page.arrived},
        *(f"- {one.number or one.document} {one.title}\n  {base}{one.href}"
          for one in page.documents),
    ]  # fmt: skip


def _count(new: int, texts: NullTranslations) -> str:
    return texts.ungettext("%(num)s new document", "%(num)s new documents", new) % {"num": new}


def _late(one: DayRow, texts: NullTranslations) -> str:
    return f" ({texts.ugettext(LATE)})" if one.is_past else ""
