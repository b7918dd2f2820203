"""What the caged process of a worker answers: read and extract in one trip; pictures and boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.errors import ReadingFailed
from archive.reading import Extraction, ReadingContext
from archive.schemes import compile_schemes, configured_scheme
from indexer import reading_child
from indexer.extract.extractor import Extractor
from indexer.extraction_wire import extraction_to_wire
from indexer.parsers.registry import read
from indexer.reading_child import (
    Wire,
    limits_from,
    page_from_wire,
    plain_bytes,
    reading_to_wire,
)


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Wire]:
    """The handler that indexer.cage starts."""
    others = reading_child.handle(settings)
    limits = limits_from(settings.get("limits", {}))

    configured = [configured_scheme(values) for values in settings.get("schemes", ())]
    extractor = Extractor(compile_schemes(BUILTIN_SCHEMES, configured))

    def answer(request: dict[str, Any], file: int | None) -> Wire:
        if request["what"] != "read":
            return others(request, file)
        try:
            data = plain_bytes(request, file, limits)
        except ReadingFailed as failure:
            return {"reading": {"failed": [failure.code, failure.reason]}, "extraction": {}}, b""
        reading = read(
            data,
            request["name"],
            limits,
            recognised=[page_from_wire(page) for page in request["recognised"]],
            depth=request["depth"],
        )
        if request["parts"]:
            from indexer.parsers.cut import with_parts  # for the few files that are parted

            reading = with_parts(reading, data, request["parts"], limits)
        extraction = Extraction()
        if request["extract"]:
            context = ReadingContext(request["path"], request.get("file_date"))
            reading, extraction = extractor.extract(reading, context)
        header, body = reading_to_wire(reading)
        return {"reading": header, "extraction": extraction_to_wire(extraction)}, body

    return answer
