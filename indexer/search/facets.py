"""Values with their counts over all hits of all asked folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from indexer.search.answers import FacetValue
from indexer.search.seam import FolderHandle, Node, Snapshot

#: Facets in the order of the page. `collection` is counted from the folders.
FACETS: Final = ("kind", "year", "party", "product", "collection", "language")
_FIELDS: Final = {
    "kind": "kind",
    "year": "year",
    "party": "party_name",
    "product": "product",
    "language": "language",
}
_MOST_VALUES: Final = 50  # of one facet in an answer
_MOST_COUNTED: Final = 200  # of one facet in one folder
_ALL: Final = 1_000_000


def facets_of(
    asked: Iterable[tuple[FolderHandle, Snapshot, Node, int]],
    names: Sequence[str],
    collections: Sequence[int],
) -> Mapping[str, tuple[FacetValue, ...]]:
    """The most frequent values first, years newest first.

    `asked` are folders with hits: their state, the tree asked and its total. Products are those of
    register entries in `collections`.
    """
    wanted = [name for name in FACETS if name in names]
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    mine = {str(collection) for collection in collections}
    for folder, snapshot, tree, total in asked:
        sizes = {_FIELDS[name]: _MOST_COUNTED for name in wanted if name in _FIELDS}
        if "product" in sizes and _has_foreign(snapshot, mine):
            sizes["product"] = _ALL  # what is hidden may not push out what is seen
        found = snapshot.facets(tree, sizes)
        for name in wanted:
            if name == "collection":
                counts[name][folder.name] += total
            elif name == "product":
                counts[name].update(_whole(_shown(found[_FIELDS[name]], mine)))
            else:
                counts[name].update(_whole(found[_FIELDS[name]]))
    return {name: _sorted(name, counter) for name, counter in counts.items()}


def _has_foreign(snapshot: Snapshot, mine: set[str]) -> bool:
    """Whether some document has a product of a collection that is not asked."""
    return any(owner not in mine for owner, _ in snapshot.terms("product_of", ""))


def _shown(entries: Mapping[str, int], mine: set[str]) -> Counter[str]:
    """Codes of those register entries that belong to an asked collection."""
    shown: Counter[str] = Counter()
    for entry, count in entries.items():
        owner, _, code = entry.partition("\t")
        if owner in mine:
            shown[code] += count
    return shown


def _whole(values: Mapping[str, int]) -> Mapping[str, int]:
    """The values, less those of the least count where an engine may have left others of it out."""
    if len(values) < _MOST_COUNTED:
        return values
    most = sorted(values.values(), reverse=True)[:_MOST_COUNTED]
    return {value: count for value, count in values.items() if count > most[-1]}


def _sorted(name: str, counter: Counter[str]) -> tuple[FacetValue, ...]:
    if name == "year":
        values = sorted(counter.items(), reverse=True)
    else:
        values = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(value, count) for value, count in values[:_MOST_VALUES])
