"""All rows of the database as JSON Lines, and back: one code path for both engines.

Tables are taken as the database itself describes them, so that lines of an older form go into
tables of that form, and the revisions in archive/migrations bring them on from there.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, MetaData, Table, func, insert, select

from archive.schema import VERSION_TABLE

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table in a file."""

    rows: int
    sha256: str  # of the file as it is, packed


def tables(connection: Connection) -> list[Table]:
    """Our tables as they stand, each after those that it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def dump(connection: Connection, table: Table, path: Path) -> TableFile:
    """Write a table to a gzip of JSON Lines, by its key. Bytes stand as {"base64": "…"}."""
    rows = connection.execution_options(yield_per=BATCH).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    count = 0
    with path.open("wb") as stream:
        hashed = _Hashed(stream)
        with gzip.GzipFile(filename="", mode="wb", fileobj=hashed, compresslevel=4) as packed:
            for row in rows.mappings():
                line = json.dumps(dict(row), default=_encoded, separators=(",", ":"))
                packed.write(line.encode("ascii") + b"\n")
                count += 1
    return TableFile(count, hashed.digest.hexdigest())


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a dumped table."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield {name: _decoded(value) for name, value in json.loads(line).items()}


def load(connection: Connection, table: Table, path: Path) -> int:
    """Insert the rows of a dumped table; the numbers that the engine gives go on after them."""
    count = 0
    lines = read(path)
    while rows := list(islice(lines, BATCH)):
        connection.execute(insert(table), rows)
        count += len(rows)
    raise_sequence(connection, table)
    return count


def raise_sequence(connection: Connection, table: Table) -> None:
    """The numbers that the engine gives go on after those of the rows that are there."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite" or len(keys) != 1:
        return
    name = connection.dialect.identifier_preparer.format_table(table)
    sequence = connection.scalar(select(func.pg_get_serial_sequence(name, keys[0].name)))
    highest = connection.scalar(select(func.max(keys[0])))
    if sequence and highest is not None:
        connection.execute(select(func.setval(sequence, highest)))


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value)} is in no table of ours")


def _decoded(value: Any) -> Any:
    is_bytes = isinstance(value, dict) and value.keys() == {"base64"}
    return base64.b64decode(value["base64"]) if is_bytes else value


class _Hashed:
    """A stream to write to that knows the hash of what it was given."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()
