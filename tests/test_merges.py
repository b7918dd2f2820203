"""Two entries that are one party: what leads to the one leads to the other, until it is undone."""

from __future__ import annotations

import pytest

from archive import merges, registers
from archive.access import operator
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.linking import count_documents, documents_of
from archive.register_fields import register_of
from archive.seeds import find_seed
from tests.register_house import RegisterHouse

PARTY = register_of("party")


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path / "data", clock)
    yield house
    house.close()


def merge(house, entry, into, viewer=None):
    house.clock.step()
    with house.database.write() as session:
        merges.merge(session, viewer or operator(session), entry.id, into.id, house.clock())


def part(house, entry, viewer=None):
    house.clock.step()
    with house.database.write() as session:
        return merges.part(session, viewer or operator(session), entry.id, house.clock())


def listed(house, viewer=None, **asked):
    with house.database.read() as session:
        found = registers.list_entries(session, viewer or operator(session), PARTY, **asked)
        assert found.total == len(found.items)
        return [entry.name for entry in found.items]


def speaking(house, entry, viewer=None):
    with house.database.read() as session:
        viewer = viewer or operator(session)
        found = documents_of(session, viewer, entry)
        counted = count_documents(session, viewer, [entry.id]).get(entry.id, (0, None))[0]
        assert counted == found.total
        return [line["path"].removeprefix("filing/") for line in found.items]


def everything(house, viewer=None):
    """All that merges change, as one value."""
    with house.database.read() as session:
        entries = registers.list_entries(session, viewer or operator(session), PARTY).items
    shown = [(one.name, speaking(house, one, viewer)) for one in entries]
    return shown, sorted(house.references(viewer))


@pytest.fixture
def two(house):
    nord = house.register("party", name="Nordpump AB", organisation_number="556036-0793")
    other = house.register("party", name="Nordiska Pumpfabriken")
    house.put("a.txt", "Brev till Nordpump AB om annat.")
    house.put("b.txt", "Brev till Nordiska Pumpfabriken om annat.")
    house.look_for_names()
    return nord, other


def test_documents_references_and_the_list_follow_to_the_one_that_stays(house, two):
    nord, other = two
    merge(house, other, nord)
    assert listed(house) == ["Nordpump AB"]
    assert listed(house, query="pumpfabriken") == ["Nordpump AB"]
    assert speaking(house, nord) == ["a.txt", "b.txt"]
    targets = {line[3] for line in house.references()}
    assert targets == {"Nordpump AB"}


def test_the_name_of_the_merged_one_leads_to_the_one_that_stays(house, two):
    nord, other = two
    merge(house, other, nord)
    assert house.get("party", "Nordiska Pumpfabriken").id == nord.id
    assert house.get("party", str(other.id)).id == nord.id
    with house.database.read() as session:
        assert find_seed(session, operator(session), "party:Nordiska Pumpfabriken").id == nord.id


def test_undo_brings_back_what_was_also_after_more_documents_came(house, two):
    nord, other = two
    merge(house, other, nord)
    house.put("c.txt", "Brev till Nordiska Pumpfabriken igen.")
    house.put("d.txt", "Org.nr: 556036-0793")
    house.look_for_names()
    assert speaking(house, nord) == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert part(house, other) == nord.id
    assert listed(house) == ["Nordiska Pumpfabriken", "Nordpump AB"]
    assert speaking(house, nord) == ["a.txt", "d.txt"]
    assert speaking(house, other) == ["b.txt", "c.txt"]


def test_a_merge_stays_when_files_are_read_again_and_entries_are_edited(house, two):
    nord, other = two
    merge(house, other, nord)
    version = house.put("e.txt", "Nordiska Pumpfabriken")
    house.reread(version, "Nordiska Pumpfabriken och Nordpump AB")
    house.edit(nord, country="SE")
    house.look_for_names()
    assert speaking(house, nord) == ["a.txt", "b.txt", "e.txt"]
    assert listed(house) == ["Nordpump AB"]


def test_what_was_merged_before_goes_along_and_comes_back(house, two):
    nord, other = two
    third = house.register("party", name="Pumpgruppen AB")
    merge(house, other, nord)
    before = everything(house)
    merge(house, nord, third)
    assert listed(house) == ["Pumpgruppen AB"]
    assert speaking(house, third) == ["a.txt", "b.txt"]
    part(house, nord)
    assert everything(house) == before
    part(house, other)
    assert listed(house) == ["Nordiska Pumpfabriken", "Nordpump AB", "Pumpgruppen AB"]


def test_a_number_that_both_bear_is_no_longer_ambiguous(house, two):
    nord, other = two
    house.edit(other, organisation_number="556036-0793")
    house.put("n.txt", "Org.nr: 556036-0793")

    def ambiguous():
        with house.database.read() as session:
            wish = Wish(kind="ambiguous")
            found = list_attention(session, operator(session), Config(), wish, house.clock())
            return found["total"]

    def status():
        return [line[4] for line in house.references() if line[0] == "n.txt"]

    assert ambiguous() == 1
    merge(house, other, nord)
    assert (status(), ambiguous()) == (["resolved"], 0)
    part(house, other)
    assert ambiguous() == 1


def test_as_of_a_day_before_the_merge_there_were_two(house, two):
    nord, other = two
    before = house.clock()
    merge(house, other, nord)
    assert listed(house, as_of=before) == ["Nordiska Pumpfabriken", "Nordpump AB"]
    assert house.get("party", "Nordiska Pumpfabriken", as_of=before).id == other.id


def test_a_merge_with_what_one_may_not_see_is_none(house, two):
    nord, _ = two
    secret = house.register("party", "secret", name="Hemliga Pump AB", vat="SE556036079301")
    house.put("s.txt", "Hemliga Pump AB")
    house.look_for_names()
    viewer = house.viewer("general")
    before = everything(house, viewer)
    merge(house, secret, nord)
    assert everything(house, viewer) == before
    part(house, secret)
    merge(house, nord, secret)
    assert everything(house, viewer) == before
    assert listed(house) == ["Hemliga Pump AB", "Nordiska Pumpfabriken"]
    with pytest.raises(NotFound):
        part(house, nord, viewer)


def test_events_say_it_in_both_collections_and_name_nobody(house, two):
    nord, other = two
    merge(house, other, nord)
    part(house, other)
    told = [(one.kind, one.entry_id) for one in house.events() if "entries" in one.kind]
    assert told == [
        ("entries-merged", other.id), ("entries-merged", nord.id),
        ("entries-parted", other.id), ("entries-parted", nord.id),
    ]  # fmt: skip
    assert all("Nord" not in one.line for one in house.events())


def test_only_two_entries_of_one_register_that_one_may_write_are_merged(house, two):
    nord, other = two
    product = house.register("product", code="X1", name="Aurora")
    with pytest.raises(UsageError):
        merge(house, nord, nord)
    with pytest.raises(UsageError):
        merge(house, nord, product)
    with pytest.raises(NotAllowed):
        merge(house, nord, other, house.viewer("general", role="staff"))
    merge(house, other, nord)
    with pytest.raises(Conflict):
        merge(house, other, nord)
