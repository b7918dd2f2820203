"""What the caged process does for us, and how a Reading crosses the wire.

Requests, each with the file as a descriptor:
    {"what": "read", "name", "recognised", "depth"}      {"reading": see reading_from_wire};
                                                         "recognised" are page_to_wire
    {"what": "recognise", "name", "pages"}               {"pages": page_to_wire of those that OCR
                                                         read, "unread": [[page, why]]}
    {"what": "picture", "media_type", "page", "dpi"}     the page as PNG, in the body
    {"what": "boxes", "media_type", "page", "spans"}     {"boxes": for each span a list of boxes};
                                                         "page" is page_to_wire without its text
    {"what": "stamp", "media_type", "numbers", "legend"} a copy as PDF, in the body

Each may have "passwords", which are tried on a file that is locked.

On the wire the header holds everything but texts and bytes; those follow in the body, in the
order of the header, by length. The parent trusts nothing: what does not fit is `reader-failed`.
An answer {"failed": [code, reason]} is a ReadingFailed.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from archive.errors import ReadingFailed
from archive.reading import Child, PageText, Reading, Run
from archive.vocabulary import REASONS
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read

Wire = tuple[dict[str, Any], bytes]


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Wire]:
    """The handler that indexer.cage starts; `settings["limits"]` are those of Limits."""
    limits = limits_from(settings.get("limits", {}))
    work = {
        "read": _read, "recognise": _recognise, "picture": _picture, "boxes": _boxes,
        "stamp": _stamp,
    }  # fmt: skip

    def answer(request: dict[str, Any], file: int | None) -> Wire:
        try:
            return work[request["what"]](request, plain_bytes(request, file, limits), limits)
        except ReadingFailed as failure:
            return {"failed": [failure.code, failure.reason]}, b""

    return answer


def _read(request: dict[str, Any], data: bytes, limits: Limits) -> Wire:
    recognised = [page_from_wire(page) for page in request.get("recognised", ())]
    found = read(
        data, request["name"], limits, recognised=recognised, depth=request.get("depth", 0)
    )
    reading, body = reading_to_wire(found)
    return {"reading": reading}, body


def _recognise(request: dict[str, Any], data: bytes, limits: Limits) -> Wire:
    from indexer.parsers.recognise import recognise

    found = recognise(data, request["name"], request["pages"], limits)
    return {"pages": [page_to_wire(page) for page in found.pages], "unread": found.failed}, b""


def _picture(request: dict[str, Any], data: bytes, limits: Limits) -> Wire:
    from indexer.pictures import page_png

    media_type, page, dpi = request["media_type"], request["page"], request["dpi"]
    return {}, page_png(data, media_type, page, dpi=dpi, limits=limits)


def _boxes(request: dict[str, Any], data: bytes, _: Limits) -> Wire:
    from indexer.pictures import boxes

    page = page_from_wire(request["page"])
    return {"boxes": boxes(data, request["media_type"], page, request["spans"])}, b""


def _stamp(request: dict[str, Any], data: bytes, limits: Limits) -> Wire:
    from indexer.stamping import stamped

    media_type, numbers, legend = request["media_type"], request["numbers"], request["legend"]
    return {}, stamped(data, media_type, numbers, legend, limits)


def page_to_wire(page: PageText) -> dict[str, Any]:
    """A page as part of a header, with its text."""
    runs = [[run.start, run.own, run.length] for run in page.runs]
    return {"number": page.number, "text": page.text, "source": page.source, "width": page.width,
            "height": page.height, "confidence": page.confidence, "runs": runs,
            "words": page.words}  # fmt: skip


def page_from_wire(page: Mapping[str, Any]) -> PageText:
    """The other end of page_to_wire."""
    return PageText(
        int(page["number"]), _text(page.get("text", "")), _text(page.get("source", "none")),
        width=_number(page["width"]), height=_number(page["height"]),
        confidence=_number(page.get("confidence")), runs=tuple(Run(*run) for run in page["runs"]),
        words=tuple(_word(*word) for word in page["words"]),
    )  # fmt: skip


def limits_from(settings: Mapping[str, Any]) -> Limits:
    """Limits as they come through JSON, where a tuple is a list."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()
    }
    return Limits(**values)


