"""Quality concerns: reported from a document, answered and closed, and who may see them."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from archive import concerns
from archive.access import operator
from archive.concern_states import MOVES
from archive.concerns import Reported, concerns_of_document, concerns_of_product, standing_of
from archive.documents import find_document
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.need_documents import Then
from archive.register_csv import export_lines, import_register, to_csv, to_xlsx
from archive.register_fields import CONCERN_STATES, REGISTERS, checked, register_of
from tests.register_house import RegisterHouse

TODAY = date(2026, 3, 2)
REGISTER = REGISTERS["concern"]


class ConcernHouse(RegisterHouse):
    def report(self, document=1, viewer=None, **said):
        self.clock.step()
        said = {"title": "The seal leaks", "products": ["AV-200"], **said}
        with self.database.write() as session:
            by = viewer or operator(session)
            return concerns.report(
                session, by, document, Reported(**said), self.clock(), self.schemes
            )

    def move(self, entry, name, text="", viewer=None, **more):
        self.clock.step()
        entry = self.get("concern", entry.code)
        with self.database.write() as session:
            by = viewer or operator(session)
            revision = more.pop("revision", entry.revision)
            return concerns.move(
                session, by, entry, name, self.clock(), text=text, revision=revision,
                schemes=self.schemes, **more,
            )  # fmt: skip

    def standing(self, code, today=TODAY, viewer=None, **times):
        entry = self.get("concern", code, viewer, **times)
        with self.database.read() as session:
            by = viewer or operator(session)
            return standing_of(session, by, entry, Then(today, **times))

    def of_document(self, document=1, viewer=None, **times):
        with self.database.read() as session:
            by = viewer or operator(session)
            return [one.code for one in concerns_of_document(session, by, document, **times)]

    def of_product(self, code="AV-200", viewer=None, **times):
        product = self.get("product", code, viewer)
        with self.database.read() as session:
            by = viewer or operator(session)
            found = concerns_of_product(session, by, product, Then(TODAY, **times))
            return [one.code for one in found]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ConcernHouse(database_url, tmp_path, clock)
    house.put("report.txt", "Quality report QR-1\nDate: 2024-06-01\nProduct: AV-200\n")
    yield house
    house.close()


def test_a_concern_is_reported_from_the_very_version_of_a_document(house):
    made = house.report(seen="Water below the flange.", owner="eva", due_on=date(2026, 4, 1))
    assert (made.code, made.collection) == ("QC-000001-1", "general")
    values = made.values
    assert values["document"] == "D-000001/1"
    assert (values["owner"], values["due_on"], values["state"]) == ("eva", "2026-04-01", "open")
    assert values["reported_on"] == house.clock().date().isoformat()
    assert house.report(title="Another").code == "QC-000001-2"
    assert house.of_document() == ["QC-000001-1", "QC-000001-2"]
    kinds = [event.kind for event in house.events() if event.document_id == 1]
    assert kinds.count("concern-reported") == 2


def test_who_says_no_day_wants_an_answer_within_thirty_days(house):
    made = house.report(reported_on=date(2026, 1, 10))
    assert made.values["due_on"] == "2026-02-09"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"reported_on": date(2026, 2, 1), "due_on": date(2026, 1, 31)}, "reported on 2026-02-01"),
        ({"reported_on": date(2999, 1, 1)}, "2999-01-01 has not come yet"),
        ({"title": " "}, "title is missing"),
        ({"title": "two\nlines"}, "title can't be"),
    ],
)
def test_what_can_t_be_is_refused_and_nothing_is_kept(house, said, wrong):
    with pytest.raises(UsageError, match=wrong):
        house.report(**said)
    assert house.of_document() == []


def test_a_version_that_is_not_there_has_no_concerns(house):
    with pytest.raises(NotFound):
        house.report(version=2)


def test_a_concern_is_answered_and_closed_and_says_who_and_when(house):
    made = house.report(reported_on=date(2026, 1, 10))
    eva = house.viewer("general")
    answered = house.move(made, "answer", "The groove was too wide.", eva)
    assert answered.values["answer"] == "The groove was too wide."
    assert (answered.values["state"], answered.values["answered_by"]) == ("answered", "eva")
    closed = house.move(made, "close", viewer=eva, happened_on=house.clock().date())
    assert closed.values["state"] == "closed"
    assert closed.values["closed_on"] == closed.values["answered_on"]
    moves = [json.loads(e.line) for e in house.events() if e.kind == "concern-moved"]
    assert [one["details"]["move"] for one in moves] == ["answer", "close"]


def test_what_was_answered_stays_in_the_history_when_it_is_opened_again(house):
    made = house.report(reported_on=date(2026, 1, 10))
    house.move(made, "answer", "A bad batch.", happened_on=date(2026, 1, 20))
    house.move(made, "reopen", "It leaks again.", happened_on=date(2026, 2, 1))
    now = house.get("concern", made.code).values
    assert (now["state"], now["state_reason"]) == ("open", "It leaks again.")
    assert "answer" not in now and "answered_by" not in now
    then = house.get("concern", made.code, on=date(2026, 1, 25)).values
    assert (then["state"], then["answer"]) == ("answered", "A bad batch.")
    assert house.get("concern", made.code, on=date(2026, 1, 15)).values["state"] == "open"


STATES_BY = {"open": (), "answered": ("answer",), "closed": ("answer", "close")}


@pytest.mark.parametrize("state", CONCERN_STATES)
@pytest.mark.parametrize("name", MOVES)
def test_every_pair_of_state_and_move_does_what_the_table_says(house, state, name):
    made = house.report(reported_on=date(2026, 1, 10))
    for earlier in STATES_BY[state]:
        house.move(made, earlier, "A text.")
    expected = dict(MOVES[name].examples)[state]
    if expected is None:
        with pytest.raises(Conflict, match=f"is {state}"):
            house.move(made, name, "A text.")
        assert house.events()[-1].kind == "move-refused"
        expected = state
    else:
        house.move(made, name, "A text.")
    assert house.get("concern", made.code).values["state"] == expected


def test_a_move_that_can_t_be_is_refused(house):
    made = house.report(reported_on=date(2026, 1, 10))
    with pytest.raises(UsageError, match="needs a text"):
        house.move(made, "answer", " ")
    with pytest.raises(UsageError, match="no move 'sell'"):
        house.move(made, "sell")
    with pytest.raises(UsageError, match="the one before it was on 2026-01-10"):
        house.move(made, "answer", "It was so before.", happened_on=date(2026, 1, 9))
    with pytest.raises(Conflict, match="is at revision 1, not 0"):
        house.move(made, "answer", "It is so.", revision=0)


def test_who_may_not_write_there_reports_and_moves_nothing(house):
    made = house.report()
    reader = house.viewer("general", role="staff")
    with pytest.raises(NotAllowed):
        house.report(viewer=reader)
    with pytest.raises(NotAllowed):
        house.move(made, "answer", "So it is.", reader)
    assert house.events()[-1].kind == "move-refused"


def test_a_state_is_moved_and_not_written(house):
    made = house.report()
    eva = house.viewer("general")
    with house.database.read() as session:
        table = b"number,title,state\nQC-000001-1,The seal leaks,closed\n"
        told = import_register(
            session, eva, REGISTER, table, house.clock(), schemes=house.schemes, dry_run=True
        )
    assert told.wrong == 1 and "is moved, by answer, close, reopen" in told.lines[0].detail
    assert house.get("concern", made.code).values["state"] == "open"


def test_the_phase_is_that_of_the_product_on_the_day_of_the_report(house):
    product = house.register("product", code="AV-200", name="Pump", family="pumps")
    product = house.edit(product, date(2023, 1, 1), phase="developing")
    house.edit(product, date(2025, 1, 1), phase="launched")
    early = house.report(reported_on=date(2024, 5, 1))
    late = house.report(reported_on=date(2025, 5, 1))
    assert house.standing(early.code).phases == (("AV-200", "developing"),)
    assert house.standing(late.code).phases == (("AV-200", "launched"),)
    assert house.of_product() == [early.code, late.code]
    assert house.of_product(on=date(2025, 1, 1)) == [early.code]


def test_an_open_concern_is_overdue_after_its_day(house):
    made = house.report(reported_on=date(2026, 1, 10), due_on=date(2026, 2, 1))
    assert not house.standing(made.code, date(2026, 2, 1)).is_overdue
    assert house.standing(made.code, date(2026, 2, 2)).is_overdue
    house.move(made, "answer", "It is mended.", happened_on=date(2026, 2, 20))
    assert not house.standing(made.code, date(2026, 2, 2)).is_overdue
    assert house.standing(made.code, on=date(2026, 2, 10)).is_overdue


def test_what_lies_in_a_hidden_collection_is_not_there(house):
    house.put("hidden.txt", "Quality report QR-2\nProduct: AV-200\n", "secret")
    house.register("product", code="AV-200", name="Pump")
    hidden = house.report(document=2)
    assert hidden.collection == "secret"
    eva = house.viewer("general")
    assert house.of_document(2, eva) == [] and house.of_product(viewer=eva) == []
    with pytest.raises(NotFound):
        house.get("concern", hidden.code, eva)
    with pytest.raises(NotFound):
        house.report(document=2, viewer=eva)
    assert house.of_product() == [hidden.code]


def test_concerns_follow_their_version_into_the_document_that_it_joins(house):
    house.put("b/SPEC-7.txt", "Specification\nSpecification no: SPEC-7\nRevision: A\n")
    made = house.report(document=2)
    house.put("a/SPEC-7 B.txt", "Specification\nSpecification no: SPEC-7\nRevision: B\n")
    with house.database.read() as session:
        now = find_document(session, operator(session), "SPEC-7")
    assert house.of_document(now) == [made.code]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_an_export_goes_into_an_empty_archive_and_comes_out_equal(
    house, sqlite_template, tmp_path, clock, form
):
    one = house.report(seen="=1+1 below\nthe flange; twice", owner="Eva, Ö", products="AV-200;X-1")
    house.move(one, "answer", "Ström; mätning.")
    house.move(one, "close")
    house.report(title="- 2")

    def exported(archive):
        with archive.database.read() as session:
            return list(export_lines(session, operator(session), REGISTER))

    lines = exported(house)
    made = {
        "csv": lambda: to_csv(REGISTER, lines).encode(),
        "xlsx": lambda: to_xlsx(REGISTER, lines),
        "jsonl": lambda: "\n".join(map(json.dumps, lines)).encode(),
    }[form]()
    shutil.copyfile(sqlite_template, tmp_path / "other.sqlite")
    other = ConcernHouse(f"sqlite:///{tmp_path}/other.sqlite", tmp_path / "other", clock)
    try:
        with other.database.write() as session:
            by = operator(session)
            done = import_register(session, by, REGISTER, made, clock(), schemes=other.schemes)
        assert (done.new, done.wrong) == (2, 0), done.lines
        assert exported(other) == lines
    finally:
        other.close()


def test_a_version_of_a_document_is_written_in_one_form():
    field = register_of("concerns").field("document")
    assert checked(field, " d-17/2 ") == "D-000017/2"
    for text in ("D-17", "17/2", "D-17/", "D-17/2/3", "SPEC-310"):
        with pytest.raises(UsageError, match="expected a version of a document"):
            checked(field, text)
