"""Values with their counts over all hits of all asked folders.

The spellings of one party are one value, called as it is registered, else as it is written most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from archive.parties import party_key
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
    "party": "party_key",
    "product": "product",
    "language": "language",
}
_MOST_VALUES: Final = 50  # of one facet in an answer
_MOST_COUNTED: Final = 200  # of one facet in one folder
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
            sizes["party_name"] = _MOST_COUNTED
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


def _counted(folders: Sequence[_Folder]) -> tuple[Counter[str], Counter[str]]:
    """Keys of parties and spellings of their names, each with its documents in all folders.

    Where a folder has more than were counted, those that may be shown are gathered from all, and
    counted there: what is rare in one folder may be frequent in another.
    """
    keys, spelled = Counter[str](), Counter[str]()
    gathered = {key for folder in folders for key in _most(folder)}
    wanted = AnyTerm("party_key", tuple(sorted(gathered)))
    for snapshot, tree, found in folders:
        if len(found["party_key"]) >= _MOST_COUNTED:
            sizes = {"party_key": _ALL, "party_name": _ALL}
            found = snapshot.facets(Bool(must=(tree,), keep=(wanted,)), sizes)
        counts = found["party_key"]
        keys.update({key: counts[key] for key in sorted(counts.keys() & gathered)})
        spelled.update(found["party_name"])
    return keys, spelled


def _most(folder: _Folder) -> Iterable[str]:
    """The most frequent keys of a folder; of those that are equally frequent the first by name."""
    snapshot, tree, found = folder
    whole = _whole(found["party_key"])
    if len(whole) >= min(_MOST_VALUES, len(found["party_key"])):
        return whole
    every = snapshot.facets(tree, {"party_key": _ALL})["party_key"]
    return sorted(every, key=lambda key: (-every[key], key))[:_MOST_COUNTED]


def _parties(folders: Sequence[_Folder], lookups: Lookups) -> Counter[str]:
    """By name how many documents name each party, under whichever of its names."""
    keys, spelled = _counted(folders)
    known = lookups.parties(keys)
    names: dict[str, str] = {}
    unnamed = keys.keys() - known.keys()
    for name, _ in sorted(spelled.items(), key=lambda item: (-item[1], item[0])):
        if not unnamed:
            break
        key = party_key(name)
        if key in unnamed:
            names[key] = name
            unnamed.remove(key)
    found: Counter[str] = Counter()
    several: Counter[KnownParty] = Counter()
    for key, count in keys.items():
        party = known.get(key)
        if party is None:
            found[names.get(key, key.partition("|")[0])] += count
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
