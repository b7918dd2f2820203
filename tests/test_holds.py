"""Holds: what they cover, now and later, is destroyed by nobody, and says so to members alone."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from archive import events, exports, holding, moving
from archive.access import Viewer, operator
from archive.errors import Conflict, Kept, NotFound, UsageError
from archive.held import held
from archive.holds import require_free, seeds_of, standing
from archive.models import Document, Event, Hold, Job
from archive.references import Target
from tests.conftest import PROJECT
from tests.matter_house import MatterHouse, found_by
from tests.test_matters import INVOICE, ORDER, REMINDER

OTHER = "MINUTES\nDate: 2024-01-01\nNothing of all that.\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = MatterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def put(house: MatterHouse, name: str, text: str, collection: str = "general") -> int:
    return house.document(house.put(name, text, collection))


def index(house: MatterHouse) -> None:
    """All is read and in the index."""
    with house.database.write() as session:
        session.execute(delete(Job))


def is_free(house: MatterHouse, *documents: int) -> bool:
    house.clock.step()
    try:
        with house.database.write() as session:
            require_free(session, documents, house.clock(), actor="user:9")
    except Kept as error:
        assert str(error) == "This is kept for legal reasons."
        return False
    return True


def look(house: MatterHouse, hold: int) -> None:
    house.clock.step()
    by = house.person("legal one")
    with house.database.read() as session:
        found = holding.look(session, by, hold, searching=found_by)
    with house.database.write() as session:
        holding.look_again(session, by, hold, found, house.clock())


def test_what_hangs_together_with_a_seed_is_kept_and_what_arrives_later_too(house):
    order, other = put(house, "order.txt", ORDER), put(house, "other.txt", OTHER)
    index(house)
    assert is_free(house, order)
    house.hold(house.open(), seeds=("PO-2024-113",))
    assert not is_free(house, order) and is_free(house, other)
    invoice = put(house, "invoice.txt", INVOICE)
    assert not is_free(house, other, invoice)


def test_what_arrived_since_stays_kept_when_it_hangs_together_no_more(house):
    put(house, "order.txt", ORDER)
    index(house)
    hold = house.hold(house.open(), seeds=("PO-2024-113",))
    version = house.put("invoice.txt", INVOICE)
    index(house)
    house.reread(version, OTHER)
    index(house)
    assert not is_free(house, house.document(version))
    look(house, hold)
    assert is_free(house, house.document(version))


def test_what_a_search_finds_is_kept_and_what_came_since_until_it_is_looked_at(house):
    order, other = put(house, "order.txt", ORDER), put(house, "other.txt", OTHER)
    index(house)
    hold = house.hold(house.open(), searches=("Order number",))
    assert not is_free(house, order) and is_free(house, other)
    late, harmless = put(house, "late.txt", ORDER + "x"), put(house, "later.txt", OTHER + "x")
    look(house, hold)  # neither is in the index yet
    assert not is_free(house, late) and not is_free(house, harmless)
    index(house)
    look(house, hold)
    assert not is_free(house, late) and is_free(house, harmless)


def test_what_is_read_anew_after_the_look_is_kept_until_the_next(house):
    other = house.put("other.txt", OTHER)
    index(house)
    hold = house.hold(house.open(), searches=("Order number",))
    house.reread(other, ORDER)
    assert not is_free(house, house.document(other))
    index(house)
    look(house, hold)
    assert not is_free(house, house.document(other))


def test_a_whole_collection_is_kept_with_what_is_filed_there_later(house):
    hold = house.hold(house.open(), collections=("general",))
    assert not is_free(house, put(house, "order.txt", ORDER))
    other = put(house, "hidden.txt", ORDER, "secret")
    assert not is_free(house, other)  # until it is looked at
    index(house)
    look(house, hold)
    assert is_free(house, other)


def test_a_product_keeps_what_concerns_it(house):
    house.register("product", code="PX-200", name="Pump")
    house.look_for_names()
    concerned = put(house, "spec.txt", "SPECIFICATION\nProduct: PX-200\n")
    house.hold(house.open(), seeds=("product:PX-200",))
    assert not is_free(house, concerned)


def test_several_holds_may_cover_one_document_and_the_last_release_frees_it(house):
    order = put(house, "order.txt", ORDER)
    matter, other = house.open(), house.open("Another")
    first = house.hold(matter, seeds=("PO-2024-113",))
    second = house.hold(other, collections=("general",))
    with house.database.write() as session:
        by = house.person("legal one")
        with pytest.raises(UsageError, match="reason"):
            holding.release(session, by, first, " ", house.clock())
        holding.release(session, by, first, "settled", house.clock())
        with pytest.raises(Conflict, match="released already"):
            holding.release(session, by, first, "settled", house.clock())
    assert not is_free(house, order)
    with house.database.write() as session:
        holding.release(session, by, second, "settled", house.clock())
    assert is_free(house, order)
    assert house.kinds(matter) == ["matter-opened", "hold-placed", "hold-released"]
    assert house.kinds(other) == ["matter-opened", "hold-placed", "hold-refused", "hold-released"]


def test_what_matched_once_stays_kept_when_it_matches_no_more(house):
    order = house.put("order.txt", ORDER)
    index(house)
    hold = house.hold(house.open(), searches=("Order number",))
    house.reread(order, OTHER)
    index(house)
    look(house, hold)
    assert not is_free(house, house.document(order))


def test_the_refusal_is_an_event_of_the_matter_and_of_nothing_else(house):
    order = put(house, "order.txt", ORDER)
    matter = house.open()
    hold = house.hold(matter, seeds=("PO-2024-113",))
    assert not is_free(house, order)
    with house.database.read() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "hold-refused"))
        assert (event.matter_id, event.document_id, event.collection_id) == (matter.id, None, None)
        assert f'"documents":[{order}],"hold":{hold}' in event.line
        assert event.actor == "user:9"


def test_a_hold_covers_what_its_placer_may_not_see_and_tells_them_nothing_of_it(house):
    put(house, "order.txt", ORDER)
    hidden = put(house, "hidden.txt", REMINDER, "secret")
    hold = house.hold(house.open(), seeds=("PO-2024-113",))
    assert not is_free(house, hidden)
    with house.database.read() as session:
        by = house.person("legal one")
        assert holding.get_hold(session, by, hold).documents == 1
        assert holding.documents_of(session, by, hold).items == ("D-000001",)


BRIDGE = "MEMO\nDate: 2024-09-01\nOrder PO-2024-113 and invoice 88213 belong together.\n"
ALONE = "INVOICE\nInvoice number: 88213\nDate: 2024-06-30\n"


def held_by(house: MatterHouse, viewer: Viewer, *documents: int) -> set[int]:
    with house.database.read() as session:
        return held(session, viewer, documents)


def told_by(house: MatterHouse, viewer: Viewer, hold: int) -> tuple[str, ...]:
    with house.database.read() as session:
        listed = holding.documents_of(session, viewer, hold)
        assert holding.get_hold(session, viewer, hold).documents == listed.total
    return listed.items


def test_a_hidden_document_that_binds_two_does_not_show_by_what_is_held(house):
    order, bridge = put(house, "order.txt", ORDER), put(house, "bridge.txt", BRIDGE, "secret")
    bound = put(house, "invoice.txt", ALONE)
    index(house)
    hold = house.hold(house.open(), seeds=("PO-2024-113",))
    by = house.person("legal one")
    assert all(not is_free(house, one) for one in (order, bridge, bound))
    assert told_by(house, by, hold) == (f"D-{order:06d}",)
    assert held_by(house, by, order, bridge, bound) == {order}
    look(house, hold)
    assert told_by(house, by, hold) == (f"D-{order:06d}",)


def test_who_reads_less_than_the_placer_sees_only_what_the_hold_names(house):
    order, bridge = put(house, "order.txt", ORDER), put(house, "bridge.txt", BRIDGE, "secret")
    bound = put(house, "invoice.txt", ALONE)
    hold = house.hold(house.open(), by=("general", "secret"), seeds=("PO-2024-113",))
    wide = house.person("legal one", "general", "secret")
    assert held_by(house, wide, order, bridge, bound) == {order, bridge, bound}
    assert held_by(house, house.person("legal one"), order, bridge, bound) == {order}
    assert told_by(house, house.person("legal one"), hold) == (f"D-{order:06d}",)


def test_a_held_and_marked_document_is_held_and_marked_where_it_is_joined(house):
    order, other = put(house, "order.txt", ORDER), put(house, "other.txt", OTHER)
    index(house)
    matter = house.open()
    hold = house.hold(matter, seeds=(f"D-{order:06d}",))
    house.say(matter, order, "privileged", "yes", "counsel")
    house.say(matter, order, "note", "the first promise")
    house.say(matter, other, "note", "a minute")
    receipt = {"document": order, "version": 1, "into": other, "as": 2, "what": "joined",
               "receipt": 9}  # fmt: skip
    for _ in range(2):
        with house.database.write() as session:
            moving.apply(session, receipt, house.clock.step())
    index(house)
    look(house, hold)
    assert not is_free(house, other)
    assert held_by(house, house.person("legal one"), other) == {other}
    (entry,) = house.entries(matter)
    assert entry.document_id == other and entry.said["privileged"].reason == "counsel"
    assert entry.said["note"].value == "a minute\nthe first promise"


def test_the_seed_of_a_hold_is_the_document_that_it_was_joined_into(house):
    order, other = put(house, "order.txt", ORDER), put(house, "other.txt", OTHER)
    index(house)
    hold = house.hold(house.open(), seeds=(f"D-{order:06d}",))
    receipt = {"document": order, "version": 1, "into": other, "as": 2, "what": "joined",
               "receipt": 9}  # fmt: skip
    with house.database.write() as session:
        moving.apply(session, receipt, house.clock.step())
        row = session.get_one(Hold, hold)
        assert Target("document", other) in seeds_of(session, row)


def test_a_part_that_is_split_off_stays_held_and_privileged(house):
    version = house.put("order.txt", ORDER)
    order = house.document(version)
    house.put("order.txt", ORDER + "second\n")
    index(house)
    matter = house.open()
    hold = house.hold(matter, seeds=(f"D-{order:06d}",))
    house.say(matter, order, "privileged", "yes", "counsel")
    receipt = {"document": order, "version": 1, "into": order + 7, "as": 1, "what": "split",
               "receipt": 9}  # fmt: skip
    with house.database.write() as session:
        moving.apply(session, receipt, house.clock.step())
    index(house)
    look(house, hold)
    assert not is_free(house, order + 7) and not is_free(house, order)
    assert len(house.entries(matter, show="privileged")) == 2


def test_only_members_see_a_hold_and_that_a_document_is_held(house):
    order = put(house, "order.txt", ORDER)
    hold = house.hold(house.open(), seeds=("PO-2024-113",))

    def told(viewer: Viewer) -> bool:
        with house.database.read() as session:
            return next(iter(exports.documents(session, viewer)))["held"]

    with house.database.read() as session:
        for name in ("administrator one", "coordinator one"):
            assert not told(house.person(name))
            assert holding.list_holds(session, house.person(name)).total == 0
            with pytest.raises(NotFound, match="There is no hold"):
                holding.get_hold(session, house.person(name), hold)
        assert told(house.person("legal one")) and not told(operator(session))
    assert order == 1


def test_a_hold_needs_a_ground_and_something_to_cover(house):
    with pytest.raises(UsageError, match="what the hold covers"):
        house.hold(house.open())


def test_who_destroys_and_who_places_a_hold_wait_for_one_another(house):
    """Nothing is destroyed after the hold was committed, however the two race."""
    order = put(house, "order.txt", ORDER)
    matter = house.open()

    def destroy() -> None:
        with suppress(Kept), house.database.write() as session:
            require_free(session, [order], house.clock())
            events.record(session, house.clock(), "destroyed", document_id=order)

    for _ in range(10):
        threads = [
            threading.Thread(target=destroy),
            threading.Thread(target=lambda: house.hold(matter, seeds=("PO-2024-113",))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with house.database.write() as session:
            told = session.execute(select(Event.kind, Event.number)).all()
            last = dict(sorted(told, key=lambda one: one.number))
            assert last.get("destroyed", 0) < last["hold-placed"]
            (hold,) = standing(session)
            holding.release(session, house.person("legal one"), hold.id, "again", house.clock())


#: Where rows are deleted, of which tables: caches that reading makes again, work to be done, and
#: who may do what. Bytes, documents, versions, sightings and what was ever said have no such place
#: but what two persons agreed to destroy (archive/disposing.py), where no hold covers it.
ROWS = {
    "archive/agreement.py": {"Page", "Job"},
    "archive/change_named.py": {"NamedDocument"},
    "archive/destroying.py": {
        "Identifier",
        "Job",
        "Proposal",
        "Reference",
        "model",
        "table",
    },
    "archive/change_opening.py": {"OpenedEntry"},
    "archive/digests.py": {"row"},
    "archive/fixity.py": {"Meta"},
    "archive/loose_rows.py": {"model"},
    "archive/scrub.py": {"Meta"},
    "archive/groups.py": {"Grant", "Membership", "Group", "row"},
    "archive/grants.py": {"row"},
    "archive/jobs.py": {"Job"},
    "archive/matching.py": {"Mention"},
    "archive/readings.py": {"Page"},
    "archive/troubles.py": {"Trouble"},
    "archive/withdrawing.py": {"alias"},
}
#: Where files are removed: each what it wrote itself and has not finished, or can make again.
FILES = {
    "api/packing.py", "api/pages/registers.py", "api/pictures.py", "archive/agreement.py",
    "archive/backup.py",
    "archive/disposing.py", "archive/files.py", "archive/package.py", "archive/rebuild.py",
    "archive/vault.py",
    "indexer/cage.py", "indexer/search/folders.py",
}  # fmt: skip


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for package in ("archive", "api", "indexer"):
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    yield str(path.relative_to(PROJECT)), name, node


def test_every_path_that_can_destroy_is_known_and_destroys_nothing_that_is_kept():
    """Whoever adds one that does calls `archive.holds.require_free` first, and says so here."""
    rows: dict[str, set[str]] = {}
    files = set()
    for path, name, node in calls():
        if name == "delete" and node.args and path.startswith("archive/"):
            rows.setdefault(path, set()).add(getattr(node.args[0], "id", "?"))
        if name in ("unlink", "rmtree", "remove", "rmdir") and not _is_of_a_list(node):
            files.add(path)
    assert rows == ROWS
    assert files == FILES


def _is_of_a_list(node: ast.Call) -> bool:
    """`wanted.remove(x)` takes a value out of a collection; no file is removed with an argument."""
    is_os = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "os"
    return getattr(node.func, "attr", "") == "remove" and bool(node.args) and not is_os


def test_nothing_but_blobs_that_are_new_is_written_into_the_vault_again(house, tmp_path):
    """A held document that is gone from its folder, joined and read again has its bytes still."""
    version = house.put("order.txt", ORDER)
    house.hold(house.open(), seeds=("PO-2024-113",))
    before = sorted(path.name for path in Path(tmp_path, "vault", "blobs").rglob("*"))
    house.reread(version, OTHER)
    house.intake.gone("filing", ["order.txt"])
    house.put("order.txt", INVOICE)
    after = {path.name for path in Path(tmp_path, "vault", "blobs").rglob("*")}
    assert set(before) <= after
    with house.database.read() as session:
        assert session.get(Document, house.document(version)) is not None
