"""What the worker knows of its caged process without importing what that one does.

Nor does that one import this: it has no use for the configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.config import Config
from archive.schemes import Schemes, compile_schemes, configured_scheme

HANDLER: Final = "indexer.stage_child:handle"


def settings_of(config: Config, *, ocr_languages: tuple[str, ...]) -> dict[str, Any]:
    """What the child is told at its start, as JSON."""
    reading = config.reading
    return {
        "limits": {
            "max_pages": reading.max_pages,
            "max_members": reading.max_children,
            "max_bytes": reading.max_file_mb << 20,
            "max_depth": reading.max_depth,
            "max_inflated": reading.max_unpacked_mb << 20,
            "ocr_languages": list(ocr_languages),
            "ocr_at_once": min(reading.workers, 2),
        },
        "schemes": [scheme.model_dump(mode="json") for scheme in config.schemes],
    }


def schemes_of(config: Config) -> Schemes:
    """All schemes in force. Raises `ConfigError` for a configured one that is wrong."""
    configured = [configured_scheme(scheme.model_dump(mode="json")) for scheme in config.schemes]
    return compile_schemes(BUILTIN_SCHEMES, configured)


def read_request(
    name: str,
    path: str,
    *,
    file_date: str | None = None,
    recognised: Sequence[dict[str, Any]] = (),
    extract: bool = True,
    depth: int = 0,
    parts: Sequence[list[Any]] = (),
    passwords: Sequence[str] = (),
) -> dict[str, Any]:
    """Ask for the text of a file and what it says; see indexer.stage_child."""
    return {
        "what": "read", "name": name, "path": path, "file_date": file_date,
        "recognised": recognised, "extract": extract, "depth": depth, "parts": parts,
        "passwords": passwords,
    }  # fmt: skip
