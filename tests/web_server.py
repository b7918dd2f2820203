"""Example pages and static files over HTTP, for browser tests: 127.0.0.1, a free port."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageDraw

from tests.web_examples import all_pages
from tests.web_examples.document import TEXT
from tests.web_examples.story import frame
from web.render import SECURITY_POLICY, STATIC, Pages
from web.views.house import ErrorPage

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}


def paper() -> bytes:
    """A page picture as PNG, with the lines of TEXT where the example's marks expect them."""
    image = Image.new("RGB", (1190, 1684), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(TEXT.split("\n")):
        for column, character in enumerate(line):
            at = (119 + column * 9.52, 140 + number * 67)
            pen.text(at, character, fill="black", font_size=18)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@contextmanager
def serving() -> Iterator[str]:
    """The server's address while the context lasts.

    /NAME?language=&theme= is an example page; POST answers as handlers do, by 303 to `back`.
    """
    pages, examples, picture = Pages(), all_pages(), paper()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            wish = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path.startswith("/static/"):
                file = STATIC / url.path.removeprefix("/static/")
                self.answer(TYPES[file.suffix[1:]], file.read_bytes())
            elif url.path == "/page.png":
                self.answer("image/png", picture)
            else:
                name = "card" if url.path.endswith("/card") else url.path[1:] or "search"
                around = frame(wish.get("language", "en"), wish.get("theme", "system"))
                view = examples.get(name, examples["error-404"])
                around = replace(around, here=self.path)
                self.answer("text/html; charset=utf-8", pages.render(view, around).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path.endswith("/references/5/ruling"):  # somebody else was quicker
                conflict = pages.render(ErrorPage(409, id="7f3a9c"), frame())
                self.answer("text/html; charset=utf-8", conflict.encode(), status=409)
                return
            self.send_response(303)
            self.send_header("Location", parse_qs(body).get("back", ["/"])[0])
            self.end_headers()

        def answer(self, media_type: str, body: bytes, *, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", SECURITY_POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
