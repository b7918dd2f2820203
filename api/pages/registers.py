"""The lists of products, change requests and all other registers: kept, imported, exported."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.pages.forms import errors_of, fields_of, typed
from api.pages.frame import done, show, texts_of
from api.pages.parties import called
from api.pages.sentences import tell
from api.pages.things import load_things, wanted_href
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.routes.registers import (
    LARGEST_IMPORT,
    SchemesDep,
    Workbook,
    exporter,
    xlsx_exporter,
)
from api.service import Services
from archive import concern_states, register_csv, register_proposals, registers
from archive.access import Right, Viewer
from archive.change_states import CHANGES, state_in
from archive.errors import BlobTooLarge, CrossfileError, NotAllowed, NotFound, UsageError
from archive.linking import count_documents
from archive.party_spellings import unregistered
from archive.references import Target
from archive.register_csv import ImportResult
from archive.register_fields import REGISTERS, Register
from archive.registers import EntryView
from archive.schemes import Schemes
from web.address import Address
from web.views.common import Pager
from web.views.register import (
    EntryRow,
    ImportLine,
    ImportPreview,
    Proposal,
    RegisterPage,
    Spelling,
)

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50
MOST_PROPOSALS: Final = 20
MOST_LINES: Final = 200


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as form:
        yield form


FormDep = Annotated[FormData, Depends(_form)]


def _routes(register: Register) -> None:
    path = f"/{register.plural}"

    def list_page(
        request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
    ) -> Response:
        return show(request, register_page(request, session, viewer, register), session)

    def add(
        request: Request,
        services: ServicesDep,
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
        form: FormDep,
    ) -> Response:
        values = typed(register, form)
        errors = errors_of(register, values, texts_of(request))
        try:
            if not errors:
                with services.database.write() as writing:
                    entry = registers.create(
                        writing, viewer, register, values, services.clock(), schemes=schemes
                    )
        except NotAllowed:
            raise
        except CrossfileError as error:
            errors = {register.code: tell(error, texts_of(request))}
        if errors:
            page = register_page(request, session, viewer, register, values, errors)
            return show(request, page, session, status=422)
        said = texts_of(request).gettext("%(name)s was added.")
        return done(path, said % {"name": entry.code})

    def take_in(
        request: Request,
        services: ServicesDep,
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
        form: FormDep,
    ) -> Response:
        return _import(request, services, session, viewer, register, schemes, form)

    name = register.plural.replace("-", "_")
    router.add_api_route(path, list_page, methods=["GET"], name=f"{name}_page")
    router.add_api_route(path, add, methods=["POST"], name=f"add_to_{name}")
    router.add_api_route(f"{path}/import", take_in, methods=["POST"], name=f"import_{name}_page")
    router.add_api_route(
        f"{path}.csv", exporter(register), methods=["GET"], name=f"export_{name}_page"
    )
    router.add_api_route(
        f"{path}.xlsx",
        xlsx_exporter(register),
        methods=["GET"],
        name=f"export_{name}_xlsx_page",
        response_class=Workbook,
    )


def register_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    register: Register,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    preview: ImportPreview | None = None,
) -> RegisterPage:
    """One part of a register, as its address says."""
    asked = dict(parse_qsl(request.url.query))
    path, query = f"/{register.plural}", asked.get("q", "")[:200]
    page = page_of(asked.get("page", "1"))
    offset = (page - 1) * ON_A_PAGE
    found = registers.list_entries(
        session, viewer, register, query=query, limit=ON_A_PAGE, offset=offset
    )
    may_add = viewer.may(Right.FILE) and bool(viewer.writes)
    address = Address(path).having(q=query)
    given = {register.code: asked.get("code", "")[:200]}
    return RegisterPage(
        register=register.name,
        path=path,
        query=query,
        rows=_rows(session, viewer, register, found.items),
        total=found.total,
        pager=pager(address, page, found.total),
        new_fields=fields_of(register, values or given, errors or {}) if may_add else (),
        proposals=_proposals(session, viewer, register) if may_add else (),
        export_href=f"{path}.csv" if found.total else "",
        xlsx_href=f"{path}.xlsx" if found.total else "",
        risks_href="/plans/at-risk" if register.name == "milestone" else "",
        wanted_href=wanted_href(register.name) if register.name != "party" else "",
        preview=preview,
        unregistered=tuple(
            Spelling(called(name), count)
            for name, count in unregistered(session, viewer, MOST_PROPOSALS)
        )
        if register.name == "party" and may_add and page == 1 and not query
        else (),
    )


def pager(address: Address, page: int, total: int, on_a_page: int = ON_A_PAGE) -> Pager | None:
    """Which part of a list is shown; None where it is all there."""
    if total <= on_a_page:
        return None
    first, last = (page - 1) * on_a_page + 1, min(page * on_a_page, total)
    return Pager(
        first,
        last,
        total,
        str(address.having(page=str(page - 1) if page > 2 else "")) if page > 1 else "",
        str(address.having(page=str(page + 1))) if last < total else "",
    )


def page_of(text: str) -> int:
    """The number of a part of a list. Raises `UsageError`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) > 0):
        raise UsageError("%(text)r is no part of the list.", text=text)
    return int(text)


