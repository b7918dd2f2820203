"""Logs: one line for each thing that a person who runs the service should know."""

from __future__ import annotations

import logging
import sys
from typing import Final, TextIO, cast

import structlog

PROCESSORS: Final[tuple[structlog.typing.Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
#: Libraries and from which level on they are heard.
QUIET: Final = {
    "python_multipart": logging.ERROR,  # it warns of what a client sent wrong: the answer says it
    "multipart": logging.ERROR,
    "watchdog.observers.inotify": logging.CRITICAL,  # it reports each watch that we have ended
}


class _StandardError:
    """Standard error as it is when something is written."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs() -> None:
    """Our lines and those of libraries to standard error: JSON, or for eyes at a terminal."""
    shown: list[structlog.typing.Processor] = [
        # a plain traceback: others show the values of every frame, passwords among them
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    ]
    if not sys.stderr.isatty():  # JSON also keeps what others typed from making lines of its own
        shown = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    stream = _StandardError()
    structlog.configure(
        processors=[*PROCESSORS, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, stream)),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=PROCESSORS,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
