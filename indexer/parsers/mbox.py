"""MBOX: each message is a child (RFC 4155; "mboxrd" quoting of lines that begin with From)."""

from __future__ import annotations

import re

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.containers import more_members
from indexer.parsers.source import Contents, Pages, Source

#: A separator follows an empty line, or begins the file, and ends with a time and a year.
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(file: Source) -> Contents:
    if file.depth >= file.limits.max_depth:
        raise ReadingFailed("too-large", f"Nested deeper than {file.limits.max_depth} containers.")
    starts = [match.span() for match in _SEPARATOR.finditer(file.data)]
    ends = [start for start, _ in starts[1:]] + [len(file.data)]
    children, most = [], file.limits.max_members
    for position, ((_, begin), end) in enumerate(zip(starts[:most], ends, strict=False), start=1):
        message = _QUOTED.sub(rb"\1", file.data[begin:end])
        children.append(Child(position, f"message-{position:04}.eml", message, "message/rfc822"))
    pages = Pages(file.limits)
    pages.add("\n".join(child.name for child in children))
    contents = pages.contents()
    contents.children = tuple(children)
    if further := more_members(len(starts) - len(children), most):
        contents.reason_code, contents.reason = "truncated", further
    return contents
