"""Several folders asked as one: nothing comes from a folder that was not asked."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.search.answers import Results
from indexer.search.seam import IndexDoc
from tests.search_world import ENGINES, World, doc, identifier

WORDS = ("pump", "pumps", "delay", "order", "faktura", "fakturan", "lid", "bolt", "PO-2024-113")
QUERIES = (
    *WORDS, "pump delay", "pump OR lid", '"pump delay"', "pum*", "pumb", "dela~", "order -lid",
    "kind:invoice pump", "product:X1", "pump delay order lid bolt faktura", "versions:all bolt",
    "number:7", "as-of:2024-06-01 pump", "",
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn, first: int) -> list[IndexDoc]:
    made = []
    for number in range(first, first + draw(st.integers(0, 5))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
        has_order = "PO-2024-113" in words
        made.append(
            doc(
                number,
                " ".join(words),
                kind=draw(st.sampled_from(["invoice", "contract"])),
                number=str(number % 9),
                title=draw(st.sampled_from([None, "pump", "order delay"])),
                date=draw(st.sampled_from([None, "2023-01-01", "2024-05-05"])),
                parties=tuple(draw(st.sets(st.sampled_from(["Acme AB", "Globex"])))),
                products=tuple(draw(st.sets(st.sampled_from([(1, "X1"), (3, "X1"), (3, "Y")])))),
                cites=(identifier("purchase-order", "PO-2024-113"),) if has_order else (),
                path=f"filing/{number % 3}/{number}.txt",
            )
        )
    return made


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=8)
@given(seen=documents(1), also=documents(11), hidden=documents(21))
def test_what_is_hidden_changes_no_answer(
    name: str,
    lemma_tables: Path,
    seen: list[IndexDoc],
    also: list[IndexDoc],
    hidden: list[IndexDoc],
) -> None:
    with tempfile.TemporaryDirectory() as root:
        with_hidden = World(Path(root) / "with", name, lemma_tables)
        with_hidden.fill(1, "general", seen).fill(2, "projects", also).fill(3, "legal", hidden)
        without = World(Path(root) / "without", name, lemma_tables)
        without.fill(1, "general", seen).fill(2, "projects", also)
        for query in QUERIES:
            mine = with_hidden.search(query, among=(1, 2))
            assert _timeless(mine) == _timeless(without.search(query))
        with_hidden.close()
        without.close()


@settings(max_examples=8)
@given(general=documents(1), projects=documents(11))
def test_engines_find_and_count_the_same(
    lemma_tables: Path, general: list[IndexDoc], projects: list[IndexDoc]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        worlds = [
            World(Path(root) / name, name, lemma_tables)
            .fill(1, "general", general)
            .fill(2, "projects", projects)
            for name in ENGINES
        ]
        for query in QUERIES:
            first, second = (_found(world.search(query, limit=100)) for world in worlds)
            assert first == second, query
        for world in worlds:
            world.close()


@pytest.fixture(params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_word_that_is_rare_in_all_folders_counts_alike_in_each(
    name: str, tmp_path: Path, lemma_tables: Path
) -> None:
    """`bolt` is in every document of a small folder and nowhere else: rare, and worth as much."""
    world = World(tmp_path, name, lemma_tables)
    world.fill(1, "large", [doc(n, f"lid number {n}") for n in range(1, 40)])
    world.fill(2, "small", [doc(50, "bolt"), doc(51, "bolt")])
    results = world.search("bolt lid", limit=50)
    assert {hit.row.document for hit in results.hits[:2]} == {"D-000050", "D-000051"}
    assert (results.total, results.total_any) == (0, 41)


def test_equal_hits_of_two_folders_are_ordered_by_path(
    name: str, tmp_path: Path, lemma_tables: Path
) -> None:
    world = World(tmp_path, name, lemma_tables)
    world.fill(1, "one", [doc(n, "bolt", path=f"filing/{n:02d}") for n in (2, 4, 6)])
    world.fill(2, "two", [doc(n, "bolt", path=f"filing/{n:02d}") for n in (1, 3, 5)])
    found = [hit.row.path for hit in world.search("bolt").hits]
    assert found == [f"filing/{n:02d}" for n in range(1, 7)]
    found = [hit.row.path for hit in world.search("kind:other").hits]
    assert found == [f"filing/{n:02d}" for n in range(1, 7)]


def test_more_equal_hits_than_a_page_are_still_ordered_by_path(
    name: str, tmp_path: Path, lemma_tables: Path
) -> None:
    world = World(tmp_path, name, lemma_tables)
    world.fill(1, "one", [doc(n, "bolt", path=f"filing/{999 - n}") for n in range(1, 60)])
    found = [hit.row.path for hit in world.search("bolt", limit=5).hits]
    assert found == [f"filing/{n}" for n in range(940, 945)]


def test_a_collection_field_asks_that_folder_only(
    name: str, tmp_path: Path, lemma_tables: Path
) -> None:
    world = World(tmp_path, name, lemma_tables)
    world.fill(1, "one", [doc(1, "bolt")]).fill(2, "two", [doc(2, "bolt")])
    assert world.found("bolt collection:two") == ["D-000002"]
    assert world.found("bolt -collection:two") == ["D-000001"]
    results = world.search("bolt collection:three")
    assert results.total == 2
    assert [note.message.id for note in results.notes] == ["unknown-collection"]


def test_a_product_of_a_hidden_collection_changes_no_count_of_very_many(
    name: str, tmp_path: Path, lemma_tables: Path
) -> None:
    codes = [(1, f"X{number:03d}") for number in range(300)]
    seen = [
        doc(1, "bolt", products=tuple(codes)),
        doc(2, "bolt", products=tuple(codes[:250])),
        doc(3, "bolt", products=tuple(codes[:10])),
    ]
    also = replace(seen[0], products=(*codes, (3, "hidden")))
    without = World(tmp_path / "without", name, lemma_tables).fill(1, "one", seen)
    with_hidden = World(tmp_path / "with", name, lemma_tables).fill(1, "one", [also, *seen[1:]])
    assert without.search("bolt").facets == with_hidden.search("bolt").facets


def _timeless(results: Results) -> Results:
    return replace(results, took_ms=0.0)


def _found(results: Results) -> tuple[object, ...]:
    hits = {(hit.row.key, hit.has_all, hit.snippet, repr(hit.why)) for hit in results.hits}
    counts = (results.total, results.total_any, results.facets, results.suggestions)
    return (hits, *map(repr, counts), results.notes, results.pieces)
