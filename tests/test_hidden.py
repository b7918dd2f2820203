"""What is hidden is as if it were not there: each way in which it once showed, by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive import by_hand, rulings
from archive.access import operator
from archive.errors import NotFound
from archive.exports import references
from archive.history import history_of
from archive.linking import count_documents
from archive.models import NumberAlias, Reference, Version
from archive.opening import Which, open_document
from archive.references import Target
from archive.rulings import OnReference
from tests.conftest import SteppedClock
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SteppedClock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def document_of(house: RegisterHouse, version_id: int) -> int:
    with house.database.read() as session:
        return session.get_one(Version, version_id).document_id


def told(house: RegisterHouse, viewer) -> list[tuple]:
    with house.database.read() as session:
        return [
            (line["relation"], line["status"], line["target"])
            for line in references(session, viewer)
        ]


def events(house: RegisterHouse, viewer, document: int) -> list[str]:
    with house.database.read() as session:
        return [line["what"] for line in history_of(session, viewer, document).items]


def test_a_link_by_hand_to_a_hidden_document_is_not_there(house):
    seen = document_of(house, house.put("a.txt", "A letter."))
    hidden = document_of(house, house.put("b.txt", "Another letter.", "secret"))
    viewer = house.viewer("general")
    before = events(house, viewer, seen)
    with house.database.write() as session:
        by = operator(session)
        made = by_hand.add_reference(
            session, by, seen, "cites", Target("document", hidden), house.clock()
        )
    assert told(house, viewer) == []
    assert events(house, viewer, seen) == before
    assert told(house, house.viewer("general", "secret")) == [
        ("cites", "resolved", f"D-{hidden:06d}")
    ]
    with house.database.write() as session:
        by_hand.remove_reference(session, operator(session), made, house.clock())
    assert events(house, viewer, seen) == before


def test_a_link_by_hand_to_a_hidden_entry_is_not_there(house):
    seen = document_of(house, house.put("a.txt", "A letter."))
    entry = house.register("product", "secret", code="X-1000", name="Xenon")
    with house.database.write() as session:
        target = Target("product", entry.id)
        by_hand.add_reference(session, operator(session), seen, "about", target, house.clock())
    assert told(house, house.viewer("general")) == []


def test_a_ruling_that_leads_to_what_is_hidden_leaves_the_one_before_it_in_force(house):
    source = house.put("a.txt", "See purchase order PO-2024-113.")
    first = document_of(house, house.put("b.txt", "A letter."))
    hidden = document_of(house, house.put("c.txt", "Another letter.", "secret"))
    with house.database.read() as session:
        row = session.scalars(select(Reference).where(Reference.version_id == source)).one()
    what = OnReference(row.document_id, row.scheme, row.key, row.relation)
    viewer = house.viewer("general")
    for target in (first, hidden):
        house.clock.step()
        with house.database.write() as session:
            rulings.rule(
                session, operator(session), what, "redirect", house.clock(),
                target=Target("document", target),
            )  # fmt: skip
        assert told(house, viewer) == [(row.relation, "resolved", f"D-{first:06d}")]
    assert events(house, viewer, row.document_id).count("reference-redirect") == 1
    for status, target in (("resolved", f"D-{first:06d}"), ("waiting", None)):
        house.clock.step()
        with house.database.write() as session:
            rulings.rule(session, operator(session), what, "withdraw", house.clock())
        assert told(house, viewer) == [(row.relation, status, target)]
    assert events(house, viewer, row.document_id).count("reference-withdraw") == 1


def test_the_history_gives_no_reason_for_a_ruling_on_a_name_that_is_hidden(house):
    house.register("product", "secret", code="X-1000", name="Zeppelin")
    source = house.put("a.txt", "Zeppelin is on its way. See purchase order PO-2024-113.")
    house.look_for_names()
    with house.database.read() as session:
        rows = session.scalars(select(Reference).where(Reference.version_id == source)).all()
    by_name = {row.dictionary_entry_id is not None: row for row in rows}
    for is_hidden, reason in ((True, "the secret airship"), (False, "a slip of the pen")):
        row = by_name[is_hidden]
        what = OnReference(row.document_id, row.scheme, row.key, row.relation)
        with house.database.write() as session:
            at = house.clock.step()
            rulings.rule(session, operator(session), what, "reject", at, reason=reason)
    assert reasons(house, house.viewer("general"), row.document_id) == ["a slip of the pen"]
    every = reasons(house, house.viewer("general", "secret"), row.document_id)
    assert every == ["a slip of the pen", "the secret airship"]


def test_the_history_gives_no_reason_for_a_ruling_on_links_to_what_is_hidden(house):
    seen = document_of(house, house.put("a.txt", "A letter."))
    hidden = document_of(house, house.put("b.txt", "Another letter.", "secret"))
    with house.database.write() as session:
        aim, at = Target("document", hidden), house.clock.step()
        by_hand.add_reference(session, operator(session), seen, "cites", aim, at)
    with house.database.write() as session:
        what, at = OnReference(seen, None, None, "cites"), house.clock.step()
        rulings.rule(session, operator(session), what, "reject", at, reason="not that secret")
    assert reasons(house, house.viewer("general"), seen) == []
    assert reasons(house, house.viewer("general", "secret"), seen) == ["not that secret"]


def reasons(house: RegisterHouse, viewer, document: int) -> list[str]:
    with house.database.read() as session:
        lines = history_of(session, viewer, document).items
    return [line["ruling_reason"] for line in lines if "ruling_reason" in line]


def test_a_hidden_entrys_name_counts_no_document_for_a_seen_one_of_the_same_code(house):
    entry = house.register("product", code="AV-200", name="Aurora")
    house.register("product", "secret", code="AV-200", name="Zeppelin")
    house.put("a.txt", "Zeppelin is on its way.")
    viewer = house.viewer("general")
    with house.database.read() as session:
        assert count_documents(session, viewer, [entry.id]) == {}


def test_a_hidden_name_of_a_product_gives_its_milestones_no_meaning_elsewhere(house):
    house.register("product", code="AV-200", name="Aurora")
    house.register("product", "secret", code="AV-200", name="Zeppelin")
    house.register("milestone", code="M-01", name="Pilot run", product="AV-200")
    house.put("a.txt", "The pilot run of the Zeppelin begins.")
    assert house.references(house.viewer("general")) == []


def test_a_former_number_of_a_hidden_document_is_answered_as_one_that_never_was(house):
    for mark, path in (("A", "a.txt"), ("B", "b.txt")):
        text = f"SPECIFICATION\n\nSpecification no: SPEC-0100\nRevision: {mark}\n"
        house.put(path, text, "secret")
    house.put("c.txt", "A letter.")
    with house.database.read() as session:
        former = session.scalars(select(NumberAlias)).first()
        said = set()
        for number in (former.document, 900_000):
            with pytest.raises(NotFound) as refused:
                open_document(session, house.viewer("general"), number, Which(former.version))
            said.add(str(refused.value).replace(f"D-{number:06d}", "D"))
    assert len(said) == 1
