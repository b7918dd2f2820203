"""Groups on the administrator's page: made, filled, emptied and taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import texts_of
from api.pages.users import NameForm, carry_out
from api.parameters import AdministratorDep, RowId, ServicesDep, SignedInDep
from archive import accounts, groups

router = APIRouter(include_in_schema=False)


@router.post("/groups", name="add_group_page")
def add_group(
    request: Request,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A new group, with nobody in it."""

    def act(session: Session) -> None:
        groups.make_group(session, form.name, by=viewer, at=services.clock())

    said = texts_of(request).gettext("%(name)s was added.") % {"name": form.name}
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)


@router.post("/groups/{group}/remove", name="remove_group_page")
def remove_group(
    request: Request,
    group: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a group away, and what was granted to it."""

    def act(session: Session) -> None:
        groups.remove_group(session, group, by=viewer, at=services.clock())

    said = texts_of(request).gettext("The group is gone.")
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)


@router.post("/groups/{group}/members", name="join_page")
def join(
    request: Request,
    group: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Put a user into a group."""

    def act(session: Session) -> None:
        user = accounts.find(session, form.user)
        groups.join(session, group, user.id, by=viewer, at=services.clock())

    said = texts_of(request).gettext("%(name)s is in the group.") % {"name": form.user}
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)


@router.post("/groups/{group}/members/{user}/remove", name="leave_page")
def leave(
    request: Request,
    group: RowId,
    user: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a user out of a group."""

    def act(session: Session) -> None:
        groups.leave(session, group, user, by=viewer, at=services.clock())

    said = texts_of(request).gettext("%(name)s is no longer in the group.") % {"name": form.user}
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)