def bytes_of(file: int | None) -> bytes:
    """All of the file that came with a request; the descriptor stays open."""
    if file is None:
        raise ValueError("this request needs a file")
    with os.fdopen(os.dup(file), "rb", buffering=0) as stream:
        return stream.readall()


def plain_bytes(request: Mapping[str, Any], file: int | None, limits: Limits) -> bytes:
    """The file that came with a request, unlocked by one of the passwords that came with it.

    Raises ReadingFailed where it exceeds the limits, locked or not.
    """
    if file is not None and os.fstat(file).st_size > limits.max_bytes:
        raise ReadingFailed("too-large", f"The file is larger than {limits.max_bytes >> 20} MiB.")
    data = bytes_of(file)
    if not request.get("passwords"):
        return data
    from indexer.parsers.unlock import unlock  # not needed for most files

    return unlock(data, request.get("name", ""), request["passwords"], limits) or data


def reading_to_wire(reading: Reading) -> Wire:
    """Header and body of one reading."""
    parts: list[bytes] = []

    def put(part: bytes) -> int:
        parts.append(part)
        return len(part)

    header = {
        "reader": [reading.reader, reading.reader_version, reading.media_type],
        "pages": [_page_out(page, put) for page in reading.pages],
        "children": [[c.position, c.name, c.media_type, put(c.data)] for c in reading.children],
        "title": reading.title,
        "properties": reading.properties,
        "headers": reading.headers,
        "data": None if reading.data is None else put(reading.data),
        "reason": [reading.reason_code, reading.reason],
        "scans": reading.scans,
    }
    return header, b"".join(parts)


def _page_out(page: PageText, put: Callable[[bytes], int]) -> list[Any]:
    runs = array("I", chain.from_iterable((r.start, r.own, r.length) for r in page.runs))
    return [
        page.number, page.source, page.label, page.width, page.height, page.confidence, page.words,
        put(page.text.encode("utf-8", "ignore")), put(runs.tobytes()),
    ]  # fmt: skip


def reading_from_wire(header: Mapping[str, Any], body: bytes | bytearray) -> Reading:
    """The reading that `reading_to_wire` sent. Raises ReadingFailed where it makes no sense."""
    raise_failure(header)
    view = memoryview(body)
    done = 0

    def take(size: int) -> memoryview:
        nonlocal done
        if not 0 <= size <= len(view) - done:
            raise ValueError("a length beyond the end")
        done += size
        return view[done - size : done]

    try:
        reader, version, media_type = header["reader"]
        pages = tuple(_page_in(page, take) for page in header["pages"])
        children = tuple(
            Child(int(position), _text(name), bytes(take(size)), _text_or_none(kind))
            for position, name, kind, size in header["children"]
        )
        data = header["data"]
        code, reason = header["reason"]
        return Reading(
            reader=_text(reader),
            reader_version=int(version),
            media_type=_text(media_type),
            pages=pages,
            children=children,
            title=_text_or_none(header["title"]),
            properties=_pairs(header["properties"]),
            headers=_pairs(header["headers"]),
            data=None if data is None else bytes(take(data)),
            reason_code=_text_or_none(code),
            reason=_text_or_none(reason),
            scans=tuple(map(int, header["scans"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReadingFailed("reader-failed", "The reader's answer makes no sense.") from error


def raise_failure(header: Mapping[str, Any]) -> None:
    """Raise the ReadingFailed that the answer stands for, if it does."""
    if "failed" in header:
        code, reason = header["failed"]
        raise ReadingFailed(code if code in REASONS else "reader-failed", str(reason))


def _page_in(page: list[Any], take: Callable[[int], memoryview]) -> PageText:
    number, origin, label, width, height, confidence, words, text_size, runs_size = page
    text = str(take(text_size), "utf-8")
    runs = array("I", bytes(take(runs_size)))
    return PageText(
        number=int(number),
        text=text,
        source=_text(origin),
        label=_text(label),
        width=_number(width),
        height=_number(height),
        runs=tuple(map(Run, runs[::3], runs[1::3], runs[2::3])),
        confidence=_number(confidence),
        words=tuple(_word(*word) for word in words),
    )


def _word(
    start: int, end: int, left: float, top: float, right: float, bottom: float
) -> tuple[int, int, float, float, float, float]:
    return int(start), int(end), float(left), float(top), float(right), float(bottom)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise TypeError("a number was expected")
    return float(value)


def _pairs(value: list[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(text)) for name, text in value)
