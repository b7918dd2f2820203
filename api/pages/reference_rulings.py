"""What is decided of references on the page of a document: ruled on, made by hand, taken back."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages import document_references
from api.pages.frame import done, refused, texts_of
from api.pages.sentences import tell
from api.parameters import Closed, DocumentId, RowId, ServicesDep, SessionDep, ViewerDep
from api.problems import is_for_people
from api.service import Services
from archive import by_hand, rulings
from archive.access import Viewer
from archive.errors import Ambiguous, Conflict, NotFound, UsageError
from archive.linking import find_target, made_by_hand
from archive.models import Reference
from archive.opening import Which, open_document
from archive.records import file_number
from archive.references import seen, visible
from archive.rulings import OnReference

router = APIRouter(include_in_schema=False)

#: What forms post → what is decided.
DECISIONS: Final = {
    "confirm": "confirm", "choose": "redirect", "redirect": "redirect", "reject": "reject",
    "withdraw": "withdraw",
}  # fmt: skip


class RulingForm(Closed):
    """What a person says of one reference."""

    ruling: str = "choose"
    choose: str = ""  # of the candidates the one that is meant
    target: str = ""  # what is meant, in a person's words
    reason: Annotated[str, Field(max_length=1000)] = ""
    back: str = "/"


class ReferenceForm(Closed):
    """A reference made by hand."""

    relation: str
    target: str
    reason: Annotated[str, Field(max_length=1000)] = ""
    back: str = "/"


@router.post("/documents/{document}/references", name="add_reference_by_hand")
def add_reference(
    document: DocumentId,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[ReferenceForm, Form()],
) -> Response:
    """Link the document by hand to what is called so."""
    view, at = open_document(session, viewer, document, Which()), services.clock()
    texts = texts_of(request)
    try:
        target = find_target(session, viewer, form.target)
        with services.database.write() as writing:
            made = by_hand.add_reference(
                writing, viewer, view.document.id, form.relation, target, at, reason=form.reason
            )
    except (Ambiguous, Conflict, UsageError) as error:
        if not is_for_people(request):
            raise
        return refused(form.back, tell(error, texts))
    with services.database.read() as after:
        is_new = bool(made_by_hand(after, [made], at))
    number = file_number(view.document.id)
    undo = f"/documents/{number}/references/{made}/ruling" if is_new else ""
    fields = (("ruling", "reject"), ("back", form.back))
    return done(form.back, texts.gettext("The reference was added."), undo=undo, fields=fields)


@router.post("/documents/{document}/references/{reference}/ruling", name="rule_on_reference")
def rule_on_reference(
    document: DocumentId,
    reference: RowId,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[RulingForm, Form()],
) -> Response:
    """Confirm, reject, lead elsewhere or take back; undone by the next page's button."""
    open_document(session, viewer, document, Which())
    texts = texts_of(request)
    try:
        is_new = decide(services, session, viewer, reference, form)
    except (Ambiguous, Conflict, UsageError) as error:
        if form.ruling != "redirect" or not is_for_people(request):
            raise
        return refused(form.back, tell(error, texts))
    said = {
        "confirm": texts.gettext("The reference is confirmed."),
        "choose": texts.gettext("The reference points there now."),
        "redirect": texts.gettext("The reference points there now."),
        "reject": texts.gettext("The reference is rejected."),
        "withdraw": texts.gettext("The ruling is taken back."),
    }
    can_undo = is_new and form.ruling != "withdraw" and _is_ruled(session, reference)
    undo = request.url.path if can_undo else ""
    fields = (("ruling", "withdraw"), ("back", form.back))
    return done(form.back, said[form.ruling], undo=undo, fields=fields if undo else ())


def decide(
    services: Services, session: Session, viewer: Viewer, reference: int, form: RulingForm
) -> bool:
    """Carry out what a person says of a reference: was it not said so before?

    Raises `NotFound`, `UsageError`.
    """
    rows = session.scalars(visible(viewer, None).where(Reference.id == reference)).all()
    if not rows:
        raise NotFound("reference", reference)
    (view,) = seen(session, viewer, rows, None)
    row, at, said = view.row, services.clock(), form.ruling
    if said not in DECISIONS:
        raise UsageError("There is no ruling %(ruling)r.", ruling=said)
    target = view.target
    if said == "choose":
        target = document_references.target_of(form.choose)
    elif said == "redirect":
        target = find_target(session, viewer, form.target)
    with services.database.write() as writing:
        if row.origin == "person" and said == "reject":
            by_hand.remove_reference(writing, viewer, row.id, at)
            return True
        what = OnReference(row.document_id, row.scheme, row.key, row.relation, row.groups)
        is_meant = said == "withdraw" and row.key is None
        wanted = target if is_meant or DECISIONS[said] in ("confirm", "redirect") else None
        decision, reason = DECISIONS[said], form.reason
        return rulings.rule(writing, viewer, what, decision, at, target=wanted, reason=reason)


def _is_ruled(session: Session, reference: int) -> bool:
    """Can what was decided be taken back? A reference made by hand is gone."""
    row = session.get(Reference, reference)
    return row is not None and row.origin != "person"
