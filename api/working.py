"""The worker as a process of its own. It imports nothing of what answers people."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Final

from api.logs import configure_logs
from api.service import open_services
from archive.config import Config
from indexer.service import run_worker

BEHIND: Final = 15  # niceness of what reads: whoever searches does not wait for it


def work(config: Config, *, is_supervised: bool) -> None:
    """Read and index until a signal says stop; the one of `serve` watches and files as well.

    That one, and no other, is supervised: it ends when its supervisor is gone.
    """
    configure_logs()
    os.nice(BEHIND)
    if is_supervised:
        threading.Thread(target=_end_with_input, daemon=True).start()
    with open_services(config) as services:
        run_worker(config, services.database, services.vault, files=is_supervised)


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):  # below sys.stdin, whose lock would outlive us
        pass
    os.kill(os.getpid(), signal.SIGTERM)
