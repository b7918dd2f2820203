"""Scenes of reading: parse, refer, names and index; what is inside goes through the door, too."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from email.message import EmailMessage
from typing import Any, Final

from sqlalchemy import select

from api.index_keys import IndexKeys
from api.service import Services, now, open_services
from archive import agreement, exports, fixity, jobs
from archive.access import operator
from archive.config import Config
from archive.models import Event, Job
from bench.injected import Say
from bench.scenes import Place, Scene, State, litter, said, sound, sweep
from indexer import stage_child, stage_settings
from indexer.cage import CageAnswer, CageTask
from indexer.filer import Filer
from indexer.indexing import Indexing
from indexer.naming import NameSearch
from indexer.reader import Reader
from indexer.roots import Root
from indexer.search.engines import index_folders
from indexer.service import Workshop, ingest, naming_of
from indexer.stages import Stages
from indexer.worker import is_dead, worker_name

#: What differs between two runs that did the same: times, hashes of nothing, and who drew what.
TIMES: Final = frozenset({"recorded_at", "received_at"})


class InHere:
    """Answers at once what a cage would: the readers write nothing, so nobody kills them here."""

    def __init__(self, config: Config) -> None:
        settings = stage_settings.settings_of(config, ocr_languages=())
        self._answer = stage_child.handle(settings)

    def submit(self, task: CageTask) -> Future[CageAnswer]:
        """The answer, in a future that is done."""
        future: Future[CageAnswer] = Future()
        with task.file.open("rb") as stream:  # type: ignore[union-attr]
            header, body = self._answer(dict(task.request), stream.fileno())
        future.set_result(CageAnswer(header, body))
        return future

    def close(self) -> None:
        """Nothing is held."""


def _workshop(services: Services) -> Workshop:
    """What `open_workshop` puts together, with readers of this process."""
    config, database, vault = services.config, services.database, services.vault
    cage: Any = InHere(config)
    with database.write() as session:
        jobs.release_of_dead(session, is_dead)
    roots = [Root(section) for section in config.roots]
    filer = Filer(database, vault, roots, clock=now)
    name = worker_name()
    reader = Reader(
        database, services.intake, Stages(config, vault, cage), naming_of(config), now, name,
        depth=4, has_ocr=False,
    )  # fmt: skip
    indexing = Indexing(
        database, index_folders(config), config.data.folder, commit_s=1.0, clock=now, worker=name
    )
    names = NameSearch(database, naming_of(config), now, name)
    return Workshop(config, database, vault, cage, None, filer, reader, names, indexing)


def _make_reading(place: Place) -> None:
    """Files that follow one another, cite one another, and hold others; nothing is read yet."""
    place.write("orders/PO-2024-113.txt", b"PURCHASE ORDER\n\nOrder no: PO-2024-113\n")
    place.write("invoices/INV-77.txt", b"INVOICE\n\nInvoice no: INV-77\nYour order PO-2024-113\n")
    place.write("invoices/INV-78.txt", b"INVOICE\n\nInvoice no: INV-78\nYour order PO-2024-999\n")
    place.write("mail/hello.eml", _mail())
    with open_services(place.config) as services:
        sweep(services)
    place.write("orders/PO-2024-113.txt", b"PURCHASE ORDER\n\nOrder no: PO-2024-113\nRevision B\n")


def _mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "The delivery", "a@example.org", "b@example.org"
    mail.set_content("See the note for order PO-2024-113.")
    for number in (1, 2):
        text = f"DELIVERY NOTE\n\nDelivery note no: DN-{number}\nOrder PO-2024-113\n"
        mail.add_attachment(text, filename=f"note-{number}.txt")
    return mail.as_bytes()


def make_read(place: Place) -> None:
    """The same, when all of it is read and indexed."""
    _make_reading(place)
    _read(place, lambda *_: None, ())


def read_all(services: Services) -> None:
    """File, read and index all, as `crossfile ingest` does."""
    workshop = _workshop(services)
    try:
        ingest(workshop)
    finally:
        workshop.close()


def _read(place: Place, _say: Say, _kept: Sequence[Any]) -> None:
    with open_services(place.config) as services:
        read_all(services)


def exported(services: Services) -> State:
    """What the archive says of itself to people, but for times."""
    with services.database.read() as session:
        by = operator(session)
        documents = [_timeless(line) for line in exports.documents(session, by)]
        references = [
            _timeless(line) for line in exports.references(session, by, all_versions=True)
        ]
        left = list(session.scalars(select(Job.kind)))
        kinds = Counter(session.scalars(select(Event.kind)))
    called = {line["document"]: line["path"] for line in documents}
    return {
        "documents": _by_path(documents, called),
        "references": _by_path(references, called),
        "jobs": left,
        "received": kinds["received"],
    }


def _by_path(lines: list[dict[str, Any]], called: dict[str, str]) -> list[str]:
    """Lines with paths for file numbers: who came first after a death may be another."""
    names = re.compile("|".join(called) or "none")
    texts = (names.sub(lambda name: called[name[0]], json.dumps(line)) for line in lines)
    return sorted(texts)


def _timeless(line: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in line.items() if name not in TIMES}
    if "history" in kept:
        kept["history"] = [_timeless(one) for one in kept["history"]]
    return kept


def look_at_read(place: Place, services: Services) -> tuple[list[str], State]:
    """An archive that is read: sound, and what it says."""
    return sound(services) + litter(place), exported(services)


def still_sound(place: Place, _kept: Sequence[Any]) -> list[str]:
    """What `verify` and `check` say when it has just been opened again, with the work undone."""
    with open_services(place.config) as services:
        services.intake.catch_up()
        database, vault = services.database, services.vault
        found = list(said(fixity.verify(database, vault, clock=now)))
        return found + list(
            said(agreement.check(database, vault, IndexKeys(place.config), clock=now))
        )


READING: Final = Scene("reading", _make_reading, _read, look_at_read, still_sound)
