"""Groups on the administrator's page: made, filled, emptied and taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.pages.users import NameForm
from api.pages.users_view import UsersPagesDep
from api.parameters import RowId
from archive import accounts, groups

router = APIRouter(include_in_schema=False)


@router.post("/groups", name="add_group_page")
def add_group(
    pages: UsersPagesDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A new group, with nobody in it."""

    def act(session: Session) -> None:
        groups.make_group(session, form.name, **pages.by)

    said = pages.texts.gettext("%(name)s was added.") % {"name": form.name}
    return pages.carry_out(act, form.back, said)


@router.post("/groups/{group}/remove", name="remove_group_page")
def remove_group(
    pages: UsersPagesDep,
    group: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a group away, and what was granted to it."""

    def act(session: Session) -> None:
        groups.remove_group(session, group, **pages.by)

    said = pages.texts.gettext("The group is gone.")
    return pages.carry_out(act, form.back, said)


@router.post("/groups/{group}/members", name="join_page")
def join(
    pages: UsersPagesDep,
    group: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Put a user into a group."""

    def act(session: Session) -> None:
        user = accounts.find(session, form.user)
        groups.join(session, group, user.id, **pages.by)

    said = pages.texts.gettext("%(name)s is in the group.") % {"name": form.user}
    return pages.carry_out(act, form.back, said)


@router.post("/groups/{group}/members/{user}/remove", name="leave_page")
def leave(
    pages: UsersPagesDep,
    group: RowId,
    user: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a user out of a group."""

    def act(session: Session) -> None:
        groups.leave(session, group, user, **pages.by)

    said = pages.texts.gettext("%(name)s is no longer in the group.") % {"name": form.user}
    return pages.carry_out(act, form.back, said)
