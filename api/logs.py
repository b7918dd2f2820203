"""Logs: one line for each thing that a person who runs the service should know."""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog

PROCESSORS: Final[tuple[structlog.typing.Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_logs() -> None:
    """Our lines and those of libraries to standard error: JSON, or for eyes at a terminal."""
    shown: list[structlog.typing.Processor] = [structlog.dev.ConsoleRenderer()]
    if not sys.stderr.isatty():  # JSON also keeps what others typed from making lines of its own
        shown = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*PROCESSORS, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=PROCESSORS,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
