"""Where a trail begins, and what a reference by hand leads to: what a person calls so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import find_document
from archive.errors import Ambiguous, NotFound
from archive.keys import groups_of, key_of_groups
from archive.merges import merged
from archive.models import Entry
from archive.references import Target
from archive.vocabulary import REGISTERS


def find_seed(session: Session, viewer: Viewer, text: str) -> Target:
    """A document by file number, own number or path; an entry as `product:X100`.

    Without a register's name, entries are tried after documents. Raises `NotFound`, and
    `Ambiguous` with names that find one each.
    """
    register, _, code = text.partition(":")
    aliases = {"change": "change-request"}
    register = aliases.get(register.strip().casefold(), register.strip().casefold())
    if register in REGISTERS and code:
        return _entry(session, viewer, code.strip(), (register,))
    try:
        return Target("document", find_document(session, viewer, text))
    except NotFound:
        return _entry(session, viewer, text, REGISTERS)


def _entry(session: Session, viewer: Viewer, code: str, registers: Sequence[str]) -> Target:
    """The entry of a code, else of a name; `~12` is the one of that id, as in addresses."""
    key = key_of_groups(groups_of(code))
    rows = session.execute(
        select(Entry.register, Entry.id, Entry.code, Entry.name == code, Entry.code == code)
        .where(
            Entry.register.in_(registers),
            Entry.collection_id.in_(viewer.reads),
            (Entry.key == key)
            | (Entry.code == code)
            | (Entry.name == code)
            | (Entry.id == _entry_id(code)),
        )
        .order_by(Entry.register, Entry.id)
    ).all()
    found = (
        [row for row in rows if row[4]]  # the code as it is written
        or [row for row in rows if not row[3]]  # the code spelled otherwise
        or list(rows)
    )
    if not found:
        raise NotFound("document or entry", code)
    merges = merged(session, viewer)
    roots = {Target(row[0], merges.of(row[1])) for row in found}
    if len(roots) == 1:
        return roots.pop()
    times = Counter((row[0], row[2]) for row in found)
    raise Ambiguous(
        code,
        [f"{row[0]}:{row[2] if times[row[0], row[2]] == 1 else f'~{row[1]}'}" for row in found],
    )


def _entry_id(code: str) -> int:
    match = re.fullmatch(r"~([0-9]{1,9})", code)
    return int(match.group(1)) if match else 0
