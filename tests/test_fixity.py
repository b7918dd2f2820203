"""Every kind of damage is named by `verify` or `check`; a clean archive has no finding."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from sqlalchemy import delete, select, text, update

from archive import fixity
from archive.arrivals import Arrival, TreePlace
from archive.errors import DamageFound
from archive.models import (
    Blob,
    Event,
    Sighting,
)
from archive.receipts import Journal
from archive.records import file_number
from archive.vault import StoredBlob
from tests.damaged_house import House


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.close()


def test_a_clean_archive_has_no_finding(house):
    assert house.verify() == house.check() == []
    with house.database.read() as session:
        assert set(session.scalars(select(Blob.verified_at))) == {house.clock()}


def test_a_flipped_bit_in_a_blob_is_found_with_the_documents_that_it_is_in(house):
    sha256 = next(house.vault.names())
    path = house.vault.path(sha256)
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    [finding] = house.verify()
    assert sha256 in finding and "It is the content of D-00000" in finding


def test_a_verify_that_was_cut_off_goes_on_where_it_was_and_forgets_no_damage(house, monkeypatch):
    monkeypatch.setattr(fixity, "BATCH", 1)
    lost = next(house.vault.names())
    house.vault.path(lost).rename(house.vault.folder / "away")
    hashed: list[str] = []
    whole = house.vault.check
    monkeypatch.setattr(house.vault, "check", lambda *of: hashed.append(of[0]) or whole(*of))
    looks = fixity.verify(house.database, house.vault, clock=house.clock)
    assert lost in next(looks).text
    looks.close()
    house.clock.step()
    rest = fixity.verify(house.database, house.vault, resume=True, clock=house.clock)
    assert [lost in finding.text for finding in rest] == [True]
    assert sorted(hashed) == sorted([lost, *house.vault.names(), lost])
    hashed.clear()
    house.clock.step()
    list(fixity.verify(house.database, house.vault, resume=True, clock=house.clock))
    assert len(hashed) == 3  # the last one came to its end: from the beginning


def test_a_blob_that_is_gone_is_found_by_both(house):
    sha256 = next(house.vault.names())
    house.vault.path(sha256).unlink()
    assert [sha256 in finding for finding in (*house.verify(), *house.check())] == [True, True]


def test_every_flipped_bit_in_the_receipts_is_found_and_none_of_them_is_mended_away(house):
    whole = house.journal.read_bytes()
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position % 8)
        house.journal.write_bytes(flipped)
        with house.database.read() as session:
            journal = Journal(house.vault.folder)
            found = [
                *journal.damage(),
                *fixity._end(session, journal),
                *fixity._sightings(session, journal),
            ]
        assert found, position
        assert house.journal.read_bytes() == flipped
    house.journal.write_bytes(whole)
    assert house.verify() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "Receipt line 1 does not follow"),
        (lambda lines: [lines[0], lines[2]], "Receipt line 2 does not follow"),
        (lambda lines: [lines[1], lines[0], lines[2]], "Receipt line 1 does not follow"),
        (lambda lines: lines[:-1], "The receipts lost their end"),
        (lambda lines: [*lines[:-1], lines[-1][:-1]], "The receipts lost their end"),
        (lambda lines: [], "The receipts lost their end"),
    ],
)
def test_receipts_removed_swapped_or_cut_off_are_found(house, change, said):
    house.journal.write_bytes(b"".join(change(house.lines())))
    assert any(said in finding for finding in house.verify())


def test_receipts_that_were_all_linked_anew_are_found(house):
    receipts = [json.loads(line) for line in house.lines()]
    receipts[1]["path"] = "another.txt"
    house.journal.unlink()
    Journal(house.vault.folder).append(receipts)
    assert any("The last receipt is not the one" in finding for finding in house.verify())


def test_a_torn_last_line_was_never_acknowledged_and_is_no_damage(house):
    with house.journal.open("ab") as journal:
        journal.write(b'{"what": "sigh')
    assert house.verify() == []
    house.file("next.txt", b"next")
    assert house.verify() == []


def test_a_sighting_and_its_receipt_need_each_other(house):
    house.damage(delete(Sighting).where(Sighting.path == "order.txt"))
    [finding] = house.verify()
    assert "of document 1, has no sighting" in finding
    house.damage(update(Sighting).where(Sighting.until.is_(None)).values(receipt="invented"))
    assert any("of D-000002 has no receipt" in finding for finding in house.verify())


def test_receipts_are_held_against_sightings_a_few_at_a_time(house, monkeypatch):
    monkeypatch.setattr(fixity, "BATCH", 50)
    for start in range(0, 2000, 250):
        house.intake.receive(
            [
                Arrival(
                    StoredBlob(f"{number:064x}", 1), "general", TreePlace("filing", f"{number}")
                )
                for number in range(start, start + 250)
            ]
        )
    lost = [house.lines()[number] for number in (5, 700)]
    names = [json.loads(line)["receipt"] for line in lost]
    house.damage(
        delete(Sighting).where(Sighting.receipt == names[0]),
        update(Sighting).where(Sighting.receipt == names[1]).values(receipt="invented"),
    )
    for _ in range(2):  # what is made once and kept is made at the first look
        tracemalloc.start()
        with house.database.read() as session:
            found = list(fixity._sightings(session, Journal(house.vault.folder)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    document = json.loads(lost[1])["document"]
    assert [name in finding for name, finding in zip(names, found, strict=False)] == [True, True]
    assert found[2:] == [
        f"A sighting of {file_number(document)} has no receipt that says the same."
    ]
    assert most < 1_000_000


@pytest.mark.parametrize(
    "values",
    [
        {"line": Event.line + " "},
        {"leaf": "0" * 64},
        {"kind": "forged"},
        {"actor": "user:9"},
        {"document_id": 77},
        {"at": "2020-01-01T00:00:00.000000Z"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_event_is_found(house, values):
    table = Event.__table__
    named = {"number": 2, **{key: value for key, value in values.items() if key == "at"}}
    if "at" in values:
        house.damage(text("UPDATE event SET at = :at WHERE number = :number").bindparams(**named))
    else:
        house.damage(update(table).where(table.c.number == 2).values(**values))
    assert house.verify() == ["history: Event 2 is not what was written."]


def test_removed_events_are_found_in_the_middle_and_at_the_end(house):
    with house.database.read() as session:
        last = session.scalars(select(Event.number).order_by(Event.number.desc())).first()
    house.damage(delete(Event).where(Event.number == 2))
    assert house.verify() == ["history: Events 2 to 2 are missing from the record."]
    house.damage(delete(Event).where(Event.number == last))
    assert f"history: The record ends at event {last - 1}; {last} were written." in house.verify()


def test_a_journal_shorter_than_the_database_remembers_stops_intake(house):
    house.journal.write_bytes(b"".join(house.lines()[:-1]))
    with pytest.raises(DamageFound, match="shorter than the database remembers"):
        house.file("next.txt", b"next")
