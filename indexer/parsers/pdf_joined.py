"""PDFs written one behind the other into one file, as copying them together leaves them.

A viewer shows the last one: it looks for the way in from the end (ISO 32000-1, 7.5.5). Those before
it are documents of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.reading import Child
from indexer.parsers.limits import Limits
from indexer.parsers.source import Contents, say_left_out

#: Where one PDF ends and the next begins. One inside another has its stream's words around it.
_BORDER: Final = re.compile(rb"%%EOF[\0\s]{0,4096}(?=%PDF-\d)")


def add_earlier(contents: Contents, data: bytes, limits: Limits) -> None:
    """Put the PDFs before the last one behind the children; what is the same is put once."""
    *earlier, last = _parts(data)
    known = {last.strip()}
    children, left_out = list(contents.children), 0
    for number, part in enumerate(earlier, start=1):
        if part.strip() in known or b" obj" not in part:
            continue
        known.add(part.strip())
        if len(children) < limits.max_members:
            children.append(Child(len(children) + 1, f"part-{number}.pdf", part))
        else:
            left_out += 1
    contents.children = tuple(children)
    say_left_out(contents, left_out)


def _parts(data: bytes) -> Iterator[bytes]:
    start = 0
    for border in _BORDER.finditer(data):
        yield data[start : border.end()]
        start = border.end()
    yield data[start:]
