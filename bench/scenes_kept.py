"""Scenes of what is kept elsewhere: backup, restore, package."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from api.restoring import restored
from api.service import Services, now, open_services
from archive.access import operator
from archive.backup import MANIFEST, backup
from archive.bags import check_bag
from archive.builtin_schemes import entry_schemes
from archive.errors import Conflict
from archive.package import record_package, write_package
from archive.restore import latest
from archive.trail import Wish, gather
from bench.injected import Say
from bench.scenes import Place, Scene, State
from bench.scenes_read import exported, look_at_read, make_read, read_all, still_sound


def _make_backup(place: Place) -> None:
    """Something was backed up before, and there is something new."""
    make_read(place)
    with open_services(place.config) as services:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        backup(services.database, services.vault, place.folder / "backup", lambda: at)
        place.write("invoices/INV-79.txt", b"INVOICE\n\nInvoice no: INV-79\n")
        read_all(services)


def _back_up(place: Place, _say: Say, _kept: Sequence[Any]) -> None:
    with open_services(place.config) as services:
        backup(services.database, services.vault, place.folder / "backup", now)


def _look_at_backup(place: Place, services: Services) -> tuple[list[str], State]:
    """The latest backup gives the archive again; nothing half made lies about."""
    problems, state = look_at_read(place, services)
    folder = place.folder / "backup"
    left = [path.name for path in folder.rglob("*.part")]
    problems += [f"{name} was left half made in the backup." for name in left]
    manifests = [path.parent for path in folder.glob(f"*/{MANIFEST}")]
    if set(manifests) != {path for path in folder.iterdir() if path.name[:2] == "20"}:
        problems.append("A backup has no manifest.")
    other = Place(place.folder / "other")
    shutil.rmtree(other.folder, ignore_errors=True)
    (other.folder / "tree").mkdir(parents=True)
    problems += [finding.text for finding in restored(other.config, folder)]
    with open_services(other.config) as again:
        read_all_of_nothing = exported(again)
    for name in ("documents", "references", "received"):
        if read_all_of_nothing[name] != state[name]:
            problems.append(f"What was restored differs in {name}.")
    return problems, state


def _make_restore(place: Place) -> None:
    """A backup, and an empty place for it."""
    _make_backup(place)
    _back_up(place, lambda *_: None, ())
    shutil.rmtree(place.folder / "data")
    (place.folder / "data").mkdir()
    if place.url:
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")


def _restore(place: Place, _say: Say, _kept: Sequence[Any]) -> None:
    """Where all of it is there, a second restore refuses; then there is nothing left to do."""
    try:
        found = restored(place.config, latest(place.folder / "backup"))
    except Conflict:
        return
    if found:
        raise RuntimeError(f"verify found {found}")


def _look_at_restored(place: Place, services: Services) -> tuple[list[str], State]:
    with open_services(place.config) as again:
        again.intake.catch_up()
        read_all(again)
    return look_at_read(place, services)


def _make_package(place: Place) -> None:
    make_read(place)
    (place.folder / "sent").mkdir()


def _pack(place: Place, _say: Say, _kept: Sequence[Any]) -> None:
    with open_services(place.config) as services, services.database.read() as session:
        by = operator(session)
        trail = gather(session, by, Wish(("PO-2024-113",)), entry_schemes(()))
        path = place.folder / "sent" / "package.zip"
        made = write_package(
            session, by, services.vault, trail, path, now(), history=services.history
        )
        session.rollback()
        with services.database.write() as writing:
            record_package(writing, by, made, now())


def _whole_or_not_there(place: Place, kept: Sequence[Any]) -> list[str]:
    path = place.folder / "sent" / "package.zip"
    wrong = [finding.text for finding in check_bag(path)] if path.exists() else []
    return wrong + still_sound(place, kept)


def _look_at_package(place: Place, services: Services) -> tuple[list[str], State]:
    problems, state = look_at_read(place, services)
    names = sorted(path.name for path in (place.folder / "sent").iterdir())
    return problems + _whole_or_not_there(place, ()), {**state, "sent": names}


BACKUP: Final = Scene("backup", _make_backup, _back_up, _look_at_backup, still_sound)
RESTORE: Final = Scene("restore", _make_restore, _restore, _look_at_restored)
PACKAGE: Final = Scene("package", _make_package, _pack, _look_at_package, _whole_or_not_there)
