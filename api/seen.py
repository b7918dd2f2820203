"""When sessions and tokens were last used, written now and then instead of with each request."""

from __future__ import annotations

from datetime import datetime
from threading import Event, Lock, Thread
from typing import Final

import structlog
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from archive.db import Database
from archive.errors import StorageFull
from archive.models import SignIn, Token
from archive.sign_ins import SignedIn

EVERY_S: Final = 30.0  # shorter than the shortest idle time, a minute


class Seen:
    """Remembers who was seen when; a thread of its own writes it down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sessions: dict[int, datetime] = {}
        self._tokens: dict[int, datetime] = {}
        self._lock = Lock()
        self._stopped = Event()
        self._thread: Thread | None = None

    def note(self, signed_in: SignedIn, now: datetime) -> None:
        """This session or token was used."""
        with self._lock:
            if signed_in.session_id is not None:
                self._sessions[signed_in.session_id] = now
            if signed_in.token_id is not None:
                self._tokens[signed_in.token_id] = now

    def write(self) -> None:
        """Write down what was noted."""
        with self._lock:
            noted = ((SignIn, self._sessions), (Token, self._tokens))
            self._sessions, self._tokens = {}, {}
        if not any(times for _, times in noted):
            return
        try:
            with self._database.write() as session:
                for kind, times in noted:
                    for row, seen_at in times.items():
                        session.execute(update(kind).where(kind.id == row).values(seen_at=seen_at))
        except (OperationalError, StorageFull) as error:  # the next use is noted again
            structlog.get_logger().warning("times of use are not written", reason=str(error))

    def start(self) -> None:
        """Begin to write by itself."""
        self._stopped.clear()
        self._thread = Thread(target=self._run, name="seen", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write the rest and end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.write()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_S):
            self.write()
