"""The attention list as a page: each question with its answers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.attention_items import ANSWERS, id_of, item_of, load, things_of
from api.pages.attention_words import HELPS
from api.pages.frame import show, texts_of
from api.pages.registers import page_of, pager
from api.pages.things import Known
from api.parameters import ServicesDep, SessionDep, ViewerDep
from archive import attention
from archive.access import Viewer
from archive.alike import alike, one_of_several
from archive.attention import KINDS, Wish
from archive.listing import MOST
from archive.owners import NOBODY
from archive.wanting import UNREADABLE
from web.address import Address
from web.views.attention import AttentionPage, Group, Reason
from web.views.common import Choice

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 25  # of one kind, of unreadable ones for one reason
OF_EACH: Final = 4  # where all kinds are shown


@router.get("/attention", name="attention_page")
def attention_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """All that wants a person, by what has to be decided, oldest first.

    Of each kind the first few; of one that is asked for all, page by page.
    """
    asked = dict(parse_qsl(request.url.query))
    what, reason, owner = (asked.get(name) or None for name in ("what", "reason", "owner"))
    number = page_of(asked.get("page", "1"))
    is_one = bool(reason or (what and what != UNREADABLE))
    wish = Wish(what, owner, reason, ON_A_PAGE, (number - 1) * ON_A_PAGE)
    if not is_one:
        wish = Wish(what, owner, None, MOST, each=OF_EACH)
    now = services.clock()
    find = services.discrepancies.find
    found = attention.list_attention(session, viewer, services.config, wish, now, find)
    everything = found
    if what or reason:
        every = Wish(None, owner, None, 0)
        everything = attention.list_attention(session, viewer, services.config, every, now, find)
    address = Address("/attention").having(what=what or "", reason=reason or "", owner=owner or "")
    page = AttentionPage(
        groups=_groups(session, viewer, found, address, texts_of(request), now),
        total=found["total"],
        owners=_owners(found["owners"], address, owner or "", texts_of(request)),
        whats=_whats(everything["groups"], address, what or ""),
        pager=pager(address, number, found["total"], ON_A_PAGE) if is_one else None,
    )
    return show(request, page, session)


def _counts(groups: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group["kind"]] = counts.get(group["kind"], 0) + group["count"]
    return counts


def _groups(
    session: Session,
    viewer: Viewer,
    found: Mapping[str, Any],
    address: Address,
    texts: NullTranslations,
    now: datetime,
) -> tuple[Group, ...]:
    others = {
        line["item"]: [
            one for one in alike(session, viewer, line["item"], now) if one != line["item"]
        ]
        for line in found["items"]
        if line["kind"] != UNREADABLE  # these are answered by reason
    }
    known = load(session, viewer, found["items"], others)
    groups = []
    for kind, count in _counts(found["groups"]).items():
        lines = [line for line in found["items"] if line["kind"] == kind]
        href = str(address.having(what=kind)) if not address.keeping(["what"]) else ""
        if kind == UNREADABLE:
            several = [group for group in found["groups"] if group["kind"] == kind]
            ones = (one_of_several(session, viewer, group["reason_code"], now) for group in several)
            reasons = tuple(
                _reason(group, lines, known, address, texts, one)
                for group, one in zip(several, ones, strict=True)
            )
            groups.append(Group(kind, count, reasons=reasons))
        elif lines:
            items = tuple(
                item_of(line, known, things_of(others[line["item"]], known), texts)
                for line in lines
            )
            groups.append(Group(kind, count, items, href if len(items) < count else ""))
    return tuple(groups)


def _reason(
    group: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    known: Mapping[str, Known],
    address: Address,
    texts: NullTranslations,
    one: str | None,
) -> Reason:
    """Unreadable files of one reason: what would help is said once, and answered for all.

    `one` of those that the viewer may answer stands for all of them.
    """
    code = group["reason_code"]
    ours = [line for line in lines if line["reason_code"] == code]
    helps = ours[0]["helps"] if ours else ()
    is_cut = len(ours) < group["count"] and not address.keeping(["reason"])
    only = address.having(what=UNREADABLE, reason=code)
    return Reason(
        code=code,
        count=group["count"],
        items=tuple(item_of(line, known, (), texts) for line in ours),
        helps=" ".join(texts.gettext(HELPS[name]) for name in helps if name in HELPS),
        one=id_of(one) if one else "",
        answers=ANSWERS[UNREADABLE] if one else (),
        all_href=str(only) if is_cut else "",
    )


def _owners(
    owners: Sequence[str], address: Address, chosen: str, texts: NullTranslations
) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            name,
            texts.gettext("nobody") if name == NOBODY else name,
            str(address.without("owner") if name == chosen else address.having(owner=name)),
            name == chosen,
        )
        for name in owners
    )


def _whats(
    groups: Sequence[Mapping[str, Any]], address: Address, chosen: str
) -> tuple[Choice, ...]:
    counts = _counts(groups)
    return tuple(
        Choice(
            kind,
            kind,
            str(address.without("what") if kind == chosen else address.having(what=kind)),
            kind == chosen,
            counts.get(kind, 0),
        )
        for kind in KINDS
        if kind in counts or kind == chosen
    )
