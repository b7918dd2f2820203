"""The attention list as a page: each question with its answers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from babel.support import NullTranslations
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.attention_words import HELPS, SENTENCES, SPEAKS
from api.pages.document_address import place_of
from api.pages.frame import show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import fill
from api.pages.things import Known, load_things
from api.parameters import ServicesDep, SessionDep, ViewerDep
from archive import attention
from archive.access import Viewer
from archive.alike import alike
from archive.attention import KINDS, Wish
from archive.owners import NOBODY
from archive.records import file_number
from archive.references import Target
from archive.register_fields import REGISTERS
from web.address import Address
from web.filters import kind_word
from web.views.attention import AttentionPage, Group, Item
from web.views.common import Choice, Quote, Thing
from web.views.document import Candidate

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 25
#: Kinds of lines whose name begins with the id of a document.
OF_DOCUMENTS: Final = ("unreadable", "given-up", "ambiguous", "suspect")

#: By kind the answers that can be given on the page.
ANSWERS: Final = {
    "unreadable": ("retry", "explain", "aside"),
    "given-up": ("retry", "explain", "aside"),
    "trouble": ("explain", "aside"),
    "ambiguous": ("choose", "none", "explain", "aside"),
    "suspect": ("confirm", "reject", "explain", "aside"),
    "overdue": ("explain", "aside"),
    "waiting": ("explain", "aside"),
    "proposal-entry": ("add", "reject", "aside"),
    "proposal-version": ("accept", "reject", "aside"),
}


@router.get("/attention", name="attention_page")
def attention_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """All that wants a person, by what has to be decided, oldest first."""
    asked = dict(parse_qsl(request.url.query))
    what, owner = asked.get("what", ""), asked.get("owner", "")
    number = page_of(asked.get("page", "1"))
    wish = Wish(what or None, owner or None, None, ON_A_PAGE, (number - 1) * ON_A_PAGE)
    now = services.clock()
    found = attention.list_attention(session, viewer, services.config, wish, now)
    everything = found
    if what:
        all_kinds = Wish(None, owner or None, None, 0)
        everything = attention.list_attention(session, viewer, services.config, all_kinds, now)
    address = Address("/attention").having(what=what, owner=owner)
    page = AttentionPage(
        groups=_groups(session, viewer, found, address, texts_of(request), now),
        total=found["total"],
        owners=_owners(found["owners"], address, owner, texts_of(request)),
        whats=_whats(everything["groups"], address, what),
        pager=pager(address, number, found["total"], ON_A_PAGE),
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
    }
    known = _load(session, viewer, found["items"], others)
    counts = _counts(found["groups"])
    groups = []
    for kind, count in counts.items():
        items = tuple(
            _item(line, known, _things(others[line["item"]], known), texts)
            for line in found["items"]
            if line["kind"] == kind
        )
        if items:
            is_cut = len(items) < count and not address.keeping(["what"])
            href = str(address.having(what=kind)) if is_cut else ""
            groups.append(Group(kind, count, items, href))
    return tuple(groups)


def _load(
    session: Session,
    viewer: Viewer,
    lines: Sequence[Mapping[str, Any]],
    others: Mapping[str, Sequence[str]],
) -> dict[str, Known]:
    """By file number or code what the lines and those alike are about, and their candidates."""
    numbers = {line["document"] for line in lines if line.get("document")}
    numbers |= {number for names in others.values() for name in names if (number := _number(name))}
    for line in lines:
        numbers |= {one["source"] for one in line.get("cited_by", ())}
        numbers |= {
            one["target"] for one in line.get("candidates", ()) if one["target_type"] == "document"
        }
    targets = {number: Target("document", int(number.removeprefix("D-"))) for number in numbers}
    known = load_things(session, viewer, targets.values())
    return {number: known[target] for number, target in targets.items() if target in known}


def _item(
    line: Mapping[str, Any],
    known: Mapping[str, Known],
    others: tuple[Thing, ...],
    texts: NullTranslations,
) -> Item:
    sentence = line["sentence"]
    reference: Mapping[str, Any] = line.get("reference") or next(iter(line.get("cited_by", ())), {})
    said = SENTENCES.get(sentence["id"])
    text = fill(said, sentence["params"], texts) if said else ""
    helps = [texts.gettext(HELPS[name]) for name in line["helps"] if name in HELPS]
    answers = ANSWERS[sentence["id"]]
    quoted = reference.get("quote")
    return Item(
        id=quote(line["item"], safe="/:"),
        thing=_thing(line, known),
        since=datetime.fromisoformat(line["since"]),
        answers=answers,
        text=" ".join([text, *helps]).strip(),
        title=_title(line, known),
        owners=tuple(line["owners"]),
        identifier=reference.get("identifier") or "",
        relation=reference.get("relation") or "",
        quote=Quote(quoted) if quoted else None,
        quote_href=place_of(
            reference["source"], reference["page"], reference["start"], reference["end"]
        )
        if quoted
        else "",
        candidates=tuple(_candidate(one, known, texts) for one in line.get("candidates", ())),
        reason_code=line.get("reason_code"),
        alike=others,
    )


def _number(item: str) -> str:
    """The file number of the document that a line is about; "" where it is a path or a name."""
    kind, _, name = item.partition(":")
    document = name.partition("/")[0]
    return file_number(int(document)) if kind in OF_DOCUMENTS and document.isdecimal() else ""


def _things(items: Sequence[str], known: Mapping[str, Known]) -> tuple[Thing, ...]:
    """What lines are about, each once: documents, or the paths that can't be taken."""
    found = dict.fromkeys(
        known[number].thing
        if (number := _number(item)) in known
        else Thing("other", item.rpartition("/")[2], "/status", item.partition(":")[2])
        for item in items
    )
    return tuple(found)


def _thing(line: Mapping[str, Any], known: Mapping[str, Known]) -> Thing:
    """What a line is about: a document; the first that waits; a register; a path."""
    if line.get("document") in known:
        return known[line["document"]].thing
    for one in line.get("cited_by", ()):
        if one["source"] in known:
            return known[one["source"]].thing
    if line.get("register"):
        plural = REGISTERS[line["register"]].plural
        return Thing(line["register"], line["name"], f"/{plural}", is_register=True)
    path = line.get("path") or line["item"]
    return Thing("other", path.rpartition("/")[2], "/status", path)


def _title(line: Mapping[str, Any], known: Mapping[str, Known]) -> str:
    if line["kind"] in ("unreadable", "given-up"):
        return str(line["path"])
    found = known.get(line.get("document") or "")
    return found.title if found else ""


def _candidate(
    one: Mapping[str, Any], known: Mapping[str, Known], texts: NullTranslations
) -> Candidate:
    is_document = one["target_type"] == "document"
    value = one["target"] if is_document else f"{one['target_type']}:{one['target']}"
    plural = "" if is_document else REGISTERS[one["target_type"]].plural
    thing = (
        known[one["target"]].thing
        if is_document
        else Thing(one["target_type"], one["target"], f"/{plural}/{quote(one['target'])}")
    )
    speaks = []
    for reason in one["speaks"]:
        params = dict(reason["params"])
        if "kind" in params:
            params["kind"] = texts.gettext(kind_word(params["kind"]).name)
        speaks.append(fill(SPEAKS[reason["id"]], params, texts))
    return Candidate(value, thing, one["date"], tuple(one["parties"]), tuple(speaks))


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
