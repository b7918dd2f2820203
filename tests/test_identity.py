"""Which document a version belongs to; which collection a document belongs to."""

from __future__ import annotations

import io
import itertools
import random
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import exports, identity, version_proposals
from archive.access import operator
from archive.agreement import check
from archive.arrivals import Arrival, ChildPlace, TreePlace
from archive.documents import by_file_number
from archive.intake import Intake
from archive.models import Blob, Document, Event, Proposal, Reference, Version
from archive.reading import (
    Evidence,
    Extraction,
    FactFound,
    IdentifierFound,
    PageText,
    Reading,
)
from archive.readings import ReadVersion, load_subjects, record
from archive.reassigning import reassign
from tests.small_archive import SmallArchive, found, keyed

TEXT = "Specification {number}\n\nPump housing of grey iron, tested at 7 bar for 5 minutes.\n"


class Archive(SmallArchive):
    """Reads with kind and revision, and settles what belongs together."""

    joins = True

    def put(self, path: str, text: str, **said: str) -> int:
        version_id = self.file(path, text.encode())
        self.say(version_id, text, **said)
        return version_id

    def say(self, version_id: int, text: str, **said: str) -> None:
        """Read a version that was filed before, and settle it."""
        facts = [
            FactFound(name, value, Evidence(where="name"))
            for name, value in {"kind": "specification", **said}.items()
        ]
        number = said["number"]
        own = IdentifierFound("specification", number, *keyed(number), found(text, number))
        self._record(version_id, Reading("txt", 1, "text/plain", (PageText(1, text),)), facts, own)

    def say_by_name(self, version_id: int, **said: str) -> None:
        """The same of a file without any text: only its name speaks."""
        where = Evidence(where="name")
        facts = [FactFound(name, value, where) for name, value in said.items()]
        number = said["number"]
        own = IdentifierFound("specification", number, *keyed(number), where)
        self._record(version_id, Reading("txt", 1, "text/plain", ()), facts, own)

    def _record(
        self, version_id: int, reading: Reading, facts: list[FactFound], own: IdentifierFound
    ) -> None:
        with self.intake.deciding() as (session, receipts):
            subject = load_subjects(session, [version_id])[version_id]
            read = ReadVersion(subject, reading, Extraction(tuple(facts), (own,)))
            record(session, [read], self.clock.step())
            identity.settle(session, receipts, [version_id], self.clock(), joins=self.joins)

    def current(self) -> list[int | None]:
        """The current version of each document."""
        with self.database.read() as session:
            return list(session.scalars(select(Document.current_version_id).order_by(Document.id)))

    def documents(self) -> list[list[tuple[str, str | None]]]:
        """By document the (path, revision) of its versions, in their order."""
        with self.database.read() as session:
            lines = exports.documents(session, operator(session))
            return [
                [(version["path"], version["revision"]) for version in line["history"]]
                for line in lines
            ]


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = Archive(database_url, tmp_path, clock)
    yield archive
    archive.database.close()


def text_of(number: str, more: str = "") -> str:
    return TEXT.format(number=number) + more


def test_revisions_at_other_paths_are_versions_of_one_document_in_the_order_of_their_marks(archive):
    archive.put("SP-200 Rev B.txt", text_of("SP-200", "B"), number="SP-200", revision="B")
    archive.put("SP-200 Rev C.txt", text_of("SP-200", "C"), number="SP-200", revision="C")
    archive.put("old/SP-200 Rev A.txt", text_of("SP-200", "A"), number="SP-200", revision="A")
    assert archive.documents() == [
        [
            ("filing/old/SP-200 Rev A.txt", "A"),
            ("filing/SP-200 Rev B.txt", "B"),
            ("filing/SP-200 Rev C.txt", "C"),
        ]
    ]


def test_the_old_file_number_leads_to_the_document_that_it_joined(archive):
    archive.put("a.txt", text_of("SP-200", "A"), number="SP-200", revision="A")
    archive.put("b.txt", text_of("SP-200", "B"), number="SP-200", revision="B")
    with archive.database.read() as session:
        assert by_file_number(session, operator(session), 2) == 1


