"""Erasure under data protection law: a ground, two persons, and no name that is left."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import disposals, tombstone_views
from archive.access import operator
from archive.errors import Conflict, Kept, NotAllowed, UsageError
from archive.models import Identifier, Sighting, Version
from tests.disposal_house import DisposalHouse
from tests.test_disposal import INVOICE, YOUNG, attach, put


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DisposalHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def test_erasure_needs_a_ground_and_two_persons_and_leaves_no_name(house):
    young = put(house, "letter of Anna Berg.txt", YOUNG)
    house.clock.step()
    with house.database.write() as session:
        by = house.person("manager one")
        with pytest.raises(UsageError, match="ground"):
            disposals.propose_erasure(session, by, [young], " ", house.clock())
        disposal = disposals.propose_erasure(session, by, [young], "Art. 17(1)(a)", house.clock())
        with pytest.raises(Conflict):
            disposals.propose_erasure(session, by, [young], "Art. 17(1)(a)", house.clock())
    with pytest.raises(NotAllowed):
        house.approve(disposal, by="manager one")
    house.approve(disposal)
    house.carry_out(disposal)
    assert not house.is_there(young)
    with house.database.read() as session:
        stone = tombstone_views.tombstone_of(session, operator(session), young)
        tables = [session.scalars(select(model)).all() for model in (Sighting, Version, Identifier)]
        told = [str(vars(row)) for rows in tables for row in rows]
    assert (stone.what, stone.authority, stone.number) == ("erased", "Art. 17(1)(a)", "")
    assert not any("Anna" in one or "INV-88" in one for one in told)
    assert house.document(house.file("letter of Anna Berg.txt", YOUNG.encode())) == young
    assert not house.is_there(young)
    with house.database.read() as session:
        assert len(session.scalars(select(Sighting)).all()) == 1
    assert house.findings() == []


def test_what_is_inside_another_document_is_erased_with_that_one(house):
    mail = house.put("mail.txt", YOUNG)
    inside = attach(house, mail, INVOICE)
    with house.database.write() as session:
        by = house.person("manager one")
        with pytest.raises(Conflict, match="inside another"):
            disposals.propose_erasure(session, by, [inside], "Art. 17", house.clock())
        disposal = disposals.propose_erasure(
            session, by, [house.document(mail)], "Art. 17", house.clock()
        )
    house.approve(disposal)
    house.carry_out(disposal)
    assert not house.is_there(inside) and not house.is_there(house.document(mail))
    assert house.findings() == []


def test_what_is_held_is_not_erased(house):
    young = put(house, "young.txt", YOUNG)
    house.hold(house.open(), seeds=("INV-88",), depth=0)
    with house.database.write() as session, pytest.raises(Kept):
        by = house.person("manager one")
        disposals.propose_erasure(session, by, [young], "Art. 17", house.clock())


def test_no_word_of_what_was_erased_is_in_any_file_of_the_data_folder(sqlite_url, tmp_path, clock):
    house = DisposalHouse(sqlite_url, tmp_path, clock)
    put(house, "other.txt", INVOICE)
    text = YOUNG + "Paid to Zuckmayer of Qvarnholm.\n"
    letter = house.put("Zuckmayer.txt", text)
    house.reread(letter, text)
    attach(house, letter, "LETTER\nDear Zuckmayer\n")
    pictures = tmp_path / "cache" / "pictures"
    (sha256,) = house.sums(house.document(letter))
    kept = pictures / sha256[:2] / f"{sha256}-1-100.png"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"Zuckmayer")
    with house.database.write() as session:
        by = house.person("manager one")
        made = disposals.propose_erasure(
            session, by, [house.document(letter)], "Art. 17", house.clock()
        )
    house.approve(made)
    house.carry_out(made)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if b"Zuckmayer" in path.read_bytes()] == []
    assert [path for path in files if b"Qvarnholm" in path.read_bytes()] == []
    assert house.findings() == []
    house.close()
