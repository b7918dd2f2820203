"""Puts a worker together from the configuration, and runs it: for good, or until all is done."""

from __future__ import annotations

import hashlib
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from archive import jobs, rereading, scans, troubles
from archive.config import Config, RootSection
from archive.custodian_notices import Office
from archive.db import Database
from archive.disposing import Disposer
from archive.events import canonical
from archive.intake import Intake
from archive.reassigning import reassign
from archive.sealing import History
from archive.sightings import longest_path
from archive.stamping import StampService
from archive.vault import Vault
from indexer import stage_settings
from indexer.cage import Cage, CageLimits
from indexer.disposing import Disposing
from indexer.filer import Filer
from indexer.indexing import Indexing
from indexer.naming import NameSearch, Naming
from indexer.ocr_languages import LanguageWatch, installed_languages
from indexer.office import open_office
from indexer.postman import Postman
from indexer.reader import Reader
from indexer.roots import Root
from indexer.sandbox import check_doors, doors
from indexer.scrubbing import Scrubbing
from indexer.sealing import Sealing
from indexer.search.engines import index_folders
from indexer.stages import Stages
from indexer.watch import Watch
from indexer.worker import IDLE_S, Worker, is_dead, worker_name

GROUP_S = 5.0  # while an ingest reads: many versions recorded together cost less …
INDEX_EVERY_S = 20.0  # … and many put into the index together
PAUSE_S = 0.02  # between two looks at files that are not at rest yet
PER_CHILD = 4  # jobs in the cage for each child, so that none waits for work
TELL_S = 0.5  # between two looks at how far an ingest is
log = structlog.get_logger()


def now() -> datetime:
    """The clock of a running worker."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that a worker needs, put together once."""

    config: Config
    database: Database
    vault: Vault
    cage: Cage
    office: Cage | None
    filer: Filer
    reader: Reader
    names: NameSearch
    indexing: Indexing

    def close(self) -> None:
        """Give back what is held."""
        self.cage.close()
        if self.office:
            self.office.close()
        self.names.close()
        self.indexing.close()
        with self.database.write() as session:
            jobs.release(session, self.reader.name)


def open_workshop(
    config: Config,
    database: Database,
    vault: Vault,
    *,
    roots: Sequence[RootSection] | None = None,
    clock: Callable[[], datetime] = now,
) -> Workshop:
    """Make the parts; `roots` else those of the configuration. Starts the caged processes.

    Raises `ConfigError` where the configuration requires a sandbox that the kernel does not give.
    """
    check_doors(doors(), is_required=config.reading.require_sandbox)
    languages = ocr_languages(config)
    if missing := ocr_missing(config, languages):
        log.warning("languages of OCR are not installed", missing=list(missing))
    limits = CageLimits(
        memory_bytes=config.reading.memory_mb << 20,
        time_s=config.reading.time_s,
        cpu_s=int(config.reading.time_s * 20),
        require_sandbox=config.reading.require_sandbox,
    )
    cage = Cage(
        stage_settings.HANDLER,
        stage_settings.settings_of(config, ocr_languages=languages),
        config.reading.workers,
        limits,
    )
    with database.write() as session:
        jobs.release_of_dead(session, is_dead)  # their leases would last for minutes
    name = worker_name()
    intake = Intake(database, vault, clock)
    office = open_office(config.reading)
    stages = Stages(config, vault, cage, office)
    sections = config.roots if roots is None else roots
    filer = Filer(
        database,
        vault,
        [Root(section, longest_path(database)) for section in sections],
        clock=clock,
    )
    reader = Reader(
        database,
        intake,
        stages,
        naming_of(config),
        clock,
        name,
        depth=config.reading.workers * PER_CHILD,
        has_ocr=bool(languages),
        authority=config.authority,
        joins=config.versions.join,
        ocr_depth=max(config.reading.workers - 1, 1),
    )
    indexing = Indexing(
        database,
        index_folders(config),
        config.data.folder,
        commit_s=config.search.commit_s,
        clock=clock,
        worker=name,
    )
    names = NameSearch(database, naming_of(config), clock, name)
    return Workshop(config, database, vault, cage, office, filer, reader, names, indexing)


def naming_of(config: Config) -> Naming:
    """What reads registered names and folders; each thread has its own."""
    return Naming(stage_settings.schemes_of(config), config.filing_rules)


def ocr_languages(config: Config) -> tuple[str, ...]:
    """The configured languages that Tesseract has here; none where there is no Tesseract."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    there = installed_languages(Path(program))
    return tuple(language for language in config.ocr.languages if language in there)


def ocr_missing(config: Config, there: Sequence[str] | None = None) -> tuple[str, ...]:
    """The configured languages that Tesseract can't read here: scans in them stay unread."""
    known = ocr_languages(config) if there is None else there
    return tuple(language for language in config.ocr.languages if language not in known)


def follow_configuration(workshop: Workshop) -> int:
    """Give documents to the collections that their folders belong to now; how many moved.

    Configured roots only: where others belong is said each time, and for what is new.
    """
    roots = {section.name: Root(section) for section in workshop.config.roots}

    def collection_of(root: str, path: str) -> str | None:
        return roots[root].collection_of(path) if root in roots else None

    with workshop.reader.intake.deciding() as (session, receipts):
        moved = reassign(session, receipts, collection_of, workshop.reader.clock())
    for collection_id in sorted(moved.collections):
        workshop.indexing.rebuild(collection_id)  # what left is in no index any more
    return moved.documents