def test_a_specification_without_mark_joins_where_its_text_mostly_agrees(archive):
    archive.put("a.txt", text_of("SP-200"), number="SP-200")
    archive.put("b.txt", text_of("SP-200", "Approved."), number="SP-200")
    archive.put("c.txt", "SP-200 " + "quite other words " * 30, number="SP-200")
    assert [len(versions) for versions in archive.documents()] == [2, 1]
    with archive.database.read() as session:
        assert [p.kind for p in session.scalars(select(Proposal))] == ["version"]


def test_the_same_mark_twice_is_proposed_and_not_joined(archive):
    archive.put("a.txt", text_of("SP-200", "x"), number="SP-200", revision="A")
    archive.put("b.txt", text_of("SP-200", "y"), number="SP-200", revision="A")
    assert len(archive.documents()) == 2


def test_other_kinds_and_other_numbers_stay_apart(archive):
    archive.put("a.txt", text_of("SP-200"), number="SP-200")
    archive.put("b.txt", text_of("SP-201"), number="SP-201")
    archive.put("c.txt", text_of("SP-200", "z"), number="SP-200", kind="minutes")
    assert len(archive.documents()) == 3


def test_an_invoice_without_mark_never_joins(archive):
    for name in ("a.txt", "b.txt"):
        archive.put(name, text_of("INV-7", name), number="INV-7", kind="invoice")
    assert len(archive.documents()) == 2


def test_a_reused_name_is_another_document_derived_from_the_first(archive):
    archive.put("scan.txt", text_of("SP-200"), number="SP-200")
    archive.put("scan.txt", text_of("SP-300"), number="SP-300")
    assert sorted(len(versions) for versions in archive.documents()) == [1, 1]
    with archive.database.read() as session:
        derived = session.scalars(select(Reference).where(Reference.relation == "derived-from"))
        assert [(r.document_id, r.fixed_document_id) for r in derived] == [(2, 1)]


def test_a_version_without_content_says_nothing_of_what_document_it_is(archive):
    archive.put("INV-7.txt", text_of("SP-200"), number="SP-200")
    empty = archive.file("INV-7.txt", b"")
    archive.say_by_name(empty, number="INV-7", kind="invoice")
    archive.put("INV-7.txt", text_of("SP-200", "more"), number="SP-200")
    assert [len(versions) for versions in archive.documents()] == [3]


def test_a_version_without_content_is_the_current_one_only_where_no_other_has_any(archive):
    first = archive.put("a.txt", text_of("SP-200"), number="SP-200")
    empty = archive.file("a.txt", b"")
    archive.say_by_name(empty, number="SP-200")
    assert archive.current() == [first]
    only = archive.file("b.txt", b"")
    archive.say_by_name(only, number="SP-300")
    assert archive.current() == [first, only]


def test_a_number_that_comes_between_others_at_a_place_is_another_document_only_itself(archive):
    archive.put("scan.txt", text_of("SP-200"), number="SP-200")
    archive.put("scan.txt", text_of("SP-300"), number="SP-300")
    archive.put("scan.txt", text_of("SP-200", "again"), number="SP-200")
    assert sorted(len(versions) for versions in archive.documents()) == [1, 2]


def test_copied_templates_and_reused_names_are_documents_of_their_own(archive):
    for number in range(300, 320):
        archive.put(
            f"SP-{number}.txt", text_of(f"SP-{number}"), number=f"SP-{number}", revision="A"
        )
    for number in range(500, 520):
        said = {"number": f"INV-{number}", "kind": "invoice"}
        archive.put("invoice.txt", text_of(f"INV-{number}"), **said)
    assert [len(versions) for versions in archive.documents()] == [1] * 40
    with archive.database.read() as session:
        derived = session.scalars(
            select(Reference).where(
                Reference.relation == "derived-from", Reference.retracted_at.is_(None)
            )
        ).all()
        assert len(derived) == 19
        assert all(one.document_id != one.fixed_document_id for one in derived)


def test_a_document_is_never_derived_from_itself(archive):
    archive.put("a.txt", text_of("SP-200", "A"), number="SP-200", revision="A")
    archive.put("b.txt", text_of("SP-200", "B"), number="SP-200", revision="B")
    archive.put("a.txt", text_of("SP-200", "C"), number="SP-200", revision="C")
    assert [len(versions) for versions in archive.documents()] == [3]
    with archive.database.read() as session:
        derived = session.scalars(select(Reference).where(Reference.relation == "derived-from"))
        assert [(one.document_id, one.retracted_at is None) for one in derived] == [(1, False)]


