"""Papers that people write: reads papers/*.md, where each begins with `=== PATH`.

Then come `name: value` lines (names are those of Paper; `field: LABEL | VALUE` may be repeated),
an empty line, and the body in the markup of demo.paper. A path `MAIL.eml!/NAME` is an attachment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.cast import ALMVINGE, CAST
from demo.paper import Paper


def written_papers() -> Iterator[Paper]:
    """Every paper of every file, files in the order of their names."""
    for file in sorted((Path(__file__).parent / "papers").glob("*.md")):
        for text in file.read_text("utf-8").split("\n=== "):
            yield _paper(text.removeprefix("=== "))


def _paper(text: str) -> Paper:
    head, _, body = text.partition("\n\n")
    path, *lines = head.split("\n")
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    said = dict(pairs)
    fields = (value.partition(" | ") for name, value in pairs if name == "field")
    return Paper(
        path=path,
        kind=said["kind"],
        number=said.get("number"),
        date=said["date"],
        title=said["title"],
        body=body,
        issuer=CAST[said["issuer"]] if "issuer" in said else ALMVINGE,
        to=CAST[said["to"]] if "to" in said else None,
        language=said.get("language", "en"),
        revision=said.get("revision"),
        fields=tuple((label, value) for label, _, value in fields),
        locked="locked" in said,
    )
