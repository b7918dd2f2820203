"""What the caged process of a worker answers: read and extract in one trip; pictures and boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.errors import ReadingFailed
from archive.reading import Extraction, ReadingContext
from archive.schemes import Schemes, compile_schemes, configured_scheme
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

if TYPE_CHECKING:
    from archive.config import Config  # half a second of imports that the child has no use for

HANDLER = "indexer.stage_child:handle"


def settings_of(config: Config, *, ocr_languages: tuple[str, ...]) -> dict[str, Any]:
    """What the child is told at its start, as JSON."""
    reading = config.reading
    return {
        "limits": {
            "max_pages": reading.max_pages,
            "max_members": reading.max_children,
            "max_bytes": reading.max_file_mb << 20,
            "max_depth": reading.max_depth,
            "ocr_languages": list(ocr_languages),
            "ocr_at_once": min(reading.workers, 2),
        },
        "schemes": [scheme.model_dump(mode="json") for scheme in config.schemes],
    }


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
        extraction = Extraction()
        if request["extract"]:
            context = ReadingContext(request["path"], request.get("file_date"))
            reading, extraction = extractor.extract(reading, context)
        header, body = reading_to_wire(reading)
        return {"reading": header, "extraction": extraction_to_wire(extraction)}, body

    return answer


def schemes_of(config: Config) -> Schemes:
    """All schemes in force. Raises `ConfigError` for a configured one that is wrong."""
    configured = [configured_scheme(scheme.model_dump(mode="json")) for scheme in config.schemes]
    return compile_schemes(BUILTIN_SCHEMES, configured)
