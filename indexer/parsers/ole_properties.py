"""Title, author, times of old Office files, from their summary information (MS-OLEPS)."""

from __future__ import annotations

import datetime
import io

import olefile  # type: ignore[import-untyped]

from indexer.parsers.clean import clean_text

_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError)
_NAMES = {"author": "author", "subject": "subject", "keywords": "keywords",
          "create_time": "created", "last_saved_time": "modified",
          "last_saved_by": "modified-by"}  # fmt: skip
_FIRST_YEAR = 1970  # programs write the beginning of their time for "never"


def ole_properties(data: bytes) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """As far as they can be read; a damaged summary says nothing."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            said = ole.get_metadata()
    except _BROKEN:
        return None, ()
    charset = _charset(said.codepage)
    found = ((shown, _text(getattr(said, name), charset)) for name, shown in _NAMES.items())
    return _text(said.title, charset) or None, tuple((name, text) for name, text in found if text)


def _charset(code_page: object) -> str:
    if not isinstance(code_page, int) or code_page in (0, 1200):
        return "cp1252" if code_page != 1200 else "utf-16-le"
    number = code_page & 0xFFFF  # it is kept as a signed number
    return {65001: "utf-8", 10000: "mac_roman"}.get(number, f"cp{number}")


def _text(value: object, charset: str) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds") if value.year > _FIRST_YEAR else ""
    text = value if isinstance(value, str) else ""
    if isinstance(value, bytes):
        try:
            text = value.decode(charset, "replace")
        except LookupError:
            text = value.decode("cp1252", "replace")
    return clean_text(text).strip()
