"""Every error that Crossfile raises on purpose.

    CrossfileError
    ├── ConfigError           a key of the configuration, its value, what was expected   (exit 2)
    ├── UsageError            a command or request that makes no sense                  (exit 2)
    ├── NotFound              no such document, entry, page (or not for this viewer)     (exit 1)
    │   └── Destroyed         it was there, and was disposed of or erased
    ├── Ambiguous             more than one is called so; carries the candidates         (exit 1)
    ├── NotAllowed            the viewer may see it, and may not do this
    │   └── Kept              a hold covers it: nobody may destroy it
    ├── NotSignedIn           nobody is known to ask; or name and password do not fit
    ├── TooManyTries          asked too often; carries how long to wait
    ├── Conflict              somebody else was quicker, or it exists already
    ├── BlobTooLarge          more bytes than the limit
    ├── DamageFound           bytes, receipts or history are not what they were
    ├── StorageFull           no room; nothing acknowledged is lost
    │   └── StorageFails      nor can anything be written or read back, whatever the room
    │       └── DatabaseAway  the database server does not answer
    ├── AlreadyServed         another process holds the data folder
    ├── ServiceStopped        the service that was to do it runs no more                 (exit 1)
    ├── MailNotTaken          the mail server did not take a message, for now or for good
    └── ReadingFailed         a reader could not read a file; carries a reason code

Messages are for people: what happened, to what, what to do.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

from archive.messages import Counted, Message


class CrossfileError(Exception):
    """Something went wrong that Crossfile understands.

    `message` is a whole sentence with a place `%(name)s` for each of `params`; str() fills it in
    English, and pages say it in their own language (api/pages/sentences.py).
    """

    def __init__(self, message: str = "", /, **params: object) -> None:
        super().__init__(Message(message, **params))
        self.message = message
        self.params = params


class ConfigError(CrossfileError):
    """The configuration is wrong; `others` are further mistakes in it, said in the same breath."""

    def __init__(self, key: str, value: object, expected: str, *others: ConfigError) -> None:
        own = f"Configuration key {key!r} has value {value!r}; expected {expected}."
        super().__init__("\n".join([own, *map(str, others)]))
        self.key = key
        self.value = value
        self.expected = expected
        self.others = others


def all_wrong(errors: Sequence[ConfigError]) -> ConfigError:
    """One error that says all of these, in their order."""
    first, *others = errors
    return ConfigError(first.key, first.value, first.expected, *first.others, *others)


class UsageError(CrossfileError):
    """The command or request makes no sense as it stands."""


class UnknownTarget(UsageError):
    """What is to be linked to, or led to, is called otherwise or can't be seen."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Message(
                "Nothing that you can see is called %(name)s. Give a file number, a number that a "
                "document bears, a path, or an entry as in product:X100."
            ),
            name=name,
        )


class NotFound(CrossfileError):
    """There is nothing of that name that the viewer may see."""

    def __init__(self, what: str, name: object) -> None:
        super().__init__(f"There is no {what} %(name)s.", name=str(name))
        self.what = what
        self.name = str(name)


class Destroyed(NotFound):
    """The document was there, and was destroyed on purpose; its tombstone stands."""

    def __init__(self, name: str, document_id: int) -> None:
        super().__init__("document", name)
        said = Message("%(name)s was destroyed. Its tombstone says when, by whom and why.")
        CrossfileError.__init__(self, said, name=name)
        self.document_id = document_id


class Ambiguous(CrossfileError):
    """More than one thing that the viewer may see is called so; nothing is guessed.

    `candidates` are names that find one each: "D-000012", "product:X100".
    """

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        shown = ", ".join(candidates[:10]) + (", …" if len(candidates) > 10 else "")
        super().__init__(
            Message("%(name)s may mean any of %(candidates)s. Say which one is meant."),
            name=name,
            candidates=shown,
        )
        self.name = name
        self.candidates = tuple(candidates)


class NotAllowed(CrossfileError):
    """The viewer may not do this."""


class Kept(NotAllowed):
    """It is under a hold. Which one, and why, is for the members of its matter alone."""

    def __init__(self) -> None:
        super().__init__(Message("This is kept for legal reasons."))


class NotSignedIn(CrossfileError):
    """Nobody is known to ask, or what was shown as proof is wrong, ended or too old."""


class TooManyTries(CrossfileError):
    """It was tried too often; after `wait_s` seconds it may be tried again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            Message("That was tried too often. Try again in %(wait)s."),
            wait=Counted("%(num)s second", "%(num)s seconds", wait_s),
        )
        self.wait_s = wait_s


class Conflict(CrossfileError):
    """It exists already, or was changed by somebody else meanwhile."""


class ServiceStopped(CrossfileError):
    """The service that was to do some work has ended before it was done."""


class BlobTooLarge(CrossfileError):
    """The file has more bytes than the limit allows; nothing of it was kept."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            Message("The file is larger than the limit of %(max_bytes)s bytes."),
            max_bytes=max_bytes,
        )
        self.max_bytes = max_bytes


class DamageFound(CrossfileError):
    """Bytes, receipts or history are not what they were."""


class StorageFull(CrossfileError):
    """There is no room left; intake waits, and nothing acknowledged is lost."""


class StorageFails(StorageFull):
    """Our own disk fails, is read-only or not there; intake waits as for room."""


class DatabaseAway(StorageFails):
    """The server of the database does not answer, or has ended the connection."""


def storage_error(error: OSError, folder: object) -> StorageFull:
    """What to raise where a file in `folder` of ours can't be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(
            Message("The disk of %(folder)s is full. Make room; intake goes on by itself."),
            folder=folder,
        )
    return StorageFails(
        Message("%(folder)s can't be written: %(error)s. Intake goes on by itself when it can."),
        folder=folder,
        error=error.strerror or type(error).__name__,
    )


class AlreadyServed(CrossfileError):
    """Another process holds the data folder."""

    def __init__(self, folder: object, pid: int) -> None:
        super().__init__(
            f"The data folder {folder} is already served by process {pid}. "
            "Stop that one first, or use another data folder."
        )
        self.pid = pid


class MailNotTaken(CrossfileError):
    """The mail server did not take a message; `is_final` where asking again is of no use."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        super().__init__("The mail server did not take it: %(why)s", why=why)
        self.why = why
        self.is_final = is_final


class ReadingFailed(CrossfileError):
    """A reader could not read a file.

    `code` is one of archive.vocabulary.REASONS; `reason` is its sentence for people.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
