"""Pictures are read behind all else, page by page, and what was read stays read."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image
from sqlalchemy import select

from archive import jobs
from archive.access import operator
from archive.config import Config
from archive.errors import ReadingFailed
from archive.models import Fact, Page, Version
from archive.reading import PageText
from archive.rereading import ask_reread
from archive.scans import ask_waiting, in_words, stretches
from indexer import stage_child, stage_settings
from indexer.cage import CageAnswer, CageTask
from indexer.ocr_languages import LOOK_S, LanguageWatch
from indexer.reader import Reader
from indexer.reading_child import page_to_wire
from indexer.service import naming_of
from indexer.stages import Stages
from tests.small_archive import SmallArchive
from tests.small_files import pdf

Answer = Callable[[Mapping[str, Any]], tuple[list[PageText], list[tuple[int, str]]]]


def recognised(number: int, text: str = "Invoice INV-77") -> PageText:
    word = (0, len(text), 10.0, 10.0, 90.0, 20.0)
    return PageText(number, text, "ocr", width=100, height=100, confidence=0.87, words=(word,))


class ScriptedCage:
    """Reads in this process; what Tesseract would say, the test says."""

    def __init__(self, config: Config, answer: Answer) -> None:
        self._handle = stage_child.handle(stage_settings.settings_of(config, ocr_languages=()))
        self.answer = answer
        self.asked: list[str] = []
        self.breaks_on_extraction = False
        self.hold: list[tuple[str, CageTask, Future[CageAnswer]]] | None = None

    def let_go(self, held: list[Any] | None = None) -> None:
        """Answer what was held."""
        held = self.hold if held is None else held
        assert held is not None
        while held:
            _, task, future = held.pop(0)
            self._settle(future, task)

    def submit(self, task: CageTask) -> Future[CageAnswer]:
        future: Future[CageAnswer] = Future()
        if self.hold is not None:
            self.hold.append((str(task.request["what"]), task, future))
            return future
        return self._settle(future, task)

    def _settle(self, future: Future[CageAnswer], task: CageTask) -> Future[CageAnswer]:
        try:
            future.set_result(self._answer(task))
        except ReadingFailed as error:
            future.set_exception(error)
        return future

    def _answer(self, task: CageTask) -> CageAnswer:
        request = dict(task.request)
        self.asked.append(request["what"])
        if request["what"] == "recognise":
            pages, unread = self.answer(request)
            return CageAnswer({"pages": [*map(page_to_wire, pages)], "unread": unread}, b"")
        if request["extract"] and request["recognised"] and self.breaks_on_extraction:
            raise ReadingFailed("reader-failed", "The reader crashed on this file (SIGSEGV).")
        assert isinstance(task.file, Path)
        with task.file.open("rb") as stream:
            return CageAnswer(*self._handle(request, stream.fileno()))


class ScanHouse:
    """An archive whose reader runs until nothing is left to do."""

    def __init__(self, archive: SmallArchive, answer: Answer) -> None:
        self.archive = archive
        config = Config.model_validate({"data": {"folder": str(archive.vault.folder.parent)}})
        self.cage = ScriptedCage(config, answer)
        stages = Stages(config, archive.vault, self.cage)  # type: ignore[arg-type]
        self.reader = Reader(
            archive.database, archive.intake, stages, naming_of(config), archive.clock, "reader",
            depth=8, has_ocr=True,
        )  # fmt: skip

    def work(self) -> None:
        """Read until nothing is left to read."""
        while self._waits():
            self.reader.step(patience_s=0.0)

    def _waits(self) -> bool:
        with self.archive.database.read() as session:
            return bool(jobs.waiting(session).keys() & {jobs.JobKind.PARSE, jobs.JobKind.OCR})

    def steps(self, count: int) -> None:
        """Some steps of the reader, as if time had passed between them."""
        for _ in range(count):
            self.reader._looked = 0.0
            self.reader.step(patience_s=0.0)

    def reread(self) -> None:
        with self.archive.database.write() as session:
            by, at = operator(session), self.archive.clock()
            ask_reread(session, by, [], "parse", at, newest={})

    def ask(self) -> int:
        with self.archive.database.write() as session:
            return ask_waiting(session, self.archive.clock())

    def version(self, version_id: int) -> Version:
        with self.archive.database.read() as session:
            found = session.get_one(Version, version_id)
            session.expunge(found)
            return found

    def texts(self, version_id: int) -> list[tuple[str, str]]:
        with self.archive.database.read() as session:
            pages = select(Page.text, Page.source).where(Page.version_id == version_id)
            return [tuple(row) for row in session.execute(pages.order_by(Page.number))]


def all_read(request: Mapping[str, Any]) -> tuple[list[PageText], list[tuple[int, str]]]:
    return [recognised(number) for number in request["pages"]], []


def all_broken(request: Mapping[str, Any]) -> tuple[list[PageText], list[tuple[int, str]]]:
    raise ReadingFailed("reader-failed", "The reader did not finish within 60 s.")


@pytest.fixture
def house(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield ScanHouse(archive, all_read)
    archive.close()


def scan(pages: int = 1) -> bytes:
    """A PDF of pages that are pictures."""
    out = io.BytesIO()
    first, *others = [Image.new("L", (124, 175), 255 - number) for number in range(pages)]
    first.save(out, "PDF", resolution=15, save_all=True, append_images=others)
    return out.getvalue()


def test_a_scan_is_read_and_its_numbers_are_found(house):
    version_id = house.archive.file("scan.pdf", scan())
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    version = house.version(version_id)
    assert (version.text_source, version.reason_code) == ("ocr", None)
    with house.archive.database.read() as session:
        facts = session.scalars(select(Fact.value).where(Fact.name == "kind"))
        assert "invoice" in set(facts)


def test_ocr_that_fails_leaves_what_stands_and_says_why(house):
    version_id = house.archive.file("scan.pdf", scan())
    house.work()
    house.cage.answer = all_broken
    house.reread()
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    version = house.version(version_id)
    assert (version.status, version.reason_code) == ("searchable", "pictures-unread")
    assert "did not finish within 60 s" in version.reason


def test_a_file_that_breaks_the_reader_before_ocr_leaves_what_stands(house, monkeypatch):
    version_id = house.archive.file("scan.pdf", scan())
    house.work()
    house.reread()
    taken = house.cage._answer

    def broken(task):
        if not task.request["extract"]:
            raise ReadingFailed("reader-failed", "The reader crashed on this file (SIGSEGV).")
        return taken(task)

    house.cage._answer = broken
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    assert "SIGSEGV" in house.version(version_id).reason


def test_a_scan_is_recognised_once_though_a_rule_for_facts_breaks_on_its_text(house):
    version_id = house.archive.file("scan.pdf", scan())
    house.cage.breaks_on_extraction = True
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    assert house.cage.asked.count("recognise") == 1


def test_rereading_keeps_recognised_pages_and_their_facts_until_they_are_read_again(house):
    version_id = house.archive.file("scan.pdf", scan())
    house.work()
    house.reader.has_ocr = False
    house.reread()
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    assert house.version(version_id).kind == "invoice"
    house.reader.has_ocr = True
    house.cage.answer = lambda request: ([recognised(1, "Receipt 12")], [])
    house.reread()
    house.work()
    assert house.texts(version_id) == [("Receipt 12", "ocr")]


def test_one_page_that_breaks_the_reader_hides_no_other(house):
    def answer(request):
        if 3 in request["pages"]:
            raise ReadingFailed("reader-failed", "The reader crashed on this file (SIGSEGV).")
        return all_read(request)

    house.cage.answer = answer
    version_id = house.archive.file("scan.pdf", scan(5))
    house.work()
    sources = [source for _, source in house.texts(version_id)]
    assert sources == ["ocr", "ocr", "none", "ocr", "ocr"]
    assert "page 3 " in house.version(version_id).reason


def test_a_long_scan_goes_through_the_cage_a_few_pages_at_a_time(house):
    sizes = []

    def answer(request):
        sizes.append(len(request["pages"]))
        return all_read(request)

    house.cage.answer = answer
    version_id = house.archive.file("scan.pdf", scan(20))
    house.work()
    assert sizes == [8, 8, 4]
    assert len(house.texts(version_id)) == 20


def test_pictures_wait_until_nothing_else_is_due_and_leave_a_child_free(house):
    for number in range(3):
        house.archive.file(f"scan-{number}.pdf", scan(1 + number))
    held = []
    house.cage.hold = held
    house.steps(12)
    assert [what for what, _, _ in held] == ["read"] * 3
    house.archive.file("new.txt", b"Order PO-2024-113")
    house.cage.let_go()
    house.steps(3)
    assert [what for what, _, _ in held] == ["read"]  # the new file goes first
    house.cage.let_go()
    house.steps(12)
    assert [what for what, _, _ in held] == ["read"]  # of three scans one
    house.archive.file("newer.txt", b"Order PO-2024-114")
    house.steps(2)
    assert len(held) == 2  # and a new file finds a place beside it
    house.cage.hold = None
    house.cage.let_go(held)
    house.work()


def test_a_long_scan_keeps_its_lease(house, clock):
    house.archive.file("scan.pdf", scan())
    house.cage.hold = []
    house.steps(1)
    house.cage.let_go()
    house.steps(3)
    assert len(house.cage.hold) == 1
    for _ in range(20):
        clock.step(minutes=1)
        house.steps(1)
        with house.archive.database.read() as session:
            assert not jobs.is_any_due(session, (jobs.JobKind.OCR,), clock())
    house.cage.let_go()
    house.cage.hold = None
    house.work()


def test_what_was_filed_without_tesseract_is_read_once_it_is_there(house):
    house.reader.has_ocr = False
    version_id = house.archive.file("scan.pdf", scan(2))
    house.archive.file("letter.txt", b"Dear Sir or Madam")
    house.work()
    version = house.version(version_id)
    assert (version.reason_code, version.unread_pictures) == ("no-text", "1-2")
    assert "pages 1-2" in version.reason
    assert "Tesseract" in version.reason
    house.reader.has_ocr = True
    assert house.ask() == 1
    assert house.ask() == 0
    house.work()
    assert {source for _, source in house.texts(version_id)} == {"ocr"}
    assert house.version(version_id).unread_pictures is None


def test_a_job_for_a_tesseract_that_is_gone_leaves_the_pages_waiting(house):
    house.cage.hold = []
    version_id = house.archive.file("scan.pdf", scan())
    house.steps(1)
    house.cage.let_go()
    house.reader.has_ocr, house.cage.hold = False, None
    house.work()
    assert house.version(version_id).unread_pictures == "1"


def test_a_file_of_text_and_pictures_says_which_pages_wait(house):
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(["Purchase order PO-2024-113"]))))
    writer.append(io.BytesIO(scan(2)))
    out = io.BytesIO()
    writer.write(out)
    house.reader.has_ocr = False
    version_id = house.archive.file("mixed.pdf", out.getvalue())
    house.work()
    version = house.version(version_id)
    assert (version.status, version.reason_code) == ("searchable", "pictures-unread")
    assert "pages 2-3" in version.reason
    house.reader.has_ocr = True
    house.ask()
    house.work()
    version = house.version(version_id)
    assert (version.text_source, version.reason_code, version.reason) == ("mixed", None, None)


def test_neighbouring_pages_are_named_together():
    assert stretches([7, 1, 3, 4, 5]) == "1, 3-5, 7"
    assert in_words([2]) == "page 2"


def test_tesseract_that_is_installed_later_is_seen_within_minutes_and_reads_what_waits(house):
    house.reader.has_ocr = False
    version_id = house.archive.file("scan.pdf", scan())
    house.work()
    there, looks, now = (), [], [0.0]

    def find():
        looks.append(now[0])
        return there

    def use(languages):
        house.reader.has_ocr = bool(languages)
        house.ask()

    house.reader.languages = LanguageWatch(
        ["swe", "eng"], [], find=find, use=use, timer=lambda: now[0]
    )
    house.steps(3)
    now[0] = LOOK_S
    house.steps(3)
    assert (looks, house.texts(version_id)) == ([LOOK_S], [("", "none")])
    there, now[0] = ("eng",), 2 * LOOK_S
    house.steps(1)
    house.work()
    assert house.texts(version_id) == [("Invoice INV-77", "ocr")]
    there, now[0] = ("swe", "eng"), 3 * LOOK_S
    house.steps(1)
    now[0] = 9 * LOOK_S
    house.steps(1)
    assert looks == [LOOK_S, 2 * LOOK_S, 3 * LOOK_S]  # nothing is missing any more
