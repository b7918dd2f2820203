"""Values with their counts over all hits of all asked folders.

The spellings of one party are one value, called as it is registered, else as it is written most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from indexer.search.answers import FacetValue
from indexer.search.seam import (
    AnyTerm,
    Bool,
    FolderHandle,
    KnownParty,
    Lookups,
    Node,
    Snapshot,
)

#: Facets in the order of the page. `collection` is counted from the folders.
FACETS: Final = ("kind", "year", "party", "product", "collection", "language")
_FIELDS: Final = {
    "kind": "kind",
    "year": "year",
    "party": "party_spelled",
    "product": "product",
    "language": "language",
}
_MOST_VALUES: Final = 50  # of one facet in an answer
_MOST_COUNTED: Final = 200  # of one facet in one folder
_MOST_SPELLED: Final = 2_000  # spellings of parties counted in one folder
_MOST_JOINED: Final = 20  # parties whose names are counted together; the rest is added up
_ALL: Final = 1_000_000

#: A folder with hits, the tree asked, and its first counts by field.
_Folder: TypeAlias = tuple[Snapshot, Node, Mapping[str, Mapping[str, int]]]


def facets_of(
    asked: Iterable[tuple[FolderHandle, Snapshot, Node, int]],
    names: Sequence[str],
    collections: Sequence[int],
    lookups: Lookups,
) -> Mapping[str, tuple[FacetValue, ...]]:
    """The most frequent values first, years newest first.

    `asked` are folders with hits: their state, the tree asked and its total. Products are those of
    register entries in `collections`.
    """
    wanted = [name for name in FACETS if name in names]
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    of_parties: list[_Folder] = []
    mine = {str(collection) for collection in collections}
    for folder, snapshot, tree, total in asked:
        sizes = {_FIELDS[name]: _MOST_COUNTED for name in wanted if name in _FIELDS}
        if "product" in sizes and _has_foreign(snapshot, mine):
            sizes["product"] = _ALL  # what is hidden may not push out what is seen
        if "party" in wanted:
            sizes["party_spelled"] = _MOST_SPELLED
        found = snapshot.facets(tree, sizes)
        for name in wanted:
            if name == "party":
                of_parties.append((snapshot, tree, found))
            elif name == "collection":
                counts[name][folder.name] += total
            elif name == "product":
                counts[name].update(_whole(_shown(found[_FIELDS[name]], mine)))
            else:
                counts[name].update(_whole(found[_FIELDS[name]]))
    if "party" in wanted:
        counts["party"] = _parties(of_parties, lookups)
    return {name: _sorted(name, counter) for name, counter in counts.items()}


def _counted(folders: Sequence[_Folder]) -> tuple[Counter[str], Mapping[str, str]]:
    """Keys of parties with their documents in all folders, and the name that each has most.

    Where a folder has more than were counted, those that may be shown are gathered from all, and
    counted there: what is rare in one folder may be frequent in another.
    """
    gathered = {key for folder in folders for key in _most(folder)}
    wanted = AnyTerm("party_key", tuple(sorted(gathered)))
    spelled = Counter[str]()
    for snapshot, tree, found in folders:
        if len(found["party_spelled"]) >= _MOST_SPELLED:
            found = snapshot.facets(Bool(must=(tree,), keep=(wanted,)), {"party_spelled": _ALL})
        spelled.update(found["party_spelled"])
    keys, names = Counter[str](), dict[str, str]()
    for one, count in sorted(spelled.items(), key=lambda item: (-item[1], item[0])):
        key, _, name = one.partition("\t")
        if key in gathered:
            keys[key] += count
            names.setdefault(key, name)
    return keys, names


def _most(folder: _Folder) -> list[str]:
    """The most frequent keys of a folder; of those that are equally frequent the first by name."""
    snapshot, tree, found = folder
    counts = _by_key(_whole(found["party_spelled"], _MOST_SPELLED))
    if len(found["party_spelled"]) >= _MOST_SPELLED and len(counts) < _MOST_VALUES:
        counts = _by_key(snapshot.facets(tree, {"party_spelled": _ALL})["party_spelled"])
    return sorted(counts, key=lambda key: (-counts[key], key))[:_MOST_COUNTED]


def _by_key(spelled: Mapping[str, int]) -> Counter[str]:
    """A document has one spelling of each party, so what its spellings count adds up."""
    counts = Counter[str]()
    for one, count in spelled.items():
        counts[one.partition("\t")[0]] += count
    return counts


def _parties(folders: Sequence[_Folder], lookups: Lookups) -> Counter[str]:
    """By name how many documents name each party, under whichever of its names."""
    keys, names = _counted(folders)
    known = lookups.parties(keys)
    found: Counter[str] = Counter()
    several: Counter[KnownParty] = Counter()
    for key, count in keys.items():
        party = known.get(key)
        if party is None:
            found[names[key]] += count
        elif len(party.keys) == 1:
            found[party.name] += count
        else:
            several[party] += count
    for place, (party, count) in enumerate(several.most_common()):
        node = AnyTerm("party_key", party.keys)
        if place < _MOST_JOINED:  # a document may have two of the names
            count = sum(s.total(Bool(must=(tree,), keep=(node,))) for s, tree, _ in folders)
        found[party.name] += count
    return found


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


def _whole(values: Mapping[str, int], limit: int = _MOST_COUNTED) -> Mapping[str, int]:
    """The values, less those of the least count where an engine may have left others of it out."""
    if len(values) < limit:
        return values
    most = sorted(values.values(), reverse=True)[:limit]
    return {value: count for value, count in values.items() if count > most[-1]}


def _sorted(name: str, counter: Counter[str]) -> tuple[FacetValue, ...]:
    if name == "year":
        values = sorted(counter.items(), reverse=True)
    else:
        values = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(value, count) for value, count in values[:_MOST_VALUES])
