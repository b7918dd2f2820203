"""Which documents name a registered party: by its names with their form, and by numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from api.pages.things import party_things
from archive import merges, rulings
from archive.access import operator
from archive.linking import count_documents, documents_of
from archive.party_spellings import parties_of_keys
from archive.register_fields import register_of
from tests.register_house import RegisterHouse, invoice

PARTY = register_of("party")
NUMBER = "556036-0793"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path / "data", clock)
    yield house
    house.close()


def roles(house, entry, viewer=None, **then):
    """By path the roles in which the documents of an entry name it."""
    with house.database.read() as session:
        viewer = viewer or operator(session)
        found = documents_of(session, viewer, entry, **then)
        if not then:
            counted = count_documents(session, viewer, [entry.id]).get(entry.id, (0, None))[0]
            assert counted == found.total
        return {line["path"].removeprefix("filing/"): line["roles"] for line in found.items}


def link(house, name, number=None, viewer=None):
    with house.database.read() as session:
        found = party_things(session, viewer or operator(session), [(name, number)])
    return found[name, number].text if (name, number) in found else None


def test_parties_of_a_long_list_are_looked_up_at_once(house):
    names = [f"Gjuteri {number} AB" for number in range(9)]
    for name in names:
        house.register("party", name=name)

    def statements(said):
        with house.database.read() as session:
            viewer, asked = operator(session), []
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *_: asked.append(1))
            assert len(party_things(session, viewer, [(name, None) for name in said])) == len(said)
            return len(asked)

    assert statements(names) == statements(names[:1])


def test_documents_that_name_it_with_another_spelling_of_its_form_are_its_own(house):
    invoice(house, "a.txt", "Norrgjuteri Aktiebolag")
    invoice(house, "b.txt", "AB Norrgjuteri")
    invoice(house, "c.txt", "Norrgjuteri GmbH")
    invoice(house, "d.txt", "Norrgjuteri")
    entry = house.register("party", name="Norrgjuteri AB")
    assert roles(house, entry) == {"a.txt": ["seller"], "b.txt": ["seller"]}


def test_a_number_joins_a_name_without_its_form_and_no_other_name(house):
    invoice(house, "a.txt", "Norrgjuteri", NUMBER)
    invoice(house, "b.txt", "Norrgjuteri")
    invoice(house, "c.txt", "Söderpump AB", NUMBER)
    entry = house.register("party", name="Norrgjuteri AB", vat="SE556036079301")
    named = {path for path, found in roles(house, entry).items() if found}
    assert named == {"a.txt"}


def test_a_number_whose_check_digit_is_wrong_joins_nothing(house):
    invoice(house, "a.txt", "Norrgjuteri")
    house.register("party", name="Norrgjuteri AB", organisation_number="556036-0794")
    assert link(house, "Norrgjuteri", "556036-0794") is None


def test_a_name_leads_to_the_one_entry_that_it_is_for_sure(house):
    house.register("party", name="Norrgjuteri AB", other_names=["NG"], vat="SE556036079301")
    assert link(house, "NORRGJUTERI AKTIEBOLAG") == "Norrgjuteri AB"
    assert link(house, "NG") == "Norrgjuteri AB"
    assert link(house, "Norrgjuteri") is None
    assert link(house, "Norrgjuteri", NUMBER) == "Norrgjuteri AB"
    assert link(house, "Norrgjuteri GmbH") is None
    house.register("party", "secret", name="Norrgjuteri Aktiebolag")
    assert link(house, "Norrgjuteri AB") is None
    assert link(house, "Norrgjuteri AB", viewer=house.viewer("general")) == "Norrgjuteri AB"


def test_after_a_merge_the_spellings_of_both_lead_to_the_one_that_stays(house):
    invoice(house, "a.txt", "Norrgjuteri AB")
    invoice(house, "b.txt", "NG Metall AB")
    entry = house.register("party", name="Norrgjuteri AB")
    other = house.register("party", name="NG Metall AB")
    with house.database.write() as session:
        merges.merge(session, operator(session), other.id, entry.id, house.clock())
    assert roles(house, entry) == {"a.txt": ["seller"], "b.txt": ["seller"]}
    assert link(house, "NG Metall Aktiebolag") == "Norrgjuteri AB"


def test_a_persons_word_on_the_parties_counts_alone(house):
    version = invoice(house, "a.txt", "Norrgjuteri Aktiebolag")
    entry = house.register("party", name="Norrgjuteri AB")
    before = house.clock()
    house.clock.step()
    with house.database.write() as session:
        rulings.set_facts(
            session, operator(session), 1, {}, house.clock(), schemes=house.schemes,
            parties=[{"role": "seller", "name": "Söderpump AB"}],
        )  # fmt: skip
    assert version
    assert roles(house, entry) == {}
    assert roles(house, entry, as_of=before) == {"a.txt": ["seller"]}


def test_documents_that_one_may_not_read_give_a_party_nothing(house):
    invoice(house, "a.txt", "Norrgjuteri Aktiebolag")
    invoice(house, "s.txt", "Norrgjuteri Aktiebolag (publ)", collection="secret")
    entry = house.register("party", name="Norrgjuteri AB")
    assert set(roles(house, entry)) == {"a.txt", "s.txt"}
    assert set(roles(house, entry, house.viewer("general"))) == {"a.txt"}


def test_search_knows_a_party_by_all_names_of_what_was_merged(house):
    entry = house.register("party", name="Norrgjuteri AB", other_names=["NG"])
    other = house.register("party", "secret", name="NG Metall AB")
    with house.database.write() as session:
        merges.merge(session, operator(session), other.id, entry.id, house.clock())

    def known(viewer, *keys):
        with house.database.read() as session:
            return parties_of_keys(session, viewer or operator(session), keys)

    every = ("Norrgjuteri AB", ("ng metall|ab", "ng|", "norrgjuteri|ab"))
    asked = ("norrgjuteri|ab", "ng|", "ng metall|ab", "norrgjuteri|", "norrgjuteri|gmbh")
    assert known(None, *asked) == dict.fromkeys(asked[:3], every)
    seen = ("Norrgjuteri AB", ("ng|", "norrgjuteri|ab"))
    assert known(house.viewer("general"), *asked) == dict.fromkeys(asked[:2], seen)
