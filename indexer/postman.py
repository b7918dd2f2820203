"""Files each notice of a decision as a document of its change request, then sends it by mail.

Digests, and what custodians of holds are told, are sent and not filed.

Both can be done again: the same bytes at the same path are one document, and a message that is sent
twice because a process died in between bears one Message-ID (RFC 5322, section 3.6.4).
"""

from __future__ import annotations

import io
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from archive import custodian_notices, digests, jobs, notices
from archive.arrivals import Arrival, TreePlace, upload_root
from archive.config import MailSection
from archive.custodian_notices import Office
from archive.db import Database
from archive.errors import MailNotTaken
from archive.intake import Intake
from archive.jobs import Claimed, JobKind
from archive.models import Collection, Entry, Notice
from archive.vault import Vault

LEASE = timedelta(minutes=20)  # longer than a mail server may take to answer
MOST_BYTES = 1 << 20
KINDS = (JobKind.NOTICE, JobKind.DIGEST)
UNSENDABLE = "host, sender, user or password of [mail] is not ASCII, or not a name at all"


@dataclass(frozen=True, slots=True)
class _ToPost:
    message: bytes
    collection: str
    path: str
    to_address: str
    is_filed: bool
    is_sent: bool


class Postman:
    """One notice at a time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        mail: MailSection,
        clock: Callable[[], datetime],
        worker: str,
        *,
        office: Office | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._intake = Intake(database, vault, clock)
        self._mail = mail
        self._clock = clock
        self._worker = worker
        self._office = office or Office(mail, "")

    def step(self) -> int:
        """Do what is due of one notice or digest, and for one custodian; how many there were."""
        return self._do_job() + self._tell_custodian()

    def _do_job(self) -> int:
        now = self._clock()
        with self._database.read() as session:
            if not jobs.is_any_due(session, KINDS, now):
                return 0
        with self._database.write() as session:
            claimed = jobs.claim(session, KINDS, by=self._worker, at=now, lease=LEASE)
        for job in claimed:
            if job.kind == JobKind.DIGEST:
                self._post_digest(job)
            else:
                self._post(job)
        return len(claimed)

    def _post(self, job: Claimed) -> None:
        with self._database.read() as session:
            notice = _load(session, job.subject)
        if not notice.is_filed:
            self._file(job.subject, notice)
        failure, is_final = "", True
        if self._mail.host and notice.to_address and not notice.is_sent:
            failure, is_final = self._send(job.subject, notice)
            with self._database.write() as session:
                notices.keep_sent(session, job.subject, failure, self._clock())
        self._end(job, failure, is_final=is_final)

    def _end(self, job: Claimed, failure: str, *, is_final: bool) -> None:
        """The job is done, or to be tried again later."""
        with self._database.write() as session:
            if failure and not is_final:
                jobs.postpone(session, job, failure, self._clock(), by=self._worker)
            else:
                jobs.finish(session, [job], by=self._worker)

    def _post_digest(self, job: Claimed) -> None:
        with self._database.read() as session:
            digest = digests.to_post(session, job.subject)
        failure, is_final = "", True
        if digest is not None and self._mail.host:
            failure, is_final = self._hand_over(digest.to_address, digest.message.encode("ascii"))
            with self._database.write() as session:
                digests.keep_sent(session, job.subject, failure, self._clock())
        self._end(job, failure, is_final=is_final)

    def _send(self, notice_id: int, notice: _ToPost) -> tuple[str, bool]:
        """Why it is not sent, "" where it is; and whether that is final."""
        with self._database.read() as session:
            if notices.is_superseded(session, notice_id):
                return notices.SUPERSEDED, True
        return self._hand_over(notice.to_address, notice.message)

    def _hand_over(self, to_address: str, message: bytes) -> tuple[str, bool]:
        """Why the mail server does not take it, "" where it does; and whether that is final."""
        try:
            send(self._mail, to_address, message)
        except MailNotTaken as error:
            return error.why, error.is_final
        return "", True

    def _tell_custodian(self) -> int:
        """Write what custodians are to be told by now, and post one message; how many."""
        now = self._clock()
        with self._database.read() as session:
            if not custodian_notices.is_any_due(session, self._office, now):
                return 0
        with self._database.write() as session:
            made = custodian_notices.make_due(session, self._office, now)
            post = custodian_notices.claim(session, self._office, now, LEASE)
        if post is None:
            return made
        failure, is_final = self._hand_over(post.to_address, post.message)
        with self._database.write() as session:
            custodian_notices.keep_posted(
                session, post.id, failure, self._clock(), is_final=is_final
            )
        return made + 1

    def _file(self, notice_id: int, notice: _ToPost) -> None:
        blob = self._vault.put(io.BytesIO(notice.message), max_bytes=MOST_BYTES)
        place = TreePlace(upload_root(notice.collection), notice.path)
        received = self._intake.receive([Arrival(blob, notice.collection, place)])[0]
        with self._database.write() as session:
            notices.keep_filed(session, notice_id, received.version_id, self._clock())


def _load(session: Session, notice_id: int) -> _ToPost:
    notice = session.get_one(Notice, notice_id)
    entry = session.get_one(Entry, notice.entry_id)
    collection = session.get_one(Collection, entry.collection_id)
    number = "".join(char if char.isalnum() or char in "-_. " else "-" for char in entry.code)
    # below a folder of its own: nobody uploads there, so it is no version of anything else
    path = f"{notice.made_at.date()}/notices/{notice_id}/{number[:100]} {notice.decision}.eml"
    return _ToPost(
        notice.message.encode("ascii"), collection.name, path, notice.to_address,
        notice.version_id is not None, notice.sent_at is not None,
    )  # fmt: skip


def send(mail: MailSection, to_address: str, message: bytes) -> None:
    """Hand a message to the mail server. Raises `MailNotTaken`."""
    try:
        server = _connected(mail)
        try:
            if mail.user:
                server.login(mail.user, mail.password)
            server.sendmail(mail.sender, [to_address], message)
        finally:
            _leave(server)
    except smtplib.SMTPRecipientsRefused as error:
        code, why = error.recipients[to_address]
        raise MailNotTaken(f"{code} {_plain(why)}", is_final=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise MailNotTaken(
            f"{error.smtp_code} {_plain(error.smtp_error)}", is_final=False
        ) from error
    except UnicodeError:  # what it says quotes the password, so it is left out
        raise MailNotTaken(UNSENDABLE, is_final=True) from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotTaken(str(error) or type(error).__name__, is_final=False) from error


def _connected(mail: MailSection) -> smtplib.SMTP:
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.time_s, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=mail.time_s)
    if mail.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except (OSError, smtplib.SMTPException):
            with suppress(OSError, smtplib.SMTPException):
                server.close()
            raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what comes of that changes nothing of what was taken (RFC 5321, 4.1.1.10)."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _plain(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:500]
