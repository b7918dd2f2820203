"""Passwords of files: told to the readers, never told back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.parameters import Closed, Name, PagingDep, RowId, ServicesDep, SessionDep, ViewerDep
from archive import file_passwords
from archive.file_passwords import MOST_CHARS, FilePasswordTold
from archive.listing import Listing

router = APIRouter(prefix="/api/v1", tags=["documents"])


class NewFilePassword(Closed):
    """With which locked files of a collection are to be tried, now and later."""

    collection: Name
    password: Annotated[str, Field(min_length=1, max_length=MOST_CHARS, pattern=r"^[^\x00]*$")]
    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class FilePasswordAdded(BaseModel):
    """Its id, and how many files that need a password are read again now."""

    id: int
    versions: int


@router.get("/file-passwords", name="list_file_passwords")
def list_file_passwords(
    paging: PagingDep, session: SessionDep, viewer: ViewerDep
) -> Listing[FilePasswordTold]:
    """Those of the collections in which one may file, without the passwords themselves."""
    return file_passwords.list_passwords(
        session, by=viewer, limit=paging.limit, offset=paging.offset
    )


@router.post("/file-passwords", status_code=201, name="add_file_password")
def add_file_password(
    new: NewFilePassword, services: ServicesDep, viewer: ViewerDep
) -> FilePasswordAdded:
    """Try this password on the locked files of a collection, and on those that come."""
    with services.database.write() as session:
        password_id, versions = file_passwords.add_password(
            session,
            new.collection,
            new.password,
            by=viewer,
            at=services.clock(),
            note=new.note,
        )
    return FilePasswordAdded(id=password_id, versions=versions)


@router.delete("/file-passwords/{password}", status_code=204, name="remove_file_password")
def remove_file_password(password: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Forget a password. What was read with it stays read until it is read again."""
    with services.database.write() as session:
        file_passwords.remove_password(session, password, by=viewer, at=services.clock())
