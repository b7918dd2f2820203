"""Parts of requests that many routes share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.auth import administrator, current_viewer
from api.pages.frame import services_of, signed_in_of
from api.service import Services
from archive.access import Viewer
from archive.errors import NotSignedIn
from archive.listing import MOST
from archive.records import document_id_of
from archive.sign_ins import SignedIn
from archive.times import parse_moment


async def _services(request: Request) -> Services:
    return services_of(request)


async def _read(request: Request) -> AsyncIterator[Session]:
    """A session that nothing has been asked of yet: the first statement, in a thread, connects."""
    database = services_of(request).database
    with ExitStack() as stack:
        yield stack.enter_context(database.read())
        if not database.is_sqlite:  # there it is quicker closed than handed to a thread
            await run_in_threadpool(stack.close)


async def _signed_in(request: Request) -> SignedIn:
    signed_in = signed_in_of(request)
    if signed_in is None:
        raise NotSignedIn("Sign in, or send a token that is valid.")
    return signed_in


async def _document_id(document: Annotated[str, Path(pattern=r"^D-[0-9]{6,18}$")]) -> int:
    return document_id_of(document)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first hours of year 1, east of Greenwich
        raise ValueError("a moment from year 1 to 9999 in UTC") from error


ServicesDep = Annotated[Services, Depends(_services)]
SessionDep = Annotated[Session, Depends(_read)]  # reads; writes open `services.database.write()`
ViewerDep = Annotated[Viewer, Depends(current_viewer)]
AdministratorDep = Annotated[Viewer, Depends(administrator)]
SignedInDep = Annotated[SignedIn, Depends(_signed_in)]

DocumentId = Annotated[int, Depends(_document_id)]  # of `{document}` in the path: D-000123
DocumentNumber = Annotated[str, Field(pattern=r"^D-[0-9]{6,18}$")]  # in a body
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]  # in a body
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Secret = Annotated[str, Field(max_length=1024)]


class Closed(BaseModel):
    """A query or body in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


class Paging(Closed):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class Then(Closed):
    """What was known at a time, what held on a day."""

    as_of: Annotated[str, Field(max_length=40)] | None = None
    on: date | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment of `as_of`. Raises `UsageError`."""
        return parse_moment(self.as_of) if self.as_of else None

    @property
    def times(self) -> dict[str, Any]:
        """Both, as the archive takes them. Raises `UsageError`."""
        return {"as_of": self.moment, "on": self.on}


PagingDep = Annotated[Paging, Query()]
