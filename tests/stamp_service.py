"""A service on 127.0.0.1 that stamps (RFC 3161), made of openssl; and one root that it leads to."""

from __future__ import annotations

import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SETTINGS = """
[ tsa ]
default_tsa = main
[ main ]
serial = {folder}/serial
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
USES = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"


class StampingHouse:
    """`answer` is what it says instead of a stamp, where it is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.roots = folder / "root.pem"
        self.asked = 0
        self.answer: bytes | None = None
        (folder / "serial").write_text("01\n")
        (folder / "uses").write_text(USES)
        (folder / "settings").write_text(SETTINGS.format(folder=folder))
        self._run("req -x509 -newkey ed25519 -nodes -keyout root.key -out root.pem -subj /CN=Root")
        self._run("req -newkey rsa:2048 -nodes -keyout stamper.key -out asked -subj /CN=Stamper")
        self._run(
            "x509 -req -in asked -CA root.pem -CAkey root.key -set_serial 2 -days 3000 "
            "-extfile uses -out stamper.pem"
        )
        house = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                stamp = house.stamp(asked)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(stamp)

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/stamp"
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def stamp(self, asked: bytes) -> bytes:
        self.asked += 1
        if self.answer is not None:
            return self.answer
        (self.folder / "query").write_bytes(asked)
        self._run("ts -reply -config settings -queryfile query -out reply")
        return (self.folder / "reply").read_bytes()

    def _run(self, command: str) -> None:
        subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
