"""What every engine answers alike: the query language over a small archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive.errors import Conflict
from indexer.search.answers import Results
from tests.search_world import ENGINES, World, doc, identifier

PO = identifier("purchase-order", "PO-2024-113")
DOCS = [
    doc(1, "Purchase order PO-2024-113 for 400 pump housings. Delivery in week 22, no delay.",
        kind="purchase-order", number="PO-2024-113", title="Pump housings", date="2024-02-11",
        parties=("Norrgjuteri AB", "Us"), products=((1, "X100"),), bears=(PO,), total="41200.00",
        currency="SEK", path="filing/orders/2024/PO-2024-113.pdf"),
    doc(2, "Invoice 88213. Our ref PO 2024 113, delivered week 27, the delay was agreed.",
        kind="invoice", number="88213", title="Invoice", date="2024-06-30", cites=(PO,),
        parties=("Norrgjuteri AB",), products=((1, "X100"), (2, "X200")), total="41200.00",
        path="filing/invoices/2024/88213.pdf"),
    doc(3, "Fakturan avser leverans av pumphus. Fakturan betalas inom 30 dagar. Åtgärd krävs.",
        kind="invoice", number="INV-77", title="Faktura", date="2023-12-01", language="sv",
        parties=("Väst Pump AB",), total="900.50", path="filing/invoices/2023/INV-77.pdf"),
    doc(4, "Contracts and deliveries are governed by this framework.", "Page two: penalty clause.",
        kind="contract", number="RA-2021-07", title="Framework contract", date="2021-05-04",
        effective_from="2021-06-01", expires_on="2023-05-31", path="filing/legal/RA-2021-07.docx"),
    doc(5, kind="other", status="unreadable", reason_code="encrypted",
        path="filing/legal/secret plan.pdf"),
    doc(6, "Spec 118/A covers the housing.", kind="specification", number="118/A",
        date="2022-01-01", path="filing/specs/118A.txt"),
    doc(7, "Spec 118/B covers the lid.", kind="specification", number="118/B", current=False,
        current_spans=(("2022-01-01T00:00:00+00:00", "2023-01-01T00:00:00+00:00"),),
        path="filing/specs/118B.txt", version=1),
    doc(7, "Spec 118/B covers the lid and the bolt.", kind="specification", number="118/B",
        current_spans=(("2023-01-01T00:00:00+00:00", "2023-03-01T00:00:00+00:00"),
                       ("2024-01-01T00:00:00+00:00", None)),
        path="filing/specs/118B.txt", version=2),
]  # fmt: skip


def _made(name: str, root: Path, lemma_tables: Path) -> World:
    world = World(root, name, lemma_tables).fill(1, "general", DOCS)
    world.links = {"D-000002": {"D-000001"}}
    world.joined = {"D-000008": "D-000004", "D-000009": "D-000001"}
    return world


@pytest.fixture(scope="module", params=ENGINES)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, lemma_tables: Path
) -> Iterator[World]:
    """The archive above, which no test changes."""
    made = _made(request.param, tmp_path_factory.mktemp("index"), lemma_tables)
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def own(request: pytest.FixtureRequest, tmp_path: Path, lemma_tables: Path) -> Iterator[World]:
    """The same for one test alone."""
    made = _made(request.param, tmp_path, lemma_tables)
    yield made
    made.close()


def numbers(*found: int) -> list[str]:
    return [f"D-{number:06d}" for number in found]


QUERIES = {
    "": [1, 2, 3, 4, 5, 6, 7],
    "housings": [1, 6],
    "HOUSING": [1, 6],
    "faktura": [3],
    "contract": [4],
    "delivery penalty": [4],
    '"week 22"': [1],
    '"22 week"': [],
    '"housings delivery"~0': [1],
    '"delivery housings"~0': [1],
    '"week delivered"~5': [2],
    '"week delay"~1': [],
    '"week delay"~2': [1, 2],
    '"delay week"~2 kind:invoice': [2],
    '"delay week delivered"~5': [2],
    '-"delay week"~2 week': [],
    '"nowhere week"~5': [],
    "118/A": [6],
    "118/B": [7],
    "spec -lid": [6],
    "spec NOT lid": [6],
    "lid OR penalty": [4, 7],
    "(lid OR housing) spec": [6, 7],
    "hous*": [1, 6],
    "hous* -spec": [1],
    "contrcts~": [4],
    "kontracts~": [],
    "PO-2024-*": [1, 2],
    "PO-2024-11*": [1, 2],
    "kind:invoice": [2, 3],
    "kind:faktura": [2, 3],
    "kind:invoice kind:contract": [2, 3, 4],
    "-kind:invoice -kind:specification": [1, 4, 5],
    "number:INV-77": [3],
    "number:inv77": [3],
    "number:118*": [6, 7],
    'party:"Norrgjuteri AB"': [1, 2],
    "party:norrgjuteri": [1, 2],
    'party:"AB Us"': [],
    "product:x-100": [1, 2],
    "path:filing/invoices/": [2, 3],
    "path:filing/invoices/2024": [2],
    "path:Filing/Legal/RA*": [4],
    "path:invoices": [2, 3],
    "date:2024": [1, 2],
    "date:2023..2024-02": [1, 3],
    "date:>=2024-06-30": [2],
    "date:<2022": [4],
    "date:..2021": [4],
    "total:>10000": [1, 2],
    "total:900,50": [3],
    "total:100..1000": [3],
    "language:sv": [3],
    "status:unreadable": [5],
    "status:encrypted": [5],
    "collection:general kind:contract": [4],
    "PO-2024-113": [1, 2],
    "po 2024–113": [1, 2],
    "PO2024113": [1, 2],
    "cites:PO-2024-113": [2],
    "cites:D-000001": [2],
    "cited-by:D-000002": [1],
    "D-000004": [4],
    "D-000008": [4],
    "cites:D-000009": [2],
    "d-000004": [4],
    "secret": [5],
    "on:2022-02-02": [4, 5, 6, 7],
    "on:2024-12-31 kind:contract": [],
    "bolt": [7],
    "spec as-of:2022-06-01": [7],
    "bolt as-of:2023-02-01": [7],
    "spec as-of:2023-06-01": [],
    "spec as-of:2024-06-01": [6, 7],
    "+housing +spec": [6],
    "åtgärd": [3],
    "atgard": [],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_these_documents_and_no_others(world: World, query: str) -> None:
    results = world.search(query)
    found = sorted({hit.row.document for hit in results.hits if hit.has_all})
    assert found == numbers(*QUERIES[query])
    assert results.total == len(found)
    assert results.notes == ()


AMOUNTS = {
    "21000": [1, 2, 3, 4],
    "21 000": [1, 2, 3, 4],
    "21,000": [1, 2, 3, 4],
    "21 000,00": [2, 3],
    "21000.00": [2, 3],
    '"21 000"': [1, 2, 3],
    "1234567": [5],
    "1 234 567": [5],
    "pay 21 000 SEK": [2],
    "-21000": [5, 6],
}


@pytest.mark.parametrize("query", AMOUNTS)
def test_an_amount_is_found_in_all_spellings_by_each(own: World, query: str) -> None:
    texts = ("21 000 here", "pay 21 000,00 SEK", "$21,000.00", "21000 pcs", "1.234.567", "121 000")
    own.fill(2, "sums", [doc(20 + at, text) for at, text in enumerate(texts, 1)])
    found = own.found(query, among=[2])
    assert sorted(found) == numbers(*(20 + at for at in AMOUNTS[query]))


def test_an_amount_is_marked_as_it_stands_in_the_text(own: World) -> None:
    own.fill(2, "sums", [doc(21, "It costs 21 000,00 SEK.")])
    (hit,) = own.search("21000", among=[2]).hits
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["21 000"]


def test_documents_with_some_of_the_words_follow_those_with_all(world: World) -> None:
    results = world.search("penalty clause housing")
    assert (results.total, results.total_any) == (0, 3)
    assert not any(hit.has_all for hit in results.hits)
    assert results.hits[0].row.document == "D-000004"
    results = world.search("lid bolt penalty -clause")
    assert (results.total, results.total_any) == (0, 1)


def test_phrases_fields_and_required_words_hold_below_the_line_too(world: World) -> None:
    results = world.search('+lid bolt framework "118 b"')
    assert [hit.row.document for hit in results.hits] == ["D-000007"]
    assert (results.total, results.total_any) == (0, 1)


def test_a_whole_question_finds_the_documents_that_answer_it(world: World) -> None:
    question = "Dear Sirs, why was the delivery of the pump housings delayed until week 27?"
    results = world.search(question)
    assert {hit.row.document for hit in results.hits[:2]} == {"D-000001", "D-000002"}
    assert results.notes == ()


def test_all_versions_are_hits_where_they_are_asked_for(world: World) -> None:
    results = world.search("lid versions:all")
    assert [hit.row.key for hit in results.hits] == ["D-000007/2", "D-000007/1"] or [
        hit.row.key for hit in results.hits
    ] == ["D-000007/1", "D-000007/2"]
    assert results.total == world.search("lid", all_versions=True).total == 2


def test_as_of_and_on_may_be_given_beside_the_query(world: World) -> None:
    then = datetime(2022, 6, 1, tzinfo=UTC)
    assert [hit.row.version for hit in world.search("spec", as_of=then).hits] == [1]
    assert world.found("kind:contract", on=date(2022, 2, 2)) == numbers(4)


def test_facets_count_every_hit_and_not_the_page_alone(world: World) -> None:
    results = world.search("", limit=1)
    assert len(results.hits) == 1
    kinds = {value.value: value.count for value in results.facets["kind"]}
    assert kinds == {"invoice": 2, "specification": 2, "contract": 1, "other": 1,
                     "purchase-order": 1}  # fmt: skip
    assert [value.value for value in results.facets["year"]] == ["2024", "2023", "2022", "2021"]
    assert results.facets["party"][0].value == "Norrgjuteri AB"
    assert [(v.value, v.count) for v in results.facets["collection"]] == [("general", 7)]


def test_an_entry_of_a_register_is_found_by_its_name(world: World, monkeypatch) -> None:
    monkeypatch.setitem(world.entries, ("product", "Ball valve"), [(1, "X-100")])
    assert sorted(world.found('product:"Ball valve"')) == numbers(1, 2)
    monkeypatch.setitem(world.entries, ("product", "Ball valve"), [(99, "X-100")])
    assert world.found('product:"Ball valve"') == []  # of a collection that is not asked


def test_register_entries_of_other_collections_neither_show_nor_filter(world: World) -> None:
    results = world.search("")
    assert [value.value for value in results.facets["product"]] == ["X100"]
    assert world.found("product:X200") == []


@pytest.mark.parametrize(
    ("sort", "first"),
    [("newest", 2), ("oldest", 4), ("path", 3), ("total", 2), ("number", 6), ("title", 3)],
)
def test_a_list_is_ordered_as_asked_and_ties_go_by_path(
    world: World, sort: str, first: int
) -> None:
    assert world.search("", sort=sort).hits[0].row.document == f"D-{first:06d}"


def test_pages_of_a_list_join_to_the_whole_list(world: World) -> None:
    whole = [hit.row.key for hit in world.search("spec housing lid week").hits]
    parts = [
        hit.row.key
        for offset in range(0, len(whole) + 2, 2)
        for hit in world.search("spec housing lid week", limit=2, offset=offset).hits
    ]
    assert parts == whole
    assert len(whole) > 3


def test_snippets_show_the_page_and_mark_what_was_found(world: World) -> None:
    hit = world.search("penalties").hits[0]
    assert hit.page == 2
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["penalty"]
    hit = world.search("po2024113").hits[1]
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["PO 2024 113"]


def test_a_hit_says_why_it_is_one(world: World) -> None:
    why = [[m.english() for m in hit.why] for hit in world.search("PO 2024-113").hits]
    assert why == [["bears PO 2024-113"], ["cites PO 2024-113"]]
    assert [m.english() for m in world.search("secret").hits[0].why] == [
        "found in its name or path"
    ]


def test_a_file_number_alone_opens_its_document(world: World) -> None:
    assert world.search("D-000003").opens == "D-000003"
    assert world.search("D-000008").opens == "D-000004"
    assert world.search("D-000099").opens is None
    assert world.search("D-000003 faktura").opens is None


@pytest.mark.parametrize(
    ("query", "proposal", "total"),
    [
        ("penatly", "penalty", 1),
        ("atgard", "åtgärd", 1),
        ("housings kind:contract", "housings", 2),
        ("bolt as-of:2022-02-02", "bolt", 0),
    ],
)
def test_nothing_found_suggests_what_would_be(
    world: World, query: str, proposal: str, total: int
) -> None:
    results = world.search(query)
    assert results.total == results.total_any == 0
    assert [(s.query, s.total) for s in results.suggestions] == [(proposal, total)][: total or 0]


def test_where_one_language_has_none_of_it_the_others_are_suggested(world: World) -> None:
    (one,) = world.search("housings language:de").suggestions
    assert (one.query, one.total) == ("housings", 2)
    assert one.message.english() == "In other languages, without language:de"


def test_an_older_version_is_suggested_where_only_it_has_the_word(own: World) -> None:
    own.fill(1, "general", [replace(DOCS[6], pages=("Obsolete gasket.",))])
    assert [s.query for s in own.search("gasket").suggestions] == ["gasket versions:all"]


def test_a_prefix_of_very_many_words_says_that_not_all_were_used(own: World) -> None:
    own.fill(1, "general", [doc(9, " ".join(f"zebra{n:04d}" for n in range(1_200)))])
    results = own.search("zebra*")
    assert results.total == 1
    assert [note.message.params["count"] for note in results.notes] == ["1200"]


def test_a_deleted_and_a_replaced_document_are_gone(own: World) -> None:
    index = own.folders.open(1)
    index.delete(["D-000006/1"])
    index.upsert([replace(DOCS[0], pages=("Nothing left.",), title="Nothing")])
    index.commit()
    assert own.found("housing") == []
    assert own.search("").total == 6


def test_nothing_shows_before_the_commit_and_nothing_after_a_close_without_one(
    own: World,
) -> None:
    index = own.folders.open(1)
    index.upsert([doc(9, "quicksilver")])
    assert own.found("quicksilver") == []
    index.close()
    own.folders.open(1).commit()
    assert own.found("quicksilver") == []


def test_a_second_writer_is_refused(own: World, tmp_path: Path, lemma_tables: Path) -> None:
    own.folders.open(1).upsert([doc(9, "one")])
    other = World(tmp_path, own.engine.name, lemma_tables)
    with pytest.raises(Conflict):
        other.folders.open(1).upsert([doc(9, "two")])


def test_another_process_sees_what_was_committed(
    own: World, tmp_path: Path, lemma_tables: Path
) -> None:
    other = World(tmp_path, own.engine.name, lemma_tables)
    other.names, other.texts = own.names, own.texts
    assert other.found("quicksilver") == []
    own.fill(1, "general", [doc(9, "quicksilver")])
    assert other.found("quicksilver") == numbers(9)
    other.close()


def test_a_rebuilt_index_is_swapped_in_and_answers_the_same(own: World) -> None:
    before = _answers(own)
    assert own.folders.rebuild(1, iter(DOCS)) == len(DOCS)
    assert not own.folders.is_outdated(1)
    assert _answers(own) == before


def test_a_collection_without_an_index_answers_nothing_and_makes_none(
    own: World, tmp_path: Path
) -> None:
    own.names[2] = "projects"
    assert own.search("", among=[2]).total == 0
    assert own.search("hous* kind:invoice", among=[2]).hits == ()
    assert own.found("118/A") == numbers(6)
    assert own.folders.is_outdated(2)
    assert own.folders.collections() == [1]


def test_names_with_bytes_that_are_no_text_are_kept_and_found(own: World) -> None:
    own.fill(1, "general", [doc(9, "text", path="filing/bad\udcff name.txt")])
    hits = own.search("bad").hits
    assert [hit.row.path for hit in hits] == ["filing/bad\udcff name.txt"]
    own.search("\udcff bad \ud800*")


def _answers(own: World) -> list[object]:
    answers: list[Results] = [own.search(query) for query in QUERIES]
    return [replace(answer, took_ms=0.0) for answer in answers]
