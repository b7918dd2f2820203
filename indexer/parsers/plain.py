"""Text that is text: TXT, MD, CSV, TSV, JSON, YAML and whatever else has no other reader."""

from __future__ import annotations

import codecs

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.source import Contents, Pages, Source

_ENCRYPTED = b"-----BEGIN PGP MESSAGE-----"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What Python calls the charsets of Western Europe, and what is meant by them.
_WESTERN = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "cp1252": "cp1252", "iso8859-15": "iso8859-15",
}  # fmt: skip
_SAMPLE = 4096  # bytes
_FLAW = "\N{REPLACEMENT CHARACTER}"
_CUT = "unexpected end of data"  # what Python says of a last letter that is not whole
_FEWEST, _MOSTLY = 3, 4  # letters beyond ASCII; and how many for each flaw


def read(file: Source) -> Contents:
    """The whole file is one page. Raises ReadingFailed for what PGP has encrypted (RFC 9580, 6)."""
    if file.data.lstrip().startswith(_ENCRYPTED):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    pages = Pages(file.limits)
    text = decode(file.data)
    pages.add(text)
    contents = pages.contents()
    flaws = text.count(_FLAW)
    if flaws and contents.reason_code is None and _FLAW.encode() not in file.data:
        contents.reason_code = "truncated"
        contents.reason = f"Letters that can't be read, left out: {flaws:,}."
    return contents


def decode(data: bytes) -> str:
    """Text by its mark, else UTF-8, else cp1252; guessing further calls Swedish cp1250.

    What is mostly UTF-8 is so: U+FFFD stands where a few bytes are none.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := wide_encoding(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        if _is_mostly_utf_8(data, text, error):
            return text
        return data.decode("cp1252", "replace")


def decode_as(data: bytes, charset: str | None) -> str:
    """Text of the charset that its envelope says, where it can be so; else as `decode` finds.

    Who says ASCII or Latin 1 means cp1252 (WHATWG Encoding), and often writes UTF-8: text of
    letters from it that is UTF-8 throughout is nothing else.
    """
    if charset and not data.startswith((b"\xff\xfe", b"\xfe\xff", codecs.BOM_UTF8)):
        try:
            name = codecs.lookup(charset.strip().replace("_", "-")).name
            if name in _WESTERN:
                return _utf_8_or_none(data) or data.decode(_WESTERN[name])
            return data.decode(name)
        except (LookupError, UnicodeError):
            pass
    return decode(data)


def _utf_8_or_none(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_mostly_utf_8(data: bytes, text: str, first: UnicodeDecodeError) -> bool:
    """Are there so many letters of several bytes that those which are none are flaws?

    In text of one byte a letter hardly two such letters follow each other as UTF-8 asks for.
    """
    flaws = text.count(_FLAW) - data.count(_FLAW.encode())
    letters = len(text) - len(text.encode("ascii", "ignore")) - text.count(_FLAW)
    if first.reason == _CUT and flaws == 1:  # only its last letter
        return letters > 0
    return letters >= max(_FEWEST, _MOSTLY * flaws)


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of the beginning is NUL."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if odd > 0.35 and even < 0.05:
        return "utf-16-le"
    if even > 0.35 and odd < 0.05:
        return "utf-16-be"
    return None