def with_drawing(archive: Archive, path: str, text: str) -> int:
    """File a text that has a drawing inside, always the same one; the id of the text's version."""
    version_id = archive.file(path, text.encode())
    blob = archive.vault.put(io.BytesIO(b"a drawing"), max_bytes=99)
    inside = ChildPlace(version_id, 0, "drawing.dwg")
    archive.intake.receive([Arrival(blob, "general", inside)])
    return version_id


def attached_to(archive: Archive) -> list[str]:
    """The numbers of the documents that the drawing is attached to, one a reference."""
    with archive.database.read() as session:
        viewer = operator(session)
        numbers = {line["document"]: line["number"] for line in exports.documents(session, viewer)}
        lines = exports.references(session, viewer)
        return sorted(
            numbers[line["target"]] for line in lines if line["relation"] == "attached-to"
        )


def test_what_is_inside_several_documents_is_attached_to_each(archive):
    for path, number in (("a.txt", "SP-200"), ("b.txt", "SP-300")):
        archive.say(with_drawing(archive, path, text_of(number)), text_of(number), number=number)
    assert attached_to(archive) == ["SP-200", "SP-300"]


def test_what_is_inside_versions_that_join_is_attached_to_their_document_once(archive):
    for path, mark in (("a.txt", "A"), ("b.txt", "B"), ("c.txt", "C")):
        version_id = with_drawing(archive, path, text_of("SP-200", mark))
        archive.say(version_id, text_of("SP-200", mark), number="SP-200", revision=mark)
    assert attached_to(archive) == ["SP-200"]


def test_what_is_inside_a_version_that_is_split_off_is_attached_to_its_document(archive):
    archive.put("a.txt", text_of("SP-200"), number="SP-200")
    archive.say(
        with_drawing(archive, "a.txt", text_of("SP-300")), text_of("SP-300"), number="SP-300"
    )
    assert attached_to(archive) == ["SP-300"]


def test_what_is_inside_two_versions_that_are_parted_is_attached_to_both_documents(archive):
    for number in ("SP-200", "SP-300"):
        version_id = with_drawing(archive, "a.txt", text_of(number))
        archive.say(version_id, text_of(number), number=number)
    assert attached_to(archive) == ["SP-200", "SP-300"]


FILED = (
    ("a.txt", "one", {"number": "SP-200", "revision": "A"}),
    ("b.txt", "two", {"number": "SP-200", "revision": "B"}),
    ("c.txt", "three", {"number": "SP-200", "revision": "01"}),
    ("d.txt", "four", {"number": "SP 200", "revision": "B"}),
    ("e.txt", "five", {"number": "SP-200"}),
    ("f.txt", "six " * 99, {"number": "SP-200"}),
    ("g.txt", "seven", {"number": "SP-1-12"}),
    ("h.txt", "eight", {"number": "SP-11-2"}),
    ("i.txt", "nine", {"number": "SP-200", "revision": "D", "kind": "minutes"}),
)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_first_the_same_versions_are_together(archive, seed):
    for path, more, said in random.Random(seed).sample(FILED, len(FILED)):
        archive.put(path, text_of(said["number"], more), **said)
    paths = [[path.removeprefix("filing/") for path, _ in v] for v in archive.documents()]
    # of the two that bear mark B, the one with the smaller hash of its bytes
    assert sorted(sorted(versions) for versions in paths) == [
        ["a.txt", "b.txt", "c.txt", "e.txt"], ["d.txt"], ["f.txt"], ["g.txt"], ["h.txt"], ["i.txt"],
    ]  # fmt: skip


