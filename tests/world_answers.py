"""Questions to an application without a server, and their answers as they are compared."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from archive import attention


async def get(app: ASGIApp, address: str, headers: dict[str, str]) -> tuple[int, Headers, str]:
    """Ask the application; status, headers and body."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    sent: list[Any] = []
    coming = [True]

    async def receive() -> Message:
        if not coming.pop():
            await asyncio.Event().wait()
        coming.append(False)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], Headers(raw=sent[0]["headers"]), body.decode("utf-8", "replace")


async def at_once(work: Callable[..., Any], *args: Any, **_: Any) -> Any:
    """Instead of in another thread: questions come one by one, and threads take turns slowly."""
    return work(*args)


#: What may differ: ids of rows, numbers of events, times that things took, secrets.
ASIDE = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r'"(id|reference|proposal|party_id|other_id|milestone_id|took_ms)": [\d.]+', r'"\1": 0'),
        (r'name="other" value="\d+"', 'name="other" value="0"'),
        (r'"(id|receipt)": "[0-9a-f-]+"', r'"\1": ""'),
        (r'"number": \d+', '"number": 0'),
        (r"(reference|proposal|row|entry)-\d+", r"\1-0"),
        (r"(references|register-proposals|proposals|products|parties|milestones)/\d+", r"\1/0"),
        (rf"({'|'.join(attention.KINDS)})(:|%3A)\d+", r"\1\g<2>0"),
        (r'"(document|product|change-request|milestone|party):\d+"', r'"\1:0"'),
        (r"[\d.,]+ ?(ms|milliseconds)", "0 ms"),
    )
)


def comparable(text: str) -> str:
    """An answer without what may differ, one value a line where it is JSON."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    for pattern, put in ASIDE:
        text = pattern.sub(put, text)
    return text
