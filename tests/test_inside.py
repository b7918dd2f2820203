"""Files inside files are taken out up to a limit over all levels, and the rest is told."""

from __future__ import annotations

import io

import pytest

from archive.arrivals import Arrival, ChildPlace
from archive.config import Config, ReadingSection
from archive.reading import Child
from archive.subjects import to_read
from indexer.inside import Inside
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read
from indexer.stage_settings import settings_of
from indexer.stages import Stages
from tests.api_house import opened_house
from tests.small_archive import SmallArchive
from tests.small_files import package


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def children(*names: str, size: int = 1) -> list[Child]:
    return [Child(number, name, b"x" * size) for number, name in enumerate(names, 1)]


def put_inside(archive, parent, *names):
    arrivals = [
        Arrival(archive.vault.put(io.BytesIO(name.encode()), max_bytes=100), "general",
                ChildPlace(parent, number, name))
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    return [one.version_id for one in archive.intake.receive(arrivals)]


def subject(archive, inside, version_id):
    with archive.database.read() as session:
        found = to_read(session, [version_id])
        inside.know(session, found.values())
    return found[version_id]


def names(taken):
    return [child.name for child in taken[0]]


def test_what_is_inside_counts_over_all_levels_also_for_another_worker(archive):
    top = archive.file("a.zip", b"outermost")
    first, second = put_inside(archive, top, "b.zip", "c.zip")
    put_inside(archive, first, "1", "2")
    inside = Inside(5, 1)  # four are there
    outer, inner = subject(archive, inside, top), subject(archive, inside, second)
    assert (outer.top, inner.top, inner.depth) == (top, top, 1)
    taken = inside.take(inner, children("3", "4", "5"))
    assert names(taken) == ["3"]
    assert taken[1] == (
        "2 more members are not filed: inside one file at most 5 files of 1 MiB together are, "
        "over all levels."
    )
    assert names(inside.take(inner, children("3", "4", "5"))) == ["3"]  # read again
    assert names(inside.take(outer, children("b.zip", "c.zip"))) == ["b.zip", "c.zip"]


def test_the_bytes_of_all_levels_are_counted_too(archive):
    inside = Inside(100, 1)
    top = subject(archive, inside, archive.file("a.zip", b"outermost"))
    taken = inside.take(top, children("a", "b", "c", size=400_000))
    assert names(taken) == ["a", "b"]
    other = subject(archive, inside, archive.file("b.zip", b"another"))
    assert names(inside.take(other, children("a", size=400_000))) == ["a"]


def test_a_zip_of_zips_ends_at_the_limit_and_says_so(tmp_path, monkeypatch):
    few = Inside(4, 1)
    made = Stages.__init__

    def with_few(self, *parts):
        made(self, *parts)
        self.inside = few

    assert (Config().reading.max_inside, ReadingSection().max_inside_mb) == (100_000, 8192)
    monkeypatch.setattr(Stages, "__init__", with_few)
    with opened_house(f"sqlite:///{tmp_path / 'crossfile.sqlite'}", tmp_path) as house:
        inner = package({f"{number}.txt": f"text {number}" for number in range(4)})
        (house.tree / "outer.zip").write_bytes(package({"a.zip": inner, "b.txt": "beside it"}))
        house.read()
        told = {
            one["path"]: one
            for one in house.by("karin").get("documents?limit=200").json()["items"]
            if one["path"].startswith("filing/outer.zip!/")
        }
    assert len(told) == 4
    assert told["filing/outer.zip!/a.zip"]["reason"].startswith("2 more members are not filed")


@pytest.mark.parametrize(("most", "taken"), [(1, ["a"]), (2, ["a", "b"])])
def test_what_one_package_may_unpack_to_is_configured(most, taken):
    config = Config(reading=ReadingSection(max_unpacked_mb=most))
    limits = Limits(**settings_of(config, ocr_languages=())["limits"])
    made = package({name: name * 600_000 for name in ("a", "b")})
    assert [child.name for child in read(made, "a.zip", limits).children] == taken