AT_ONE_PLACE = (
    {"number": "SP-2", "revision": "B"},
    {"number": "SP-1", "revision": "A"},
    {"number": "SP-1", "revision": "A"},
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_where_a_place_is_parted_does_not_depend_on_which_version_is_read_first(archive, order):
    texts = [text_of(said["number"], str(index)) for index, said in enumerate(AT_ONE_PLACE)]
    ids = [archive.file("f.txt", text.encode()) for text in texts]
    for index in order:
        archive.say(ids[index], texts[index], **AT_ONE_PLACE[index])
    marks = sorted([mark for _, mark in versions] for versions in archive.documents())
    assert marks == [["A", "A"], ["B"]]


def test_what_a_person_has_joined_or_kept_apart_stays_so(archive, clock):
    archive.put("a.txt", text_of("SP-200", "x"), number="SP-200", revision="A")
    archive.put("b.txt", text_of("SP-200", "y"), number="SP-200", revision="A")
    with archive.intake.deciding() as (session, receipts):
        (proposal,) = session.scalars(select(Proposal))
        viewer = operator(session)
        version_proposals.accept(session, receipts, viewer, proposal.id, clock.step())
    archive.put("c.txt", text_of("SP-200", "z"), number="SP-200", revision="B")
    assert [len(versions) for versions in archive.documents()] == [3]


def test_joined_and_split_documents_agree_with_everything_and_come_back_from_the_journal(
    archive, tmp_path, clock
):
    archive.put("a.txt", text_of("SP-200", "A"), number="SP-200", revision="A")
    archive.put("b.txt", text_of("SP-200", "B"), number="SP-200", revision="B")
    archive.put("a.txt", text_of("SP-900"), number="SP-900")

    class NoIndex:
        def keys(self, collection_id: int) -> None:
            return None

        def others(self) -> tuple[str, ...]:
            return ()

        def collections(self) -> tuple[int, ...]:
            return ()

    found = [f.text for f in check(archive.database, archive.vault, NoIndex(), clock=clock)]
    assert [text for text in found if "index" not in text] == []
    before = [[path for path, _ in versions] for versions in archive.documents()]
    again = made_again(archive, tmp_path)
    assert sorted([[path for path, _ in v] for v in again.documents()]) == sorted(before)
    again.database.close()


def test_where_a_document_comes_from_that_was_split_off_is_told_by_the_journal(archive, tmp_path):
    archive.put("scan.txt", text_of("SP-200"), number="SP-200")
    archive.put("scan.txt", text_of("SP-300"), number="SP-300")
    archive.put("scan.txt", text_of("SP-200", "again"), number="SP-200")
    archive.put("scan.txt", text_of("SP-400"), number="SP-400")
    again = made_again(archive, tmp_path)
    assert derived(again) == derived(archive) != []
    again.database.close()


def made_again(archive: Archive, tmp_path: Path) -> Archive:
    """The archive that the journal alone gives; nothing of it is read."""
    again = Archive.__new__(Archive)
    SmallArchive.__init__(again, f"sqlite:///{tmp_path / 'again.sqlite'}", tmp_path, archive.clock)
    Intake(again.database, archive.vault, archive.clock).catch_up()
    return again


def derived(archive: Archive) -> list[tuple[int, int, str, int | None]]:
    with archive.database.read() as session:
        rows = session.execute(
            select(Reference.document_id, Version.number, Blob.sha256, Reference.fixed_document_id)
            .join(Version, Version.id == Reference.version_id)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Reference.relation == "derived-from", Reference.retracted_at.is_(None))
        )
        return sorted(tuple(row) for row in rows)


def test_a_folder_given_to_another_collection_takes_its_documents_there_whole(archive, clock):
    archive.add("legal/a.txt", "Order PO-1\n", number="PO-1")
    archive.add("b.txt", "Invoice for PO-1, no PO-9\n", number="PO-9", cites=("PO-1",))
    with archive.intake.deciding() as (session, receipts):
        moved = reassign(
            session,
            receipts,
            lambda root, path: "legal" if path.startswith("legal/") else "general",
            clock.step(),
        )
    assert moved.documents == 1 and len(receipts) == 1
    with archive.database.read() as session:
        viewer = operator(session)
        where = {d["path"]: d["collection"] for d in exports.documents(session, viewer)}
        assert where == {"filing/legal/a.txt": "legal", "filing/b.txt": "general"}
        events = session.scalars(select(Event.kind).where(Event.kind == "collection-changed"))
        assert len(events.all()) == 1
    with archive.intake.deciding() as (session, receipts):
        again = reassign(session, receipts, lambda root, path: where[f"{root}/{path}"], clock())
    assert again.documents == 0


def test_bytes_that_lie_in_two_collections_stay_where_they_are(archive, clock):
    archive.file("legal/a.txt", b"one")
    blob = archive.vault.put(io.BytesIO(b"one"), max_bytes=10)
    archive.intake.receive([Arrival(blob, "general", TreePlace("filing", "b.txt"))])
    with archive.intake.deciding() as (session, receipts):
        moved = reassign(
            session,
            receipts,
            lambda root, path: "legal" if path.startswith("legal/") else "general",
            clock(),
        )
    assert moved.documents == 0
