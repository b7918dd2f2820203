"""Originals and pictures as answers: what the client has already, parts, HEAD (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

ASK_AGAIN: Final = "private, no-cache"
FRESHNESS: Final = ("etag", "cache-control", "last-modified")
_PART: Final = re.compile(r"\s*(\d{0,18})-(\d{0,18})\s*")


class Original(FileResponse):
    """The bytes of a version. They came in when their version did: when the vault first met the
    same bytes may be something that the viewer may not know."""

    def __init__(
        self, path: Path, media_type: str, sha256: str, received_at: datetime, **headers: str
    ) -> None:
        self._size = path.stat().st_size
        super().__init__(
            path,
            media_type=media_type,
            headers={
                "ETag": f'"{sha256}"',
                "Cache-Control": ASK_AGAIN,
                "Last-Modified": format_datetime(received_at, usegmt=True),
                **headers,
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All of it, a part, or that nothing has changed. Raises 416 where no such part is."""
        asked = Headers(scope=scope)
        if is_known(asked.get("if-none-match"), self.headers["etag"]):
            await not_modified(self.headers)(scope, receive, send)
            return
        if not _is_range(asked.get("range", ""), self._size):
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"range"]}
        if scope.get("is_head"):  # see api.edge: this one need not read the file for it
            scope = {**scope, "method": "HEAD"}
        await super().__call__(scope, receive, send)


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Does the client have what bears this tag? By the weak comparison, section 8.8.3.2.

    >>> is_known('"a", W/"b"', '"b"'), is_known("*", '"b"'), is_known('"a"', '"b"')
    (True, True, False)
    """
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags


def not_modified(headers: Mapping[str, str]) -> Response:
    """304, with what the full answer would say of its freshness (section 15.4.5)."""
    kept = {name: value for name, value in headers.items() if name.lower() in FRESHNESS}
    return Response(status_code=304, headers=kept)


def _is_range(header: str, size: int) -> bool:
    """Is it one that we serve? What is invalid, or of another unit, is as if it were not there."""
    unit, _, rest = header.partition("=")
    parts = [_PART.fullmatch(part) for part in rest.split(",")]
    if unit.strip().lower() != "bytes":
        return False
    for part in parts:
        first, last = part.groups() if part else ("", "")
        if (not first and not last) or (first and last and int(last) < int(first)):
            return False
        if int(first or 0) >= size or (not first and not int(last)):
            raise HTTPException(
                416,
                f"The original has {size} bytes; there are none at {header[:80]}",
                {"Content-Range": f"bytes */{size}"},
            )
    return True
