"""Filing folders from the command line: with the worker in this process, or beside a service."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from api.lock import is_served
from api.service import Services
from archive import jobs
from archive.access import operator
from archive.config import Config, RootSection
from archive.errors import UsageError
from archive.models import Document, Version
from archive.references import outgoing
from indexer.service import Progress, ingest, open_workshop

TELL_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ingest: the archive as it stands after it."""

    filed: int
    documents: int
    unreadable: int
    resolved: int
    waiting: int
    ambiguous: int

    def sentence(self) -> str:
        """For people."""
        return (
            f"{self.filed} files filed. The archive has {self.documents} documents, "
            f"{self.unreadable} of them unreadable; {self.resolved} references are resolved, "
            f"{self.waiting} wait, {self.ambiguous} are ambiguous."
        )


def roots_of(
    config: Config, paths: Sequence[Path], root: str | None, collection: str
) -> list[RootSection]:
    """The roots to sweep for these paths: the configured ones that hold them, else new ones."""
    sections: dict[str, RootSection] = {}
    for path in paths:
        resolved = path.resolve()
        known = next((r for r in config.roots if resolved.is_relative_to(r.path.resolve())), None)
        if known:
            sections[known.name] = known
            continue
        folder = resolved if resolved.is_dir() else resolved.parent
        name = root or re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name).strip("-._") or "files"
        if name in sections and sections[name].path != folder:
            raise UsageError(f"Two folders can't both be the root {name}; give them one by one.")
        data = config.data.folder.resolve()
        if data.is_relative_to(folder) or folder.is_relative_to(data):
            raise UsageError(f"{path} and the data folder {data} lie in one another.")
        sections[name] = RootSection(name=name, path=folder, collection=collection)
    return list(sections.values())


def ingest_paths(
    services: Services, roots: Sequence[RootSection], *, tell: Callable[[str], None]
) -> Outcome:
    """File all that lies there, and return when it is searchable."""
    if is_served(services.config.data.folder):
        filed = _beside_a_service(services, roots, tell)
    else:
        last = 0.0

        def show(progress: Progress) -> None:
            nonlocal last
            if time.monotonic() - last >= TELL_EVERY_S:
                last = time.monotonic()
                tell(
                    f"{progress.filed} filed, {progress.to_read} to read, "
                    f"{progress.to_index} to index"
                )

        workshop = open_workshop(
            services.config, services.database, services.vault, roots=roots, clock=services.clock
        )
        try:
            filed = ingest(workshop, show)
        finally:
            workshop.close()
    return _outcome(services, filed)


def _beside_a_service(
    services: Services, roots: Sequence[RootSection], tell: Callable[[str], None]
) -> int:
    """File here, let the service read, and wait for it."""
    workshop = open_workshop(
        services.config, services.database, services.vault, roots=roots, clock=services.clock
    )
    try:
        filer = workshop.filer
        for name in filer.states:
            filer.sweep(name)
        filed = 0
        while not filer.is_idle:
            filed += filer.step()
    finally:
        workshop.close()
    while True:
        with services.database.read() as session:
            left = sum(jobs.waiting(session).values())
        if not left:
            return filed
        tell(f"{filed} filed, {left} jobs for the service")
        time.sleep(TELL_EVERY_S)


def _outcome(services: Services, filed: int) -> Outcome:
    with services.database.read() as session:
        viewer = operator(session)
        counts = session.execute(
            select(Version.status, func.count())
            .join(Document, Document.current_version_id == Version.id)
            .group_by(Version.status)
        )
        by_status = {row[0]: row[1] for row in counts}
        statuses = [view.status for view in outgoing(session, viewer)]
    return Outcome(
        filed=filed,
        documents=sum(by_status.values()),
        unreadable=by_status.get("unreadable", 0),
        resolved=statuses.count("resolved"),
        waiting=statuses.count("waiting"),
        ambiguous=statuses.count("ambiguous"),
    )
