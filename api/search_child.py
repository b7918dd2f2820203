"""A process that searches, beside the one that answers: one interpreter alone would do all in turn.

It is handed the configuration, then one search after the other, over a socket pair of ours, and
ends when that closes, however we end. It keeps nothing: what it fails at is done again by us.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from typing import Any, Final

from archive.access import Viewer
from archive.config import Config
from archive.db import Database
from indexer.search.answers import Results
from indexer.search.merged import Options

START_S: Final = 60.0  # imports on a busy machine
PATIENCE_S: Final = 30.0  # longer than any search takes: then it hangs
END_S: Final = 2.0


class SearchChild:
    """Our end of it, for one thread at a time."""

    def __init__(self, config: Config, url: str) -> None:
        """Start it, over the database at `url`. It is there once `is_ready` has said so."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.search_child", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                process_group=0,  # what a terminal interrupts is us
            )
        self._connection = Connection(ours.detach())
        try:
            self._connection.send((config, url))
        except OSError:  # it has ended already
            self.close()
            raise

    def is_ready(self) -> bool:
        """Wait until it is, or is known never to be."""
        return self._received(START_S) is True

    def search(self, viewer: Viewer, text: str, options: Options) -> Results | None:
        """As `Finder.search`; None where it did not answer, and never will."""
        with contextlib.suppress(OSError):
            self._connection.send((viewer, text, options))
            answer = self._received(PATIENCE_S)
            if isinstance(answer, Results):
                return answer
        return None

    def close(self) -> None:
        """End it: at once where it is idle, by force where it hangs."""
        self._connection.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _received(self, within_s: float) -> Any:
        try:
            return self._connection.recv() if self._connection.poll(within_s) else None
        except (EOFError, OSError):
            return None


def main(descriptor: int) -> None:
    """Answer until the other end closes. An error ends it: the other end meets it itself then."""
    from api.finder import Finder

    connection = Connection(descriptor)
    config, url = connection.recv()
    database, finder = Database(url), Finder(config)
    connection.send(True)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            viewer, text, options = connection.recv()
            with database.read() as session:
                connection.send(finder.search_here(session, viewer, text, options))


if __name__ == "__main__":
    main(int(sys.argv[1]))