def ask_for_scans(workshop: Workshop) -> int:
    """Have OCR read what was filed while there was none; how many versions."""
    if not workshop.reader.has_ocr:
        return 0
    with workshop.database.write() as session:
        return scans.ask_waiting(session, workshop.reader.clock())


def use_languages(workshop: Workshop, languages: tuple[str, ...]) -> None:
    """Read pictures in these languages from now on, those that wait for it as well."""
    settings = stage_settings.settings_of(workshop.config, ocr_languages=languages)
    workshop.cage.use(settings)
    workshop.reader.has_ocr = bool(languages)
    asked = ask_for_scans(workshop)
    log.info("Tesseract reads more languages now", languages=list(languages), versions=asked)


def language_watch(workshop: Workshop) -> LanguageWatch:
    """Sees what is installed of Tesseract while the worker runs, and has it used."""
    config = workshop.config
    return LanguageWatch(
        config.ocr.languages,
        workshop.cage.settings["limits"]["ocr_languages"],
        find=lambda: ocr_languages(config),
        use=lambda languages: use_languages(workshop, languages),
    )


def ask_by_rules(workshop: Workshop) -> int:
    """Have all read again where schemes or filing rules have changed since; how many versions."""
    config = workshop.config.model_dump(mode="json", include={"schemes", "filing_rules"})
    rules = hashlib.sha256(canonical(config).encode()).hexdigest()
    with workshop.database.write() as session:
        asked = rereading.ask_by_rules(session, rules, workshop.reader.clock())
    if asked:
        log.info("schemes or filing rules have changed: reading again", versions=asked)
    return asked


def run_worker(config: Config, database: Database, vault: Vault, *, files: bool) -> None:
    """Read and index until a signal says stop; the one worker that `files` sweeps and files too.

    That one alone follows the configuration as well: another may run on a machine where the roots
    are other folders, or none.
    """
    Intake(database, vault, now).catch_up()
    if files:
        with database.write() as session:
            troubles.forget_roots(session, [root.name for root in config.roots])
    workshop = open_workshop(config, database, vault, roots=None if files else ())
    if files:
        follow_configuration(workshop)
        ask_by_rules(workshop)
    ask_for_scans(workshop)
    workshop.reader.languages = language_watch(workshop)
    outside, service = config.history.outside, StampService.of(config.history)
    sealing = Sealing(History(database, vault.folder, outside, service), now)
    office, name = Office.of(config), workshop.reader.name
    postman = Postman(database, vault, config.mail, now, name, office=office)
    disposer = Disposer(database, vault, config.data.folder / "cache", now)
    disposing = Disposing(database, disposer, now, workshop.reader.name, outside=outside)
    worker = Worker(
        workshop.filer if files else None,
        workshop.reader,
        workshop.names,
        workshop.indexing,
        sealing,
        postman,
        Scrubbing(database, vault, now),
        disposing,
        watch_of(workshop.filer) if files else None,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    try:
        worker.run()
    finally:
        workshop.close()


def watch_of(filer: Filer) -> Watch:
    """Tells the filer of what happens in its roots."""
    return Watch([state.root for state in filer.states.values()], filer.hint, filer.ask_sweep)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is."""

    filed: int
    to_read: int
    to_index: int


def ingest(workshop: Workshop, tell: Callable[[Progress], None] = lambda _: None) -> int:
    """File all that lies in the workshop's roots now, read it and index it; then return.

    Returns how many files were filed. What is still being written is waited for. What was missed
    is looked for once more at the end: then it is gone, or moved.
    """
    Intake(workshop.database, workshop.vault, now).catch_up()
    follow_configuration(workshop)
    ask_by_rules(workshop)
    ask_for_scans(workshop)
    filer, reader, indexing = workshop.filer, workshop.reader, workshop.indexing
    reader.group_s = GROUP_S
    indexing.step()  # an index that has to be made is made before there is more to put into it
    for root in filer.states:
        filer.sweep(root)
    filed, last_indexed, last_told = 0, time.monotonic(), 0.0
    while True:
        filed_now = filer.step()
        filed += filed_now
        read_now = reader.step(patience_s=0.0 if filed_now else 0.02)
        looked = workshop.names.step() if not read_now else 0
        indexed = 0
        if not (filed_now or read_now) or time.monotonic() - last_indexed >= INDEX_EVERY_S:
            while put := indexing.step():
                indexed += put
            last_indexed = time.monotonic()
        if filed_now or read_now:
            tell_now = time.monotonic()
            if tell_now - last_told >= TELL_S:
                last_told = tell_now
                tell(Progress(filed, *_left(workshop.database)))
        elif not (looked or indexed):
            if filer.is_idle:
                counts = _left(workshop.database)
                tell(Progress(filed, *counts))
                if counts == (0, 0) and not filer.sweep_again():
                    return filed
                time.sleep(IDLE_S)  # others are at it, or it is tried again later
            else:
                time.sleep(PAUSE_S)


def _left(database: Database) -> tuple[int, int]:
    with database.read() as session:
        waiting = jobs.waiting(session)
    for kind in jobs.ASIDE:  # the service's, and they may wait for long
        waiting.pop(kind, 0)
    to_index = waiting.pop(jobs.JobKind.INDEX, 0)
    return sum(waiting.values()), to_index
