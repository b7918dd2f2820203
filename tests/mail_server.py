"""A mail server on 127.0.0.1, as small as one can be (RFC 5321): it keeps what it is given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Letterbox(socketserver.ThreadingTCPServer):
    """Takes messages; `answer` is what it says to each RCPT, `goodbye` to QUIT: nothing if b"".

    `offers` is its extension in answer to EHLO.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.answer = b"250 yes"
        self.goodbye = b"221 bye"
        self.offers = b"8BITMIME"
        self.taken: list[tuple[str, str, bytes]] = []  # from, to, message

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: Letterbox

    def handle(self) -> None:
        self._say(b"220 letterbox")
        sender = to = ""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                if self.server.goodbye:
                    self._say(self.server.goodbye)
                return
            if verb == b"EHLO":
                self._say(b"250-letterbox")
                self._say(b"250 " + self.server.offers)
                continue
            if verb == b"MAIL":
                sender = _address(line)
            if verb == b"RCPT":
                to = _address(line)
                self._say(self.server.answer)
                continue
            if verb == b"DATA":
                self._say(b"354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append((sender, to, body.replace(b"\r\n..", b"\r\n.")))
            self._say(b"250 yes")

    def _say(self, text: bytes) -> None:
        self.wfile.write(text + b"\r\n")


def _address(line: bytes) -> str:
    return line.decode("ascii").partition("<")[2].partition(">")[0]


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    with Letterbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
