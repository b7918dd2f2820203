"""Collections, groups and grants: kept by administrators; everybody sees their own collections."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from api.parameters import (
    AdministratorDep,
    Closed,
    Name,
    PagingDep,
    RowId,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from archive import grants, groups
from archive.grants import Granted
from archive.groups import Member, Named
from archive.listing import Listing

router = APIRouter(prefix="/api/v1", tags=["access"])


class NewName(Closed):
    """A collection or group to be made."""

    name: Name


class NewGrant(Closed):
    """What a user or a group, one of the two, may do in a collection; all by name."""

    collection: Name
    right: Literal["read", "write"]
    user: Name | None = None
    group: Name | None = None


@router.get("/collections", name="list_collections")
def list_collections(paging: PagingDep, session: SessionDep, viewer: ViewerDep) -> Listing[Named]:
    """The collections that one may read, by name."""
    return grants.list_collections(session, by=viewer, limit=paging.limit, offset=paging.offset)


@router.post("/collections", status_code=201, name="make_collection")
def make_collection(new: NewName, services: ServicesDep, viewer: AdministratorDep) -> Named:
    """A new collection, which only administrators see at first."""
    with services.database.write() as session:
        return grants.make_collection(session, new.name, by=viewer, at=services.clock())


@router.get("/groups", name="list_groups")
def list_groups(paging: PagingDep, session: SessionDep, viewer: AdministratorDep) -> Listing[Named]:
    """All groups, by name."""
    return groups.list_groups(session, by=viewer, limit=paging.limit, offset=paging.offset)


@router.post("/groups", status_code=201, name="make_group")
def make_group(new: NewName, services: ServicesDep, viewer: AdministratorDep) -> Named:
    """A new group, with nobody in it."""
    with services.database.write() as session:
        return groups.make_group(session, new.name, by=viewer, at=services.clock())


@router.delete("/groups/{group}", status_code=204, name="remove_group")
def remove_group(group: RowId, services: ServicesDep, viewer: AdministratorDep) -> None:
    """Take a group away, and what was granted through it."""
    with services.database.write() as session:
        groups.remove_group(session, group, by=viewer, at=services.clock())


@router.get("/groups/{group}/members", name="list_members")
def list_members(
    group: RowId, paging: PagingDep, session: SessionDep, viewer: AdministratorDep
) -> Listing[Member]:
    """Who is in a group, by name."""
    return groups.list_members(session, group, by=viewer, limit=paging.limit, offset=paging.offset)


@router.put("/groups/{group}/members/{user}", status_code=204, name="join_group")
def join_group(group: RowId, user: RowId, services: ServicesDep, viewer: AdministratorDep) -> None:
    """Put a user into a group."""
    with services.database.write() as session:
        groups.join(session, group, user, by=viewer, at=services.clock())


@router.delete("/groups/{group}/members/{user}", status_code=204, name="leave_group")
def leave_group(group: RowId, user: RowId, services: ServicesDep, viewer: AdministratorDep) -> None:
    """Take a user out of a group."""
    with services.database.write() as session:
        groups.leave(session, group, user, by=viewer, at=services.clock())


@router.get("/grants", name="list_grants")
def list_grants(
    paging: PagingDep, session: SessionDep, viewer: AdministratorDep
) -> Listing[Granted]:
    """All grants, by collection."""
    return grants.list_grants(session, by=viewer, limit=paging.limit, offset=paging.offset)


@router.post("/grants", status_code=201, name="grant")
def grant(new: NewGrant, services: ServicesDep, viewer: AdministratorDep) -> Granted:
    """Let a user or a group read, or read and write, a collection; instead of what stood before."""
    with services.database.write() as session:
        return grants.grant(
            session,
            new.collection,
            new.right,
            by=viewer,
            at=services.clock(),
            user=new.user,
            group=new.group,
        )


@router.delete("/grants/{grant_id}", status_code=204, name="revoke_grant")
def revoke_grant(grant_id: RowId, services: ServicesDep, viewer: AdministratorDep) -> None:
    """Take a grant back."""
    with services.database.write() as session:
        grants.revoke(session, grant_id, by=viewer, at=services.clock())
