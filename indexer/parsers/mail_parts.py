"""The parts of a message (RFC 2046): which are its body, which are files."""

from __future__ import annotations

import binascii
import email
import email.policy
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.message import Message

from archive.errors import ReadingFailed
from indexer.parsers import tnef
from indexer.parsers.clean import clean_text
from indexer.parsers.html import html_text, html_title
from indexer.parsers.limits import Limits
from indexer.parsers.pkcs7 import signed_content
from indexer.parsers.plain import decode, decode_as

ODD_HEADER = (HeaderParseError, ValueError, LookupError, TypeError, AttributeError)
_SIGNED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
#: A file in the text: its rights and name, lines of 45 bytes, an end.
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\r\n]+)\r?\n(?P<lines>(?:[ -`]{1,62}\r?\n)+?)end[ \t\r]*$",
    re.MULTILINE,
)
_STATUS = "message/delivery-status"  # its parts are headers without bodies (RFC 3464)
#: Alternatives that repeat the HTML for one kind of machine.
_REPEATS = frozenset(("text/x-amp-html", "text/watch-html"))
#: What a saved web page is drawn with: nothing that anybody filed.
_DRESS = re.compile(
    r"text/css|(?:application|text)/(?:x-)?(?:java|ecma)script|(?:application/)?(?:x-)?font"
)
_WORD = re.compile(r"\w{2,}")
_ADDRESS = re.compile(r"\b(?:https?|mailto|cid):\S+|(?<![\w.+-])[\w.+-]{1,64}@\S+")
_SAME = 0.8  # share of one text's words that another has, from which on it says the same


@dataclass(slots=True)
class Parts:
    """Texts of the body and files beside it, both in their order."""

    bodies: list[str] = field(default_factory=list)
    page: Message | None = None  # the first part that is HTML
    files: list[Message | tuple[str, bytes, str | None]] = field(default_factory=list)

    def gather(self, message: Message, limits: Limits, depth: int) -> None:
        """All parts of `message`. Raises ReadingFailed `too-large` below `depth` levels."""
        if depth < 0:
            raise ReadingFailed("too-large", "The parts of the message are nested too deep.")
        kind = message.get_content_type()
        if kind == "message/rfc822" or not message.is_multipart():
            self._leaf(message, limits, depth)
            return
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        if kind == _STATUS:
            fields = (item for part in parts for item in part.raw_items())
            self.bodies.append("\n".join(f"{name}: {as_text(str(raw))}" for name, raw in fields))
            return
        if kind != "multipart/alternative":
            for part in parts:
                self.gather(part, limits, depth - 1)
            return
        branches = []
        for part in parts:
            if part.get_content_type() not in _REPEATS:
                branches.append(Parts())
                branches[-1].gather(part, limits, depth - 1)
        self.bodies += most_telling(["\n".join(branch.bodies) for branch in branches])
        self.files += [file for branch in branches for file in branch.files]
        self.page = self.page or next((b.page for b in branches if b.page), None)

    def title(self) -> str | None:
        """What the first HTML calls itself."""
        if self.page is None:
            return None
        return html_title(payload(self.page), _quietly(self.page.get_content_charset))

    def _leaf(self, part: Message, limits: Limits, depth: int) -> None:
        kind = part.get_content_type()
        if kind in _SIGNED and (inside := _signed_message(part)) is not None:
            self.gather(inside, limits, depth - 1)
        elif (kind in _TNEF or filename(part).lower() == "winmail.dat") and (
            payload(part).startswith(tnef.SIGNATURE)
        ):
            found = tnef.unwrapped(payload(part), limits)
            self.bodies = most_telling([*self.bodies, found.body])
            self.files += found.files
        elif _is_body(part, self.bodies):
            text, files = (_body_text(part), []) if kind == "text/html" else _plain_body(part)
            self.bodies.append(text)
            self.files += files
            if kind == "text/html" and self.page is None:
                self.page = part
        elif not (part.get("Content-Location") and _DRESS.match(kind)):
            self.files.append(part)


def most_telling(texts: list[str]) -> list[str]:
    """Of texts that should say the same, the first that says what the others do.

    A stub ("your program shows no HTML") gives way to what says more; texts of which each says
    much that the other does not are kept both.
    """
    kept: list[str] = []
    for text in filter(str.strip, texts):
        said = "\n".join(kept)
        if kept and _share(text, said) >= _SAME:
            continue
        if kept and _share(said, text) < _SAME:
            kept.append(text)
        else:
            kept = [text]
    return kept


def _share(text: str, other: str) -> float:
    """How much of `text` stands in `other`, addresses aside."""
    words, others = (set(_WORD.findall(_ADDRESS.sub(" ", t.casefold()))) for t in (text, other))
    return len(words & others) / len(words) if words else 1.0


def _signed_message(part: Message) -> Message | None:
    """The message that is signed; None where it can't be taken out: it stays a file."""
    try:
        content = signed_content(payload(part))
    except ReadingFailed:
        return None
    if content is None:
        return None
    return email.message_from_bytes(content, policy=email.policy.default)


def _is_body(part: Message, bodies: list[str]) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and not (filename(part) and bodies)


def _plain_body(part: Message) -> tuple[str, list[tuple[str, bytes, str | None]]]:
    """The text, and the files that older programs wrote into it (POSIX, uuencode)."""
    files: list[tuple[str, bytes, str | None]] = []

    def taken(block: re.Match[str]) -> str:
        try:
            data = b"".join(map(binascii.a2b_uu, block["lines"].splitlines()))
        except (binascii.Error, ValueError):
            return block[0]
        files.append((block["name"].strip(), data, None))
        return ""

    return _UUENCODED.sub(taken, _body_text(part)), files


def _body_text(part: Message) -> str:
    data = payload(part)
    charset = _quietly(part.get_content_charset)
    if part.get_content_type() == "text/html":
        return html_text(data, charset)
    return decode_as(data, charset)


def payload(part: Message) -> bytes:
    """The decoded bytes of a part that has no parts."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def filename(part: Message) -> str:
    """The name that a part says it has; empty where it says none."""
    _write_out(part)
    return clean_text(_quietly(part.get_filename) or "").strip().replace("\n", " ")


def _write_out(part: Message) -> None:
    """Headers with bytes that are no ASCII as texts, before anybody parses them."""
    for name in ("Content-Disposition", "Content-Type"):
        raw = next((value for key, value in part.raw_items() if key.lower() == name.lower()), "")
        if (text := as_text(raw)) != raw:
            with suppress(*ODD_HEADER):
                part.replace_header(name, " ".join(text.split()))


def as_text(raw: str) -> str:
    """A header as it was written: bytes that are no ASCII stand in it as surrogates."""
    return raw if raw.isascii() else decode(raw.encode("utf-8", "surrogateescape"))


def _quietly(get: Callable[[], object]) -> str | None:
    """A header's value, None where the header is too odd to be parsed."""
    try:
        value = get()
    except ODD_HEADER:
        return None
    return value if isinstance(value, str) else None
