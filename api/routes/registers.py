"""Products, change requests, milestones, parties: one set of routes, made for each register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, UploadFile
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field, create_model
from starlette.requests import Request

from api.answers_found import SpeakingListing
from api.parameters import (
    Closed,
    DocumentNumber,
    Paging,
    PagingDep,
    RowId,
    ServicesDep,
    SessionDep,
    Then,
    ViewerDep,
)
from archive import register_csv, register_proposals, registers
from archive.errors import BlobTooLarge
from archive.linking import documents_of, link_many
from archive.listing import Listing
from archive.records import document_id_of
from archive.references import Target
from archive.register_csv import ImportResult
from archive.register_fields import REGISTERS, Register, RegisterField
from archive.register_proposals import EntryProposal
from archive.schemes import Schemes
from archive.workbooks import MEDIA_TYPE

router = APIRouter(prefix="/api/v1", tags=["registers"])
LARGEST_IMPORT: Final = 64 << 20  # bytes
MOST_LINES: Final = 1000  # of an import's answer, the wrong ones first


def _schemes(request: Request) -> Schemes:
    schemes: Schemes = request.app.state.schemes
    return schemes


SchemesDep = Annotated[Schemes, Depends(_schemes)]
EntryName = Annotated[str, Path(description="Its code, however it is spelled, or its id.")]


class Wanted(Then):
    """Which entry is wanted, of which time."""

    collection: Annotated[str, Field(max_length=100)] = ""


class WantedList(Wanted, Paging):
    """Which entries are wanted; `q` is looked for in all their fields."""

    q: Annotated[str, Field(max_length=200)] = ""


class WantedDocuments(Wanted, Paging):
    """Which documents of an entry are wanted."""


class Links(Closed):
    """Documents to be linked by hand."""

    documents: Annotated[list[DocumentNumber], Field(min_length=1, max_length=1000)]
    relation: str = "about"


class Linked(BaseModel):
    """How many documents are linked so now."""

    linked: int


class ProposalAnswer(Closed):
    """Take up a name that a folder says, or say that it is none."""

    answer: Literal["accept", "reject"]


def _routes(register: Register) -> None:
    path, name, said = f"/{register.plural}", register.name, _models(register)
    told = said["told"]

    def list_all(
        wanted: Annotated[WantedList, Query()], session: SessionDep, viewer: ViewerDep
    ) -> Any:
        """The entries that one may see, by code."""
        found = registers.list_entries(
            session, viewer, register, query=wanted.q, collection=wanted.collection,
            limit=wanted.limit, offset=wanted.offset, **wanted.times,
        )  # fmt: skip
        return Listing(tuple(entry.told() for entry in found.items), found.total)

    def add(new: Any, services: ServicesDep, viewer: ViewerDep, schemes: SchemesDep) -> Any:
        """Register an entry. `happened_on` says since when it is so."""
        written = new.model_dump(exclude={"collection", "happened_on"}, exclude_unset=True)
        with services.database.write() as session:
            return registers.create(
                session, viewer, register, written, services.clock(), schemes=schemes,
                collection=new.collection, happened_on=new.happened_on,
            ).told()  # fmt: skip

    def read(
        entry: EntryName,
        wanted: Annotated[Wanted, Query()],
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
    ) -> Any:
        """One entry, as it is or was."""
        return registers.get(
            session, viewer, register, entry, schemes=schemes, collection=wanted.collection,
            **wanted.times,
        ).told()  # fmt: skip

    def change(
        entry: EntryName,
        new: Any,
        services: ServicesDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
    ) -> Any:
        """Change what is named; null takes a value away. `revision` is that of what one read."""
        written = new.model_dump(exclude={"revision", "happened_on"}, exclude_unset=True)
        with services.database.write() as session:
            known = registers.get(session, viewer, register, entry, schemes=schemes)
            return registers.edit(
                session, viewer, known, written, services.clock(), schemes=schemes,
                revision=new.revision, happened_on=new.happened_on,
            ).told()  # fmt: skip

    def documents(
        entry: EntryName,
        wanted: Annotated[WantedDocuments, Query()],
        session: SessionDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
    ) -> Any:
        """The documents that speak of an entry, by date, each with the reason why."""
        known = registers.get(
            session, viewer, register, entry, schemes=schemes, collection=wanted.collection
        )
        return documents_of(
            session, viewer, known, limit=wanted.limit, offset=wanted.offset, **wanted.times
        )

    def link(
        entry: EntryName,
        links: Links,
        services: ServicesDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
    ) -> Linked:
        """Link documents to an entry by hand, all or none."""
        numbers = [document_id_of(number) for number in links.documents]
        with services.database.write() as session:
            known = registers.get(session, viewer, register, entry, schemes=schemes)
            target = Target(register.name, known.id)
            made = link_many(session, viewer, numbers, target, links.relation, services.clock())
        return Linked(linked=len(made))

    add_route = _adder(path, name)
    add_route("", list_all, "GET", "list_{}", _listing(told))
    add_route("", _with(add, new=said["new"]), "POST", "add_{}", told, status=201)
    add_route("/import", _importer(register), "POST", "import_{}", ImportResult)
    router.add_api_route(
        f"{path}/export",
        exporter(register),
        name=f"export_{name.replace('-', '_')}",
        response_class=Csv,
    )
    router.add_api_route(
        f"{path}/export.xlsx",
        xlsx_exporter(register),
        name=f"export_{name.replace('-', '_')}_xlsx",
        response_class=Workbook,
    )
    add_route("/{entry}", read, "GET", "get_{}", told)
    add_route("/{entry}", _with(change, new=said["change"]), "PATCH", "change_{}", told)
    add_route("/{entry}/documents", documents, "GET", "list_documents_of_{}", SpeakingListing)
    add_route("/{entry}/documents", link, "POST", "link_documents_to_{}", Linked)


def _importer(register: Register) -> Callable[..., Any]:
    def import_file(
        file: UploadFile,
        services: ServicesDep,
        viewer: ViewerDep,
        schemes: SchemesDep,
        dry_run: bool = False,
        collection: Annotated[str, Query(max_length=100)] = "",
    ) -> ImportResult:
        """Entries from CSV, XLSX, JSON Lines: all lines, or none where one is wrong (`is_done`)."""
        data = file.file.read(LARGEST_IMPORT + 1)
        if len(data) > LARGEST_IMPORT:
            raise BlobTooLarge(LARGEST_IMPORT)
        with services.database.write() as session:
            result = register_csv.import_register(
                session, viewer, register, data, services.clock(), schemes=schemes,
                collection=collection, dry_run=dry_run,
            )  # fmt: skip
        return result.shortened(MOST_LINES)

    return import_file


class Csv(PlainTextResponse):
    """A table."""

    media_type = "text/csv"


class Workbook(Response):
    """A table as XLSX."""

    media_type = MEDIA_TYPE


def exporter(register: Register) -> Callable[..., Any]:
    """The route that exports a register."""

    def export(
        wanted: Annotated[Then, Query()],
        session: SessionDep,
        viewer: ViewerDep,
    ) -> Response:
        """All entries that one may see, as CSV that can be imported again."""
        lines = register_csv.export_lines(session, viewer, register, **wanted.times)
        name = f'attachment; filename="{register.plural}.csv"'
        return Csv(
            register_csv.to_csv(register, lines),
            headers={"Content-Disposition": name},
        )

    return export


def xlsx_exporter(register: Register) -> Callable[..., Any]:
    """The same as a workbook."""

    def export(
        wanted: Annotated[Then, Query()],
        session: SessionDep,
        viewer: ViewerDep,
    ) -> Response:
        """All entries that one may see, as XLSX that can be imported again."""
        lines = register_csv.export_lines(session, viewer, register, **wanted.times)
        name = f'attachment; filename="{register.plural}.xlsx"'
        return Workbook(
            register_csv.to_xlsx(register, lines),
            headers={"Content-Disposition": name},
        )

    return export


def _adder(path: str, name: str) -> Callable[..., None]:
    def add(
        below: str,
        function: Callable[..., Any],
        method: str,
        called: str,
        model: Any,
        *,
        status: int = 200,
    ) -> None:
        router.add_api_route(
            path + below,
            function,
            methods=[method],
            status_code=status,
            name=called.format(name.replace("-", "_")),
            response_model=model,
        )

    return add


def _with(function: Callable[..., Any], **types: Any) -> Callable[..., Any]:
    """The function with types that are made here, of the fields of its register."""
    function.__annotations__.update(types)
    return function


def _listing(told: type[BaseModel]) -> type[BaseModel]:
    return create_model(f"{told.__name__}Listing", items=(list[told], ...), total=(int, ...))  # type: ignore[valid-type]


def _models(register: Register) -> dict[str, type[BaseModel]]:
    title = register.name.title().replace("-", "")
    fields = {one.name: (_type(one), Field(None, description=one.help)) for one in register.fields}
    since = (date | None, None)
    shown: dict[str, Any] = {
        one.name: (list[str] if one.type == "names" else str | None, Field(description=one.help))
        for one in register.fields
    }
    first: dict[str, Any] = {
        "id": (int, ...), "collection": (str, ...), "revision": (int, ...),
        "created_at": (datetime, ...),
    }  # fmt: skip
    required: dict[str, Any] = {
        one.name: (str, Field(description=one.help)) for one in register.fields if one.is_required
    }
    new: dict[str, Any] = {**fields, **required, "collection": (str, ""), "happened_on": since}
    change: dict[str, Any] = {**fields, "revision": (int, ...), "happened_on": since}
    return {
        "told": create_model(title, **{**first, **shown}),
        "new": create_model(f"New{title}", __base__=Closed, **new),
        "change": create_model(f"{title}Change", __base__=Closed, **change),
    }


def _type(field: RegisterField) -> Any:
    return str | list[str] | None if field.type == "names" else str | None


for _register in REGISTERS.values():
    _routes(_register)


@router.get("/register-proposals", name="list_register_proposals")
def list_register_proposals(
    paging: PagingDep, session: SessionDep, viewer: ViewerDep, register: str = ""
) -> Listing[EntryProposal]:
    """Names that folders say and no register knows."""
    return register_proposals.list_proposals(
        session, viewer, register=register, limit=paging.limit, offset=paging.offset
    )


@router.post("/register-proposals/{proposal}", status_code=204, name="answer_register_proposal")
def answer_register_proposal(
    proposal: RowId,
    answer: ProposalAnswer,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> None:
    """Register the name, which links its documents; or reject it for good."""
    with services.database.write() as session:
        if answer.answer == "accept":
            register_proposals.accept(session, viewer, proposal, services.clock(), schemes=schemes)
        else:
            register_proposals.reject(session, viewer, proposal, services.clock())
