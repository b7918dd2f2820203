"""Time stamps on checkpoints, by a service outside (RFC 3161): so old the record is at least.

    vault/history/stamps/0000001000-<key>-<sum>.tsr   the service's answer, DER; 0444

Stamped is the file of the checkpoint. `sum` begins the SHA-256 of the answer: parts of one are
covered by no signature. Who has the key of the archive can sign another history, and not with the
time of then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from archive.errors import ConfigError
from archive.files import publish

if TYPE_CHECKING:
    from archive.config_rules import HistorySection
    from archive.sealing import History

PATIENCE_S: Final = 10.0  # for the service to answer
MOST_BYTES: Final = 1 << 20  # of an answer
SUM_CHARS: Final = 16  # of the SHA-256 in the name of a stamp


class NotStamped(Exception):
    """The service gave no stamp, or none that is good; says why in half a sentence."""


@dataclass(frozen=True, slots=True)
class StampService:
    """A service that stamps. `roots`: a PEM file of the certificates that are believed."""

    url: str
    roots: Path

    @classmethod
    def of(cls, section: HistorySection) -> StampService | None:
        """The one that is configured."""
        return cls(section.stamp_url, Path(section.stamp_roots)) if section.stamp_url else None

    def stamp(self, data: bytes) -> bytes:
        """A stamp on `data`, checked. Raises `NotStamped`."""
        import urllib.request  # this and what checks stamps takes a while, and few have a service
        from http.client import HTTPException

        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
        headers = {"Content-Type": "application/timestamp-query"}
        request = urllib.request.Request(self.url, asked.as_bytes(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                stamp: bytes = response.read(MOST_BYTES)
        except (OSError, HTTPException) as error:
            raise NotStamped(getattr(error, "reason", None) or str(error)) from error
        self._time(stamp, data, asked.nonce)
        return stamp

    def time(self, stamp: bytes, data: bytes) -> datetime:
        """When `data` was stamped, in UTC. Raises `NotStamped` unless that was so."""
        return self._time(stamp, data, None)

    def _time(self, stamp: bytes, data: bytes, nonce: int | None) -> datetime:
        from cryptography.x509 import load_pem_x509_certificates
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

        try:
            roots = load_pem_x509_certificates(self.roots.read_bytes())
            answer = decode_timestamp_response(stamp)
            VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(answer, data)
        except (OSError, ValueError, VerificationError) as error:
            raise NotStamped(str(error)) from error
        return answer.tst_info.gen_time


@dataclass(frozen=True, slots=True)
class Stamped:
    """The checkpoint of so many events, and by when it was there."""

    events: int
    at: datetime


def wrong_roots(section: HistorySection) -> Iterator[ConfigError]:
    """What is wrong with the file of the certificates that are believed."""
    if not section.stamp_url:
        return
    from cryptography.x509 import load_pem_x509_certificates

    try:
        if load_pem_x509_certificates(Path(section.stamp_roots).read_bytes()):
            return
    except (OSError, ValueError):
        pass
    expected = "a PEM file with the root certificates of the service that history.stamp_url names"
    yield ConfigError("history.stamp_roots", section.stamp_roots, expected)


def stamp_last(history: History) -> str | None:
    """Have the last checkpoint stamped unless it is; a sentence where that can't be done."""
    service, last = history.service, history.latest()
    if service is None or last is None or any(stamps_on(history, last.path)):
        return None
    try:
        stamp = service.stamp(last.path.read_bytes())
        publish(history.stamps / stamp_name(last.path, stamp), [stamp])
    except NotStamped as error:
        return f"{service.url} does not stamp checkpoints: {str(error).rstrip('.')}."
    except OSError as error:
        return f"Stamps can't be kept in {history.stamps}: {error.strerror}."
    return None


def stamp_name(checkpoint: Path, stamp: bytes) -> str:
    """The name of a stamp on the checkpoint of that file."""
    return f"{checkpoint.stem}-{hashlib.sha256(stamp).hexdigest()[:SUM_CHARS]}.tsr"


def stamps_on(history: History, checkpoint: Path) -> Iterator[Path]:
    """The stamps on that checkpoint."""
    yield from sorted(history.stamps.glob(f"{checkpoint.stem}-*.tsr"))


def look(history: History) -> tuple[Stamped | None, list[str]]:
    """The largest checkpoint that is stamped, and sentences on what is wrong with stamps.

    Where no service is configured nobody is believed: then they are what was written, or not.
    """
    outside = [path for folder in history.outside for path in sorted(folder.glob("*.tsr"))]
    inside = sorted(history.stamps.glob("*.tsr"))  # after the copies of them
    names = {path.name for path in inside}
    found = []
    wrong = [f"{path} is not in the vault any more." for path in outside if path.name not in names]
    for path in (*inside, *outside):
        checkpoint = history.place(f"{path.stem.rpartition('-')[0]}.txt")
        try:
            stamp, data = path.read_bytes(), checkpoint.read_bytes()
            if stamp_name(checkpoint, stamp) != path.name:
                wrong.append(f"{path} is not what was written.")
            elif history.service is not None:
                at = history.service.time(stamp, data)
                found.append(Stamped(int(checkpoint.stem.partition("-")[0]), at))
        except (OSError, NotStamped) as error:
            wrong.append(f"{path} is no stamp on its checkpoint: {str(error).rstrip('.')}.")
    return max(found, key=lambda one: (one.events, -one.at.timestamp()), default=None), wrong
