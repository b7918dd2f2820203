"""What the service is made of, opened together and closed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import ArgumentError, DatabaseError

from api.background import Background
from api.lock import opened, refuse_network
from archive import file_passwords, schema
from archive.config import Config
from archive.configured import ensure_collections
from archive.db import Database, require_alive, sqlite_url
from archive.errors import ConfigError, StorageFull
from archive.intake import Intake
from archive.passwords import Passwords
from archive.sealing import History
from archive.sign_ins import Lifetimes
from archive.stamping import StampService
from archive.throttle import Throttle
from archive.vault import Vault

if TYPE_CHECKING:
    from babel.support import NullTranslations

    from api.finder import Finder
    from api.known_discrepancies import KnownDiscrepancies
    from api.pictures import Pictures
    from web.views.common import Frame, View

Clock = Callable[[], datetime]


class PageRenderer(Protocol):
    """Makes HTML of plain data: web.render.Pages."""

    def render(self, view: View, frame: Frame) -> str:
        """The whole page."""
        ...

    def texts(self, language: str) -> NullTranslations:
        """The catalogue of a language."""
        ...


@dataclass(frozen=True)
class Services:
    """Everything that commands and requests work with. Made once for a process."""

    config: Config
    database: Database
    vault: Vault
    intake: Intake
    clock: Clock
    passwords: Passwords = field(default_factory=Passwords)
    throttle: Throttle = field(default_factory=Throttle)
    address_throttle: Throttle = field(default_factory=lambda: Throttle(most=30))
    uploading: Lock = field(default_factory=Lock)  # held while an upload finds its path
    background: Background = field(default_factory=Background)

    @cached_property
    def finder(self) -> Finder:
        """What answers searches. Made when it is first asked for: it takes a while to import."""
        from api.finder import Finder

        return Finder(self.config)

    @cached_property
    def discrepancies(self) -> KnownDiscrepancies:
        """What does not agree among papers of trade, kept between two looks."""
        from api.known_discrepancies import KnownDiscrepancies

        return KnownDiscrepancies(self.database, self.background)

    @cached_property
    def history(self) -> History:
        """What proves the record of events."""
        section = self.config.history
        return History(self.database, self.vault.folder, section.outside, StampService.of(section))

    @cached_property
    def pictures(self) -> Pictures:
        """What makes pictures of pages."""
        from api.pictures import Pictures

        return Pictures(self.config, self.vault)

    @cached_property
    def ocr_missing(self) -> tuple[str, ...]:
        """Languages of OCR that are not installed. Asked once: Tesseract is started to tell."""
        from indexer.service import ocr_missing

        return ocr_missing(self.config)

    def passwords_for(self, document_id: int) -> Callable[[], Sequence[str]]:
        """The passwords with which a locked file of this document is tried, looked up if asked."""

        def passwords() -> Sequence[str]:
            with self.database.read() as session:
                return file_passwords.for_document(session, document_id)

        return passwords

    def close(self) -> None:
        """End what was started; what is asked for afterwards is started again."""
        self.background.end()
        for name in ("pictures", "finder"):
            started: Pictures | Finder | None = vars(self).pop(name, None)
            if started is not None:
                started.close()

    @property
    def lifetimes(self) -> Lifetimes:
        """How long sessions live, by the configuration."""
        server = self.config.server
        return Lifetimes(
            timedelta(minutes=server.session_idle_min), timedelta(hours=server.session_max_h)
        )


def now() -> datetime:
    """The clock of the machine, aware UTC."""
    return datetime.now(UTC)


@contextmanager
def open_services(config: Config, clock: Clock = now) -> Iterator[Services]:
    """Open data folder and database; where nobody else has them open, make them ready first.

    Raises `ConfigError` where folder or database are not what they should be.
    """
    folder = config.data.folder
    url = config.data.database
    with ExitStack() as stack:
        if not url:
            refuse_network(folder)
            url = sqlite_url(folder / "crossfile.sqlite")
        vault = Vault(folder / "vault")
        database = _database(url)
        stack.callback(database.close)

        def prepare() -> None:
            vault.prepare()
            _require_answer(database)
            schema.upgrade(database)
            history = History(database, vault.folder)
            history.prepare()
            history.tidy()

        stack.enter_context(opened(folder, prepare))
        _require_answer(database)
        schema.require_head(database)
        ensure_collections(database, config)
        services = Services(config, database, vault, Intake(database, vault, clock), clock)
        stack.callback(services.close)
        yield services


def _database(url: str) -> Database:
    try:
        return Database(url)
    except (ArgumentError, ImportError) as error:  # its value may hold a password: not shown
        expected = "nothing, for SQLite, or postgresql://user:password@host/name"
        raise ConfigError("data.database", "…", expected) from error


def _require_answer(database: Database) -> None:
    try:
        require_alive(database)
    except (DatabaseError, StorageFull) as error:
        shown = database.engine.url.render_as_string(hide_password=True)
        raise ConfigError("data.database", shown, "a database that answers") from error