def _rows(
    session: Session, viewer: Viewer, register: Register, entries: tuple[EntryView, ...]
) -> tuple[EntryRow, ...]:
    targets = {entry.id: Target(register.name, entry.id) for entry in entries}
    known = load_things(session, viewer, targets.values())
    counts = count_documents(session, viewer, list(targets))
    return tuple(
        EntryRow(
            known[targets[entry.id]].thing,
            _title(entry),
            state_of(entry),
            date_of(entry),
            *counts.get(entry.id, (0, None)),
        )
        for entry in entries
    )


def _title(entry: EntryView) -> str:
    """What stands beside its code; beside a name, its number."""
    if entry.register.code == entry.register.title:
        return entry.values.get("organisation_number") or entry.values.get("vat", "")
    return entry.name


def _proposals(session: Session, viewer: Viewer, register: Register) -> tuple[Proposal, ...]:
    found = register_proposals.list_proposals(
        session, viewer, register=register.name, limit=MOST_PROPOSALS
    )
    return tuple(
        Proposal(f"proposal-{one.id}", one.name, one.path, one.documents) for one in found.items
    )


def _import(
    request: Request,
    services: Services,
    session: Session,
    viewer: Viewer,
    register: Register,
    schemes: Schemes,
    form: FormData,
) -> Response:
    """Show what a file would do; with the token of a file that was shown, do it."""
    path = f"/{register.plural}"
    folder = services.config.data.folder / "cache" / "imports"
    token = str(form.get("token", ""))
    if token:
        kept = _kept(folder, viewer, token)
        with services.database.write() as writing:
            result = register_csv.import_register(
                writing, viewer, register, kept.read_bytes(), services.clock(), schemes=schemes
            )
        kept.unlink(missing_ok=True)
        said = texts_of(request).ngettext(
            "%(new)d new entry, %(changed)d changed.",
            "%(new)d new entries, %(changed)d changed.",
            result.new,
        )
        return done(path, said % {"new": result.new, "changed": result.changed})
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise UsageError("Choose a file to import.")
    data = file.file.read(LARGEST_IMPORT + 1)
    if len(data) > LARGEST_IMPORT:
        raise BlobTooLarge(LARGEST_IMPORT)
    result = register_csv.import_register(
        session, viewer, register, data, services.clock(), schemes=schemes, dry_run=True
    )
    has_work = not result.wrong and bool(result.new or result.changed)
    token = _keep(folder, viewer, data) if has_work else ""
    shortened = result.shortened(MOST_LINES)
    preview = _preview(file.filename or "", shortened, token, texts_of(request))
    page = register_page(request, session, viewer, register, preview=preview)
    return show(request, page, session)


def _preview(name: str, result: ImportResult, token: str, texts: NullTranslations) -> ImportPreview:
    lines = tuple(
        ImportLine(line.number, line.what, line.text, tell(line.detail, texts))
        for line in result.lines
    )
    return ImportPreview(name, result.new, result.changed, result.same, result.wrong, lines, token)


def _keep(folder: Path, viewer: Viewer, data: bytes) -> str:
    """Keep a file until its import is confirmed; those of yesterday are dropped."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - 24 * 3600:
            path.unlink(missing_ok=True)
    token = secrets.token_hex(16)
    (folder / f"{viewer.account_id}-{token}").write_bytes(data)
    return token


def _kept(folder: Path, viewer: Viewer, token: str) -> Path:
    """One's own file. Raises `NotFound` where it is gone."""
    path = folder / f"{viewer.account_id}-{token}"
    if not (len(token) == 32 and token.isalnum() and path.is_file()):
        raise NotFound("import", token)
    return path


def state_of(entry: EntryView) -> str:
    """How far an entry is; "" where its register does not say."""
    values = entry.values
    if entry.register.name == "milestone":
        return "reached" if values.get("actual_on") else "planned"
    if entry.register.name == CHANGES:
        return state_in(values)
    if entry.register.name == concern_states.CONCERNS:
        return concern_states.state_in(values)
    return values.get("phase", "")


def date_of(entry: EntryView) -> str | None:
    """The day that matters most for an entry."""
    fields = ("decided_on", "actual_on", "planned_on", "received_on", "closed_on", "due_on")
    return next((entry.values[name] for name in fields if name in entry.values), None)


for _register in REGISTERS.values():
    _routes(_register)
