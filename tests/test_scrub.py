"""The scrub: every blob is hashed again in 90 days, a little at a time, and damage is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import fixity, scrub
from archive.access import Viewer, operator
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.models import Blob
from archive.status import status_of
from indexer.scrubbing import IDLE_S, REST, Scrubbing
from tests.small_archive import SmallArchive

MUCH = 1 << 30


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path, clock)
    for number in range(5):
        house.file(f"{number}.txt", b"content %d" % number)
    yield house
    house.close()


def look(house: SmallArchive, most_bytes: int = MUCH) -> int:
    return scrub.scrub(house.database, house.vault, house.clock(), most_bytes=most_bytes)


def seen(house: SmallArchive) -> list[int]:
    """The blobs that were hashed again, by id."""
    with house.database.read() as session:
        rows = select(Blob.id).where(Blob.verified_at.is_not(None)).order_by(Blob.id)
        return list(session.scalars(rows))


def damage(house: SmallArchive) -> tuple[str, bytes]:
    """Change a byte of a blob; its name, and what it was."""
    sha256 = next(house.vault.names())
    path = house.vault.path(sha256)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-1] + b"?")
    return sha256, whole


def progress(house: SmallArchive) -> dict:
    with house.database.read() as session:
        return status_of(session, operator(session), Config(), house.clock())["scrub"]


def attention(house: SmallArchive, viewer: Viewer | None = None) -> list[dict]:
    with house.database.read() as session:
        by = viewer or operator(session)
        items = list_attention(session, by, Config(), Wish(), house.clock())["items"]
    return [item for item in items if item["kind"] == "damaged-original"]


def test_what_was_hashed_when_it_came_is_hashed_again_in_time_and_then_not_for_long(house):
    assert look(house) == 0
    house.clock.step(days=59)
    assert look(house) == 0
    house.clock.step(days=2)
    assert (look(house), look(house)) == (5, 0)
    house.clock.step(days=61)
    assert look(house) == 5
    assert progress(house)["not_seen_for_90_days"] == 0


def test_who_is_stopped_goes_on_with_those_that_wait_longest(house):
    house.clock.step(days=100)
    assert progress(house)["not_seen_for_90_days"] == 5
    assert (look(house, most_bytes=1), seen(house)) == (1, [1])
    answers = iter([True, False])
    scrub.scrub(
        house.database, house.vault, house.clock(), most_bytes=MUCH, go_on=lambda: next(answers)
    )
    assert seen(house) == [1, 2]
    assert (look(house), seen(house)) == (3, [1, 2, 3, 4, 5])


def test_a_clock_that_was_ahead_does_not_put_it_off(house):
    house.clock.step(days=1000)
    assert look(house) == 5
    house.clock.step(days=-900)
    assert look(house) == 5


def test_damage_is_told_until_it_is_mended(house):
    sha256, whole = damage(house)
    house.clock.step(days=61)
    assert look(house) == 5
    since = house.clock()
    assert progress(house)["damaged"] == 1
    [line] = attention(house)
    assert line["text"].startswith("The original of filing/") and sha256 in line["reason"]
    assert (look(house), house.clock.step(hours=2), look(house)) == (0, house.clock(), 1)
    with house.database.read() as session:
        assert scrub.damaged(session)[sha256].since == since
    house.vault.path(sha256).write_bytes(whole)
    house.clock.step(hours=2)
    assert look(house) == 1
    assert progress(house)["damaged"] == 0 and attention(house) == []


def test_verify_tells_of_damage_in_the_same_places(house):
    damage(house)
    assert len(list(fixity.verify(house.database, house.vault, clock=house.clock))) == 1
    assert progress(house)["damaged"] == len(attention(house)) == 1


def test_only_who_administers_hears_of_damage(house):
    damage(house)
    list(fixity.verify(house.database, house.vault, clock=house.clock))
    everything = frozenset(range(10))
    for role, lines in (("administrator", 1), ("coordinator", 0), ("staff", 0)):
        assert len(attention(house, Viewer("user:1", role, everything, everything))) == lines


def test_a_vault_that_is_away_damages_nothing(house):
    house.clock.step(days=61)
    house.vault.blobs.rename(house.vault.folder / "away")
    scrubbing = Scrubbing(house.database, house.vault, house.clock)
    assert scrubbing.step() == 0
    assert progress(house)["damaged"] == 0


def test_one_worker_of_all_scrubs_and_rests_in_between(house, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("indexer.scrubbing.AT_ONCE", 1)
    first, second = (
        Scrubbing(house.database, house.vault, house.clock, lambda: now[0]) for _ in range(2)
    )
    house.clock.step(days=61)

    def hashing() -> bool:
        now[0] += 1.0
        return True

    assert (first.step(hashing), second.step(hashing)) == (1, 0)
    now[0] += REST - 1
    assert first.step(hashing) == 0
    now[0] += 1
    assert first.step(hashing) == 1
    first.close()
    assert second.step(hashing) == 0
    now[0] += IDLE_S
    assert second.step(hashing) == 1
    second.close()
