"""What the page of users and grants shows, and how an act on it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.account import session_rows
from api.pages.frame import done, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.parameters import AdministratorDep, ServicesDep, SignedInDep
from archive import accounts, grants, groups, sign_ins, tokens
from archive.access import ROLES, Viewer
from archive.errors import CrossfileError
from archive.listing import MOST
from archive.status import collections_of
from web.address import Address
from web.views.house import CollectionRow, GrantRow, GroupRow, TokenRow, UserRow, UsersPage

ON_A_PAGE: Final = 50
MOST_SESSIONS: Final = 50


class UsersPages:
    """The page of users and grants, as an administrator looks at it and acts on it."""

    def __init__(
        self,
        request: Request,
        services: ServicesDep,
        viewer: AdministratorDep,
        who: SignedInDep,
    ) -> None:
        self.request, self.services, self.viewer = request, services, viewer
        self.session_id = who.session_id
        self.texts = texts_of(request)
        self.by: Final[dict[str, Any]] = {"by": viewer, "at": services.clock()}

    def carry_out(self, act: Callable[[Session], None], back: str, said: str) -> Response:
        """Do it and go back; or the page again, with what was wrong."""
        try:
            with self.services.database.write() as session:
                act(session)
        except CrossfileError as error:
            return self.again(error=tell(error, self.texts))
        return done(back, said)

    def again(self, *, secret: str = "", link: str = "", error: str = "") -> Response:
        """The page with what is shown this once."""
        with self.services.database.read() as session:
            page = replace(self.page(session), secret=secret, link=link, error=error)
            return show(self.request, page, session, status=422 if error else 200)

    def page(self, session: Session) -> UsersPage:
        """Everybody, and what they may do."""
        number = page_of(dict(parse_qsl(self.request.url.query)).get("page", "1"))
        users = accounts.list_users(
            session, by=self.viewer, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
        )
        opened = sign_ins.list_sessions(
            session,
            by=self.viewer,
            now=self.by["at"],
            lifetimes=self.services.lifetimes,
            limit=MOST,
        )
        counts = Counter(one.user_id for one in opened.items)
        last = {one.user_id: one.seen_at for one in reversed(opened.items)}
        return UsersPage(
            users=tuple(
                UserRow(
                    str(user.id), user.name, user.role, user.disabled_at is None,
                    last.get(user.id), counts[user.id],
                )
                for user in users.items
            ),
            collections=tuple(
                CollectionRow(one.name, sum(one.by_status.values()), 0, 0, 0)
                for one in collections_of(session, self.viewer)
            ),
            grants=tuple(
                GrantRow(
                    str(one.id), one.user or one.group or "", one.collection, one.right,
                    one.user is None,
                )
                for one in grants.list_grants(session, by=self.viewer).items
            ),
            tokens=tuple(
                TokenRow(str(one.id), one.name, one.role, one.created_at, one.seen_at, one.user)
                for one in tokens.list_tokens(session, by=self.viewer).items
                if one.ended_at is None
            ),
            sessions=session_rows(opened.items[:MOST_SESSIONS], self.session_id),
            roles=tuple(ROLES),
            rights=grants.RIGHTS,
            groups=_groups(session, self.viewer),
            pager=pager(Address("/users"), number, users.total, ON_A_PAGE),
        )  # fmt: skip


def _groups(session: Session, viewer: Viewer) -> tuple[GroupRow, ...]:
    return tuple(
        GroupRow(
            str(group.id),
            group.name,
            tuple(
                (str(member.user_id), member.user)
                for member in groups.list_members(session, group.id, by=viewer).items
            ),
        )
        for group in groups.list_groups(session, by=viewer).items
    )


UsersPagesDep = Annotated[UsersPages, Depends()]
