"""Who looks after a line of the attention list: who is named with it is who finds it by name."""

from __future__ import annotations

import io

import pytest

from archive.access import operator
from archive.arrivals import Arrival, ChildPlace, TreePlace
from archive.attention import Wish, list_attention
from archive.config import Config, DataSection, RootSection
from archive.models import Version
from archive.owners import NOBODY
from tests.small_archive import SmallArchive

OWNED = (("filing", "fia"), ("projects", "paul"))


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def put(archive, place, content=b"%PDF broken"):
    """Bytes that nobody can read, at a place; the id of the version."""
    archive.clock.step()
    blob = archive.vault.put(io.BytesIO(content), max_bytes=1 << 20)
    version_id = archive.intake.receive([Arrival(blob, "general", place)])[0].version_id
    with archive.database.write() as session:
        row = session.get_one(Version, version_id)
        row.status, row.reason_code, row.reason = "unreadable", "damaged", "No."
    return version_id


def owners(archive):
    """By the path of each line who is named with it; each finds the lines that name them."""
    roots = tuple(
        RootSection(name=name, path=archive.vault.folder, owner=owner) for name, owner in OWNED
    )
    config = Config(data=DataSection(folder=archive.vault.folder), roots=roots)

    def lines(session, owner=None):
        wish = Wish(owner=owner, limit=200)
        return list_attention(session, operator(session), config, wish, archive.clock())["items"]

    with archive.database.read() as session:
        every = lines(session)
        for name in ("fia", "paul", NOBODY):
            named = [line for line in every if name in (line["owners"] or [NOBODY])]
            assert lines(session, name) == named
        for line in every:
            assert line["owner"] == next(iter(line["owners"]), None)
    return {line["path"]: line["owners"] for line in every}


def test_what_was_moved_is_looked_after_where_it_lies_now(archive):
    put(archive, TreePlace("filing", "a.pdf"))
    assert owners(archive) == {"filing/a.pdf": ["fia"]}
    put(archive, TreePlace("projects", "a.pdf"))
    archive.intake.gone("filing", ["a.pdf"])
    assert owners(archive) == {"projects/a.pdf": ["paul"]}
    archive.clock.step()
    archive.intake.gone("projects", ["a.pdf"])
    assert owners(archive) == {"projects/a.pdf": ["paul"]}


def test_what_lies_in_two_places_is_looked_after_by_both_owners(archive):
    put(archive, TreePlace("projects", "a.pdf"))
    put(archive, TreePlace("filing", "a.pdf"))
    assert owners(archive) == {"filing/a.pdf": ["fia", "paul"]}


def test_what_is_inside_a_file_is_looked_after_where_that_lies(archive):
    outer = put(archive, TreePlace("filing", "a.zip"))
    put(archive, ChildPlace(outer, 0, "b.pdf"), b"%PDF inside")
    put(archive, TreePlace("projects", "a.zip"))
    archive.intake.gone("filing", ["a.zip"])
    put(archive, TreePlace("elsewhere", "c.pdf"), b"%PDF alone")
    assert owners(archive) == {
        "projects/a.zip": ["paul"],
        "projects/a.zip!/b.pdf": ["paul"],
        "elsewhere/c.pdf": [],
    }
