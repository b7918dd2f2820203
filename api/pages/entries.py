"""The page of one product, change request, milestone, party or quality concern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.changes import change_block
from api.pages.concerns import concern_blocks
from api.pages.forms import errors_of, fields_of, typed
from api.pages.frame import done, refused, show, texts_of
from api.pages.in_force import in_force_block
from api.pages.parties import block_of
from api.pages.plans import plan_blocks
from api.pages.registers import FormDep, page_of, pager, state_of
from api.pages.search import linked
from api.pages.sentences import tell
from api.pages.things import hit_rows, load_things
from api.pages.timeline_picture import drawing_block
from api.parameters import Closed, ServicesDep, SessionDep, ViewerDep
from api.problems import is_for_people
from api.routes.registers import SchemesDep
from archive import change_states, concern_states, registers
from archive.access import Right, Viewer
from archive.change_review import FIELDS
from archive.change_states import CHANGES
from archive.documents import find_document
from archive.errors import Ambiguous, Conflict, NotFound, UnknownTarget
from archive.linking import link_many, speaking_of, tell_speaking
from archive.models import Account, Entry, EntryValue
from archive.party_numbers import read_number
from archive.party_spellings import NUMBERS
from archive.records import document_id_of
from archive.references import Target
from archive.register_fields import REGISTERS, Register
from archive.registers import EntryView
from archive.schemes import Schemes
from archive.times import parse_day, parse_moment
from archive.vocabulary import RELATIONS
from web.address import Address
from web.views.common import Choice, Field, HitRow, Thing, Why
from web.views.register import ChangeRow, DocumentYear, EntryPage
from web.words import PARTY_ROLES

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 40
#: Fields that moves write, by register.
MOVED: Final = {
    CHANGES: (*change_states.MOVED, "state_reason"),
    concern_states.CONCERNS: concern_states.MOVED,
}
REVIEWED: Final = (*FIELDS, "cost_currency", "cost_kind")
MOST_CHANGES: Final = 100
#: Fields that name other entries, and in which register those are.
NAMES: Final = {"products": "product", "product": "product", "replaced_by": "product"}


class LinkForm(Closed):
    """A document to be linked by hand."""

    target: str
    relation: str = "about"
    back: str = "/"


def _routes(register: Register) -> None:
    path = f"/{register.plural}/{{entry}}"

    def page(
        entry: str, request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
    ) -> Response:
        asked = dict(parse_qsl(request.url.query))
        known = find_entry(session, viewer, register, entry, schemes, asked)
        own = find_entry(session, viewer, register, entry, schemes, asked, as_it_is=True)
        if own.id != known.id:  # it was merged
            target = Target(register.name, known.id)
            there = load_things(session, viewer, [target])[target].thing.href
            return RedirectResponse(str(Address(there, tuple(asked.items()))), status_code=303)
        return show(request, entry_page(request, session, viewer, schemes, known, asked), session)

    def change(
        entry: str,
        request: Request,
        services: ServicesDep,
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
        form: FormDep,
    ) -> Response:
        known = find_entry(session, viewer, register, entry, schemes, {})
        values = typed(register, form)
        errors = errors_of(register, values, texts_of(request))
        try:
            if not errors:
                with services.database.write() as writing:
                    changed = registers.edit(
                        writing, viewer, known, values, services.clock(), schemes=schemes,
                        revision=int(str(form.get("revision", "0"))),
                    )  # fmt: skip
        except Conflict as error:
            errors = {register.code: tell(error, texts_of(request))}
        if errors:
            shown = entry_page(
                request, session, viewer, schemes, known, {}, values=values, errors=errors
            )
            return show(request, shown, session, status=422)
        target = Target(register.name, changed.id)
        with services.database.read() as after:
            href = load_things(after, viewer, [target])[target].thing.href
        stored = {name: known.values.get(name, "") for name in values}
        before = [(name, stored[name]) for name in values if stored[name] != values[name]]
        undo = (("revision", str(changed.revision)), ("back", href), *before)
        said = texts_of(request).gettext("It is saved.")
        return done(href, said, undo=href if before else "", fields=undo)

    def link(
        entry: str,
        request: Request,
        services: ServicesDep,
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
        form: Annotated[LinkForm, Form()],
    ) -> Response:
        known = find_entry(session, viewer, register, entry, schemes, {})
        texts, at = texts_of(request), services.clock()
        try:
            document = find_document(session, viewer, form.target)
        except (NotFound, Ambiguous) as error:
            said = UnknownTarget(form.target) if isinstance(error, NotFound) else error
            if not is_for_people(request):
                raise said from error
            return refused(form.back, tell(said, texts))
        target = Target(register.name, known.id)
        with services.database.write() as writing:
            made = link_many(writing, viewer, [document], target, form.relation, at)
        is_done = texts.gettext("%(name)s is linked.") % {"name": form.target}
        return linked(services, form.back, is_done, made, at)

    name = register.name.replace("-", "_")
    router.add_api_route(path, page, methods=["GET"], name=f"{name}_page")
    router.add_api_route(path, change, methods=["POST"], name=f"change_{name}_page")
    router.add_api_route(f"{path}/documents", link, methods=["POST"], name=f"link_to_{name}")


def find_entry(
    session: Session,
    viewer: Viewer,
    register: Register,
    name: str,
    schemes: Schemes,
    asked: Mapping[str, str],
    *,
    as_it_is: bool = False,
) -> EntryView:
    """The entry of an address: by its code, or by its id after a tilde."""
    as_of, on = times_of(asked)
    is_id = name.startswith("~") and name[1:].isdecimal() and len(name) < 11
    return registers.get(
        session,
        viewer,
        register,
        int(name[1:]) if is_id else name,
        schemes=schemes,
        as_of=as_of,
        on=on,
        as_it_is=as_it_is,
    )


def times_of(asked: Mapping[str, str]) -> tuple[datetime | None, date | None]:
    """What was known when, what held on which day, as an address asks. Raises `UsageError`."""
    return (
        parse_moment(asked["as_of"]) if asked.get("as_of") else None,
        parse_day(asked["on"]) if asked.get("on") else None,
    )


def entry_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    schemes: Schemes,
    entry: EntryView,
    asked: Mapping[str, str],
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> EntryPage:
    """An entry with what is said of it and the documents that speak of it, the newest first."""
    register, texts = entry.register, texts_of(request)
    target = Target(register.name, entry.id)
    thing = load_things(session, viewer, [target])[target].thing
    as_of, on = times_of(asked)
    found = speaking_of(session, viewer, entry, as_of=as_of, on=on)
    views = sorted(found.views, key=lambda view: view.version.date or "", reverse=True)
    kind = asked.get("kind", "")
    chosen = [view for view in views if kind in ("", view.version.kind or "other")]
    page = page_of(asked.get("page", "1"))
    shown = tell_speaking(session, found, chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
    address = Address(thing.href).having(kind=kind)
    may_edit = viewer.may(Right.FILE) and entry.collection_id in viewer.writes
    can_edit = may_edit and as_of is None and on is None
    stored = {**entry.values, **(values or {})}
    return EntryPage(
        thing=thing,
        register=register.name,
        path=thing.href,
        title=entry.name if entry.name != entry.code else "",
        summary=_summary(entry, texts),
        fields=_fields(entry, texts),
        years=_years(session, viewer, shown, str(address), texts),
        total=len(chosen),
        state=state_of(entry),
        links=_links(session, viewer, entry),
        kinds=_kinds(thing.href, Counter(v.version.kind or "other" for v in views), kind),
        pager=pager(address, page, len(chosen), ON_A_PAGE),
        trail_href=str(Address("/trail").having(seed=f"{register.name}:{entry.code}")),
        edit_fields=_inputs(viewer, register, stored, errors or {}) if can_edit else (),
        revision=entry.revision,
        may_link=can_edit,
        relations=RELATIONS,
        changes=_changes(session, entry),
        as_of=asked.get("as_of", ""),
        on=asked.get("on", ""),
        party=block_of(session, viewer, entry, texts, may_edit=can_edit)
        if register.name == "party"
        else None,
        change=change_block(request, session, viewer, schemes, entry, as_of, on)
        if register.name == CHANGES
        else None,
        **drawing_block(request, session, viewer, entry, found.views, (as_of, on)),
        **in_force_block(request, session, viewer, entry, as_of, on),
        **concern_blocks(request, session, viewer, entry, (as_of, on)),
        **plan_blocks(request, session, viewer, entry, as_of, on, may_edit=can_edit),
    )


def _inputs(
    viewer: Viewer, register: Register, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Field, ...]:
    """The fields that this viewer may write: what moves write, only an administrator."""
    every = fields_of(register, values, errors)
    if viewer.may(Right.ADMINISTER):
        return every
    return tuple(field for field in every if field.name not in MOVED.get(register.name, ()))


def _summary(entry: EntryView, texts: NullTranslations) -> str:
    """The sentence that matters."""
    values = entry.values
    if entry.register.name == "change-request" and values.get("decided_on"):
        said = texts.gettext("Decided on %(day)s by %(who)s: %(decision)s")
        return said % {
            "day": values["decided_on"],
            "who": values.get("authority", "–"),
            "decision": values.get("decision", "–"),
        }
    if entry.register.name == "milestone" and values.get("planned_on"):
        if values.get("actual_on"):
            said = texts.gettext("Planned for %(planned)s, reached on %(actual)s.")
        else:
            said = texts.gettext("Planned for %(planned)s, not reached so far.")
        return said % {"planned": values["planned_on"], "actual": values.get("actual_on", "")}
    return ""


def _fields(entry: EntryView, texts: NullTranslations) -> tuple[tuple[str, str], ...]:
    """What is said of the entry, without what its head says already."""
    register = entry.register
    heads = (register.code, register.title)
    said = REVIEWED if register.name == CHANGES else ()  # beside, with who wrote it

    def shown(name: str) -> str:
        parts = entry.values[name].split(";")
        return "; ".join(_checked(part, texts) if name in NUMBERS else part for part in parts)

    return tuple(
        (field.name, shown(field.name))
        for field in register.fields
        if field.name in entry.values
        and field.name not in (*heads, *NAMES, *said, "state", "phase", "document")
    )


def _checked(number: str, texts: NullTranslations) -> str:
    """A number, with a word where its check digits don't agree."""
    found = read_number(number)
    if found is None or found.is_checked is not False:
        return number
    return texts.gettext("%(number)s (its check digit is wrong)") % {"number": number}


