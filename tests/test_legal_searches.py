"""Word lists of a matter: limits, hit reports, families, near-duplicates, what is new."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from archive import hit_reports, legal_searches, matter_gathering, matters
from archive.arrivals import Arrival, ChildPlace
from archive.config import Config
from archive.errors import Conflict, NotFound, UsageError
from archive.legal_searches import ListAsked, TermAnswer
from archive.matter_gathering import Asked
from archive.matters import MatterSaid
from archive.models import Document, Event, Page, Version
from tests.matter_house import MatterHouse

CONFIG = Config(
    roots=[{"name": "filing", "path": "/srv/filing"}],
    custodians=[
        {"name": "anna", "root": "filing", "folder": "sales", "until": date(2024, 6, 30)},
        {"name": "bo", "root": "filing", "folder": "sales", "since": date(2024, 7, 1)},
        {"name": "cy", "root": "filing", "folder": "works"},
    ],
)
LONG = "pumps seals housings valves bolts washers gaskets shafts bearings motors covers plates"


def finds(session, viewer, term, asked) -> TermAnswer:
    """Stands for the search: the versions in whose text the term stands."""
    rows = session.execute(
        select(Version.id, Version.date, Page.text)
        .join(Document, Document.id == Version.document_id)
        .join(Page, Page.version_id == Version.id)
        .where(
            Document.collection_id.in_(viewer.reads),
            (Version.id == Document.current_version_id) | asked.all_versions,
        )
    )
    found = {version: day for version, day, text in rows if term in text}
    note = {"start": 0, "end": 1, "id": "open-quote", "params": {}, "message": "never closed"}
    return TermAnswer(
        tuple(found.items()), (note,) if '"' in term else (), is_too_many=term == "all"
    )


class ListHouse(MatterHouse):
    def searched(self, matter, *terms, by="legal one", reads=(), number=0, name="", **limits):
        self.clock.step()
        viewer = self.person(by, *reads)
        with self.database.read() as session:
            found = legal_searches.collect(
                session, viewer, ListAsked(terms, **limits), searching=finds, config=CONFIG,
                index_state={"indexed": {"1": 7, "2": 5}},
            )  # fmt: skip
        with self.database.write() as session:
            kept = legal_searches.keep(
                session, viewer, matter.id, found, self.clock(), number=number, name=name
            )
        return self.report(matter, kept[0], by=by, reads=reads)

    def report(self, matter, number, run=0, by="legal one", reads=()):
        with self.database.read() as session:
            viewer = self.person(by, *reads)
            return hit_reports.report(session, viewer, matter.id, number, run)

    def attach(self, parent: int, name: str, text: str, collection: str = "general") -> int:
        self.clock.step()
        blob = self.vault.put(io.BytesIO(text.encode()), max_bytes=1 << 20)
        arrival = Arrival(blob, collection, ChildPlace(parent, 1, name))
        version = self.intake.receive([arrival])[0].version_id
        self.reread(version, text)
        return version

    def numbers(self, *versions: int) -> list[int]:
        return [self.document(version) for version in versions]


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ListHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def figures(report) -> list[tuple]:
    return [(one.term, one.documents, one.families, one.with_families, one.only)
            for one in report.terms]  # fmt: skip


def documents(report) -> list[int]:
    return [one.document_id for one in report.found if one.terms]


def test_a_hit_report_counts_documents_families_and_what_one_term_alone_finds(house):
    matter = house.open()
    mail = house.put("sales/a.txt", "MEMO\nDate: 2024-02-01\nThe delay is known.")
    inside = house.attach(mail, "b.txt", "MEMO\nDate: 2024-02-01\nA penalty for delay.")
    other = house.put("sales/c.txt", "MEMO\nDate: 2024-03-01\nNothing but a penalty.")
    report = house.searched(matter, "delay", "penalty", "ghost", name="Late")
    assert figures(report) == [
        ("delay", 2, 1, 2, 1),
        ("penalty", 2, 2, 3, 1),
        ("ghost", 0, 0, 0, 0),
    ]
    assert (report.documents, report.families, report.with_families) == (3, 2, 3)
    assert documents(report) == house.numbers(mail, inside, other)
    assert [one.is_inside for one in report.found] == [False, True, False]
    assert (report.name, report.number, report.run, report.who) == ("Late", 1, 1, "legal one")
    table = hit_reports.report_csv(report).decode("utf-8-sig").splitlines()
    assert table[0] == "number,term,documents,families,with_families,only,new,notes"
    assert table[1:] == ["1,delay,2,1,2,1,0,", "2,penalty,2,2,3,1,0,", "3,ghost,0,0,0,0,0,",
                         ",all,3,2,3,,0,"]  # fmt: skip


def test_the_rest_of_a_family_is_shown_with_what_was_found_in_it(house):
    matter = house.open()
    mail = house.put("sales/a.txt", "MEMO\nDate: 2024-02-01\nSee below.")
    inside = house.attach(mail, "b.txt", "MEMO\nA penalty.")
    report = house.searched(matter, "penalty")
    assert [(one.document_id, one.terms) for one in report.found] == [
        (house.document(mail), ()), (house.document(inside), (1,)),
    ]  # fmt: skip
    assert report.documents == 1


def test_what_lies_in_two_mails_is_of_two_families_that_stay_two(house):
    matter = house.open()
    mails = [house.put(f"sales/{n}.txt", f"MEMO\nMail {n}.") for n in range(2)]
    logo = {house.attach(mail, "logo.txt", "our logo") for mail in mails}
    assert len(logo) == 1
    report = house.searched(matter, "logo")
    assert figures(report) == [("logo", 1, 2, 3, 1)]


def test_near_duplicates_are_shown_together(house):
    matter = house.open()
    first = house.put("sales/a.txt", f"{LONG} one two three four five six seven 2024-01-01")
    other = house.put("sales/b.txt", "MEMO\nDate: 2024-01-15\nAbout pumps and nothing else")
    again = house.put("works/c.txt", f"{LONG} one two three four five six eight 2024-01-01")
    report = house.searched(matter, "pumps")
    by_id = {one.document_id: one for one in report.found}
    first, other, again = house.numbers(first, other, again)
    assert by_id[first].alike == (f"D-{again:06d}",) and not by_id[other].alike
    assert by_id[first].family == by_id[again].family != by_id[other].family
    order = [one.document_id for one in report.found]
    assert abs(order.index(first) - order.index(again)) == 1


def test_where_not_all_texts_are_compared_that_is_said(house, monkeypatch):
    matter = house.open()
    for name in "abc":
        house.put(f"sales/{name}.txt", f"{LONG} {name} one two three four five six 2024-01-01")
    assert house.searched(matter, "pumps").is_alike_whole
    monkeypatch.setattr(legal_searches, "MOST_TEXT", 300)
    report = house.searched(matter, "pumps")
    assert (report.documents, report.is_alike_whole) == (3, False)
    assert sum(map(bool, (one.alike for one in report.found))) == 2


def test_custodians_answer_by_the_day(house):
    matter = house.open()
    early = house.put("sales/a.txt", "MEMO\nDate: 2024-06-30\nA penalty.")
    late = house.put("sales/b.txt", "MEMO\nDate: 2024-07-01\nA penalty.")
    works = house.put("works/c.txt", "MEMO\nDate: 2024-06-30\nOur penalty.")
    early, late, works = house.numbers(early, late, works)
    anna, bo, cy = (
        documents(house.searched(matter, "penalty", custodians=(name,)))
        for name in ("anna", "bo", "cy")
    )
    assert anna == [early]  # by its date: it was filed when bo answered for the folder
    assert bo == [early, late] and cy == [works]
    report = house.searched(matter, "penalty", custodians=("anna", "cy"))
    assert documents(report) == [early, works] and report.left_out["custodian"] == 1
    with pytest.raises(UsageError, match=r"Nobody called eve .* anna, bo, cy"):
        house.searched(matter, "penalty", custodians=("eve",))


def test_folders_hold_what_lay_there_also_inside_a_mail_and_as_of_a_day_what_lay_there_then(house):
    matter = house.open()
    mail = house.put("sales/a.txt", "MEMO\nSee below.")
    inside = house.attach(mail, "b.txt", "A penalty.")
    other = house.put("salesman/c.txt", "A penalty as well.")
    before = house.clock.step(hours=1)
    house.clock.step(hours=1)
    house.intake.gone("filing", ["sales/a.txt"])
    later = house.clock.step(hours=1)
    report = house.searched(matter, "penalty", folders=("filing/sales/",))
    assert documents(report) == house.numbers(inside) and report.left_out["folder"] == 1
    whole = house.searched(matter, "penalty", folders=("filing",))
    assert documents(whole) == house.numbers(inside, other)
    then = house.searched(matter, "penalty", folders=("filing/sales",), as_of=before)
    assert documents(then) == house.numbers(inside)
    assert (
        documents(house.searched(matter, "penalty", folders=("filing/sales",), as_of=later)) == []
    )


def test_a_period_leaves_out_what_has_no_date_and_says_so(house):
    matter = house.open()
    kept = house.put("sales/a.txt", "MEMO\nDate: 2024-02-01\nA penalty.")
    house.put("sales/b.txt", "MEMO\nDate: 2025-02-01\nA penalty.")
    house.put("sales/c.txt", "A penalty without a day.")
    period = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}
    report = house.searched(matter, "penalty", **period)
    assert documents(report) == house.numbers(kept)
    assert report.left_out == {"no-date": 1, "period": 1, "folder": 0, "custodian": 0}


def test_all_versions_are_searched_where_that_is_asked(house):
    matter = house.open()
    first = house.put("sales/a.txt", "MEMO\nA penalty.")
    house.put("sales/a.txt", "MEMO\nNothing of that.")
    assert documents(house.searched(matter, "penalty")) == []
    report = house.searched(matter, "penalty", all_versions=True)
    assert [(one.document_id, one.versions) for one in report.found] == [
        (house.document(first), (1,))
    ]


def test_asked_again_a_list_shows_what_is_new_and_what_is_gone(house):
    matter = house.open()
    house.put("sales/a.txt", "MEMO\nA penalty.")
    assert house.searched(matter, "penalty").new == 0
    house.put("sales/a.txt", "MEMO\nNothing of that.")
    other = house.put("sales/b.txt", "MEMO\nAnother penalty.")
    report = house.searched(matter, "penalty", number=1)
    assert (report.run, report.new, report.lost, report.terms[0].new) == (2, 1, 1, 1)
    assert [one.document_id for one in report.found if one.is_new] == house.numbers(other)
    assert house.report(matter, 1, run=1).new == 0
    with house.database.read() as session:
        (told,) = legal_searches.list_lists(session, house.person("legal one"), matter.id)
    assert [run.number for run in told.runs] == [2, 1]
    with pytest.raises(NotFound):
        house.report(matter, 1, run=3)
    with pytest.raises(NotFound):
        house.searched(matter, "penalty", number=2)


def test_what_was_not_understood_and_what_finds_too_many_is_said_of_each_term(house):
    matter = house.open()
    house.put("sales/a.txt", "MEMO\nall of it")
    report = house.searched(matter, 'say "this', "all", "it")
    assert [[note["message"] for note in one.notes] for one in report.terms] == [
        ["never closed"], [], [],
    ]  # fmt: skip
    assert [one.is_too_many for one in report.terms] == [False, True, False]
    assert "finds more than can be listed" in hit_reports.report_csv(report).decode("utf-8-sig")


def test_each_search_is_an_event_without_a_word_of_it_and_what_a_list_was_stays(house):
    matter = house.open()
    house.searched(matter, "canary")
    assert house.kinds(matter)[-1] == "matter-searched"
    with house.database.read() as session:
        line = session.scalar(select(Event.line).order_by(Event.number.desc()).limit(1))
    assert "canary" not in line
    details = json.loads(line)["details"]
    assert (details["list"], details["run"]) == (1, 1)


def test_what_a_member_may_not_read_changes_no_figure_of_a_list(house):
    matter = house.open()
    house.put("sales/a.txt", "MEMO\nA penalty.")
    hidden = house.put("sales/s.txt", "MEMO\nA secret penalty.", "secret")
    house.attach(hidden, "x.txt", "more of the penalty", "secret")
    whole = house.searched(matter, "penalty", "secret", reads=("general", "secret"))
    assert (whole.documents, whole.index["indexed"]) == (3, 12)
    seen = house.report(matter, 1)
    assert figures(seen) == [("penalty", 1, 1, 1, 1), ("secret", 0, 0, 0, 0)]
    assert (seen.documents, seen.families, seen.index["indexed"]) == (1, 1, 7)
    assert len(seen.found) == 1
    for by in ("staff one", "administrator one"):
        with pytest.raises(NotFound, match="There is no matter"):
            house.report(matter, 1, by=by)
        with pytest.raises(NotFound, match="There is no matter"):
            house.searched(matter, "penalty", by=by)


def test_a_closed_matter_is_searched_no_more(house):
    matter = house.open()
    house.searched(matter, "penalty")
    with house.database.write() as session:
        said = MatterSaid("Late pumps", state="closed")
        matters.change(
            session, house.person("legal one"), matter.id, said, house.clock(), revision=1
        )
    with pytest.raises(Conflict):
        house.searched(matter, "penalty", number=1)
    assert house.report(matter, 1).run == 1


def test_what_a_list_found_is_gathered_each_document_with_its_terms(house):
    matter = house.open()
    found = house.put("sales/a.txt", "MEMO\nA penalty for delay.")
    house.searched(matter, "penalty", "delay")
    by = house.person("legal one")
    with house.database.read() as session:
        lists = {1: hit_reports.terms_of_documents(session, by, matter.id, 1)}
        collected = matter_gathering.collect(
            session, by, Asked(word_lists=(1,), depth=0), searching=finds, entry_schemes=(),
            lists=lists,
        )  # fmt: skip
    assert collected.because == {
        house.document(found): [
            {"search": "penalty", "list": 1}, {"search": "delay", "list": 1},
        ]
    }  # fmt: skip
    assert Asked.of(collected.asked.told()) == collected.asked


@pytest.mark.parametrize(
    "asked",
    [
        {"terms": ()},
        {"terms": ("x" * 501,)},
        {"terms": tuple(map(str, range(201)))},
        {"terms": ("x",), "since": date(2024, 2, 1), "until": date(2024, 1, 1)},
        {"terms": ("x",), "all_versions": True, "as_of": datetime(2024, 1, 1, tzinfo=UTC)},
        {"terms": ("x",), "folders": tuple(map(str, range(101)))},
    ],
)
def test_what_makes_no_sense_is_no_word_list(asked):
    with pytest.raises(UsageError):
        ListAsked(**asked)


def test_a_word_list_has_each_line_once():
    asked = ListAsked(("a", " a ", "", "b"))
    assert asked.terms == ("a", "b") and ListAsked.of(asked.told()) == asked
