"""A scan that shows the label of a document joins it, where that takes nothing away."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from api.labels import label_pdf
from archive import identity, labelled_scans, version_proposals
from archive.access import Viewer, operator
from archive.documents import by_file_number
from archive.errors import NotAllowed, NotFound
from archive.labels import LABEL, code_of
from archive.models import Collection, Document, Event, Proposal, Version
from archive.reading import Extraction, PageText, Reading
from archive.readings import ReadVersion, load_subjects, record
from tests.api_house import opened_house
from tests.small_archive import SmallArchive


class Archive(SmallArchive):
    """Reads scans, with what their label says, and settles what belongs together."""

    def scan(self, path, label=None, *, text="", collection="general"):
        """File and read a scan; the number of its document."""
        version_id = self.file(path, path.encode(), collection)
        said = ((LABEL, label),) if label else ()
        source = "ocr" if text else "none"
        pages = (PageText(1, text, source),)
        self.settle(version_id, Reading("image", 1, "image/png", pages, properties=said))
        return self.document_of(version_id)

    def settle(self, version_id, reading):
        with self.intake.deciding() as (session, receipts):
            subject = load_subjects(session, [version_id])[version_id]
            record(session, [ReadVersion(subject, reading, Extraction())], self.clock.step())
            identity.settle(session, receipts, [version_id], self.clock())
            labelled_scans.settle(session, receipts, [version_id], self.clock())

    def document_of(self, version_id):
        with self.database.read() as session:
            return session.get_one(Version, version_id).document_id

    def versions(self, number):
        with self.database.read() as session:
            found = by_file_number(session, operator(session), number)
            statement = select(Version.number).where(Version.document_id == found)
            return found, session.scalars(statement.order_by(Version.number)).all()

    def proposals(self):
        with self.database.read() as session:
            rows = session.scalars(select(Proposal).where(Proposal.decision.is_(None)))
            return [(row.id, row.document_id, row.details["other"]) for row in rows]

    def general(self, role="coordinator", *, writes=True):
        with self.database.read() as session:
            ids = session.scalars(select(Collection.id).where(Collection.name == "general"))
            only = frozenset(ids)
        return Viewer("user:1", role, only, only if writes else frozenset())


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = Archive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def test_a_scan_with_a_label_is_the_next_version_of_the_document_on_it(archive):
    first = archive.scan("a.png")
    assert archive.scan("b.png", code_of(first)) == first
    assert archive.versions(first) == (first, [1, 2])
    assert archive.versions(2) == (first, [1, 2])  # its own number leads there
    with archive.database.read() as session:
        kinds = session.scalars(select(Event.kind)).all()
    assert kinds.count("joined") == 1


def test_reading_the_scan_again_changes_nothing(archive):
    first = archive.scan("a.png")
    archive.scan("b.png", code_of(first))
    with archive.database.read() as session:
        version_id = session.scalars(select(Version.id).where(Version.number == 2)).one()
    said = ((LABEL, code_of(first)),)
    pages = (PageText(1, "Read by OCR.", "ocr"),)
    archive.settle(version_id, Reading("image", 1, "image/png", pages, properties=said))
    assert archive.versions(first) == (first, [1, 2])


def test_a_label_names_a_document_by_a_number_that_it_bore_before(archive):
    first = archive.scan("a.png")
    archive.scan("b.png", code_of(first))
    assert archive.scan("c.png", code_of(2)) == first


def test_a_scan_is_proposed_where_the_document_has_a_text_of_its_own(archive):
    archive.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
    assert archive.scan("a.png", code_of(1), text="0rder 0f bo1ts") == 2
    ((proposal, document, other),) = archive.proposals()
    assert (document, other) == (2, 1)
    with archive.intake.deciding() as (session, receipts):
        version_proposals.accept(session, receipts, archive.general(), proposal, archive.clock())
    assert archive.versions(2) == (1, [1, 2])
    assert archive.proposals() == []


def test_a_scan_that_was_rejected_is_not_asked_of_again(archive):
    archive.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
    archive.scan("a.png", code_of(1))
    ((proposal, _, _),) = archive.proposals()
    with archive.database.write() as session:
        version_proposals.reject(session, archive.general(), proposal, archive.clock())
    with archive.database.read() as session:
        version_id = session.scalars(select(Version.id).where(Version.document_id == 2)).one()
    said = ((LABEL, code_of(1)),)
    pages = (PageText(1, "", "none"),)
    archive.settle(version_id, Reading("image", 1, "image/png", pages, properties=said))
    assert archive.proposals() == []
    assert archive.versions(2) == (2, [1])


@pytest.mark.parametrize("label", [code_of(1), code_of(99), "crossfile:D-1", "https://x.example"])
def test_a_label_of_a_hidden_document_is_like_one_of_none(archive, label):
    archive.scan("secret.png", collection="legal")
    assert archive.scan("a.png", label) == 2
    assert archive.proposals() == []
    assert archive.versions(2) == (2, [1])


def test_a_file_saved_over_a_labelled_one_is_proposed_and_not_moved(archive):
    first = archive.scan("a.png")
    archive.scan("b.png")
    version_id = archive.file("b.png", b"other bytes")
    said = ((LABEL, code_of(first)),)
    pages = (PageText(1, "", "none"),)
    archive.settle(version_id, Reading("image", 1, "image/png", pages, properties=said))
    assert archive.document_of(version_id) == 2
    assert [(document, other) for _, document, other in archive.proposals()] == [(2, first)]


def test_only_who_may_write_there_answers_a_proposal(archive):
    archive.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
    archive.scan("a.png", code_of(1))
    ((proposal, _, _),) = archive.proposals()
    viewers = {
        NotAllowed: archive.general("staff"),
        NotFound: Viewer("user:2", "coordinator", frozenset(), frozenset()),
    }
    for error, viewer in viewers.items():
        with archive.database.write() as session, pytest.raises(error):
            version_proposals.reject(session, viewer, proposal, archive.clock())


def test_what_labels_joined_comes_back_from_the_journal(archive, tmp_path, clock):
    first = archive.scan("a.png")
    archive.scan("b.png", code_of(first))
    again = Archive(f"sqlite:///{tmp_path / 'again.sqlite'}", tmp_path, clock)
    again.intake.catch_up()
    with again.database.read() as session:
        assert session.scalars(select(Version.document_id)).all() == [first, first]
        assert session.get_one(Document, first).last_version == 2
    again.close()


def scanned(document, form):
    """A4 at 150 dpi with the label of a document on it, a little askew."""
    with pypdfium2.PdfDocument(label_pdf(document, "A title", "Shelf 12")) as pdf:
        label = pdf[0].render(scale=110 / 72).to_pil().convert("L")
    page = Image.new("L", (1240, 1754), 235)
    page.paste(label.rotate(3, expand=True, fillcolor=235), (600, 1200))
    stream = io.BytesIO()
    page.save(stream, form, resolution=150, dpi=(150, 150))
    return stream.getvalue()


def test_labels_are_read_from_scans_in_the_cage(tmp_path, database_url):
    with opened_house(database_url, tmp_path) as house:
        blank = io.BytesIO()
        Image.new("L", (1240, 1754), 235).save(blank, "PNG", dpi=(150, 150))
        (house.tree / "old.png").write_bytes(blank.getvalue())
        house.read()
        document, order = (
            house.document("filing/old.png"),
            house.document("filing/orders/order.pdf"),
        )
        for name, number in (("signed.jpg", document), ("signed.pdf", document), ("o.pdf", order)):
            form = "JPEG" if name.endswith("jpg") else "PDF"
            (house.tree / name).write_bytes(scanned(int(number.removeprefix("D-")), form))
        house.read()
        karin = house.by("karin")
        versions = karin.get(f"documents/{document}/versions").json()["items"]
        joined = {one["file_name"] for one in versions}
        assert joined == {"old.png", "signed.jpg", "signed.pdf"}
        (line,) = karin.get("attention?kind=proposal").json()["items"]
        assert line["text"] == f"{house.document('filing/o.pdf')} may be a version of {order}."
        path = f"version-proposals/{line['proposal']}"
        assert house.by("sven").post(path, json={"answer": "accept"}).status_code == 403
        assert karin.post(path, json={"answer": "accept"}).status_code == 204
        assert karin.post(path, json={"answer": "accept"}).status_code == 404
        versions = karin.get(f"documents/{order}/versions").json()["items"]
        assert [one["file_name"] for one in versions] == ["order.pdf", "o.pdf"]