def _links(session: Session, viewer: Viewer, entry: EntryView) -> tuple[Thing, ...]:
    """The entries that this one names."""
    codes = {code for field in NAMES for code in entry.values.get(field, "").split(";") if code}
    if not codes:
        return ()
    rows = session.execute(
        select(Entry.register, Entry.id).where(
            Entry.register == "product",
            Entry.code.in_(codes),
            Entry.collection_id.in_(viewer.reads),
        )
    )
    targets = [Target(register, number) for register, number in rows]
    known = load_things(session, viewer, targets)
    return tuple(known[target].thing for target in targets)


def _kinds(href: str, counts: Mapping[str, int], chosen: str) -> tuple[Choice, ...]:
    if len(counts) < 2:
        return ()
    address = Address(href)
    return tuple(
        Choice(
            kind,
            "",
            str(address if kind == chosen else address.having(kind=kind)),
            kind == chosen,
            count,
        )
        for kind, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _years(
    session: Session,
    viewer: Viewer,
    documents: list[dict[str, Any]],
    back: str,
    texts: NullTranslations,
) -> tuple[DocumentYear, ...]:
    ids = {one["document"]: document_id_of(one["document"]) for one in documents}
    rows = hit_rows(session, viewer, ids.values(), {})
    years = []
    for year, group in groupby(documents, key=lambda one: (one["date"] or "")[:4]):
        shown = tuple(_row(rows[ids[one["document"]]], one, back, texts) for one in group)
        years.append(DocumentYear(year, shown))
    return tuple(years)


def _row(row: HitRow, told: Mapping[str, Any], back: str, texts: NullTranslations) -> HitRow:
    because = next(iter(told["because"]), None)
    why, roles = None, [texts.ugettext(PARTY_ROLES[role]) for role in told["roles"]]
    if because and not roles:
        why = Why(because["relation"], because["identifier"] or "")
    elif told["bears"]:
        why = Why("bears", told["number"] or "")
    place = Address(row.href)
    if because and because["page"] and because["page"] > 1:
        place = place.having(page=str(because["page"]))
    return replace(row, href=str(place.having(back=back)), why=why, note=", ".join(roles))


def _changes(session: Session, entry: EntryView) -> tuple[ChangeRow, ...]:
    """What was written of the entry, the newest first."""
    rows = session.execute(
        select(EntryValue, Account.name)
        .outerjoin(Account, Account.id == EntryValue.user_id)
        .where(EntryValue.entry_id == entry.id)
        .order_by(EntryValue.id)
    ).all()
    before: dict[str, str] = {}
    changes = []
    for value, who in rows:
        if value.field in before or value.recorded_at > entry.created_at:
            changes.append(
                ChangeRow(
                    value.recorded_at,
                    value.field,
                    before.get(value.field, ""),
                    value.value or "–",
                    who or "",
                )
            )
        before[value.field] = value.value or ""
    return tuple(reversed(changes[-MOST_CHANGES:]))


for _register in REGISTERS.values():
    _routes(_register)
