"""Makes the digests that are due for mail, in the process that answers: it searches as people do.

Several such processes over one database make each digest once.
"""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from functools import partial
from typing import Final

from api.digest_view import SUBJECT, digest_of, text_of
from api.service import PageRenderer, Services
from archive import digests
from archive.config import base_url
from archive.digests import Due
from archive.mails import Mail
from web.render import choose_language

LOOK_S: Final = 300.0  # between two looks for what is due


class Digests:
    """Looks now and then for what is due. One that fails costs no other, and is tried again."""

    def __init__(self, services: Services, pages: PageRenderer) -> None:
        self._services = services
        self._pages = pages
        self._stopped = threading.Event()
        self._background = services.background
        self._making = threading.Lock()  # one after the other: nobody waits for them

    def start(self) -> None:
        """Begin; nothing is made where no mail server is configured."""
        if self._services.config.mail.host:
            threading.Thread(target=self._run, name="digests", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_S):
            self._background.begin("digests", self.make_due)

    def make_due(self) -> None:
        """Have all made that are due now."""
        at = self._services.clock()
        with self._services.database.read() as session:
            due = digests.all_due(session, at)
        for one in due:
            self._background.begin(("digest", one.account_id), partial(self.make, one, at))

    def make(self, due: Due, at: datetime) -> None:
        """Make one; where there is nothing to tell, nothing is mailed."""
        with self._making:
            message = self._message(due, at)
            with self._services.database.write() as session:
                digests.keep(session, due, message, at)

    def _message(self, due: Due, at: datetime) -> str:
        services, mail = self._services, self._services.config.mail
        language = choose_language(due.viewer.language or mail.language, "")
        texts = self._pages.texts(language)
        with services.database.read() as session:
            page = digest_of(services, session, due.viewer, texts, due.since, at)
        if page.is_empty:
            return ""
        subject = texts.ugettext(SUBJECT) % {"day": at.date().isoformat()}
        text = text_of(page, texts, base_url(services.config.server))
        written = Mail(due.viewer.name, due.address, subject, text, language)
        return written.written(mail.sender, at, secrets.token_hex(12))
