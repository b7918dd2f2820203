"""What is around a document: the nearest documents and entries, and the references among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import trail
from archive.access import Viewer
from archive.documents import DocumentView, current_versions, load_views
from archive.errors import NotFound
from archive.exports import tell_references
from archive.models import Entry
from archive.records import file_number, moment
from archive.references import ReferenceView, Target, outgoing

MOST_NODES: Final = 200
DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """How far from the document, how many at most, of which time."""

    depth: int = 1
    limit: int = MOST_NODES
    as_of: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A document or entry; but for the first, with the reference by which it is reached."""

    target: Target
    depth: int
    parent: Target | None = None
    because: ReferenceView | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes, the nearest first; further references among them; how many nodes are left out."""

    nodes: tuple[Node, ...]
    others: tuple[ReferenceView, ...]
    left_out: int
    views: Mapping[int, DocumentView]  # of the documents, by id


def around(session: Session, viewer: Viewer, document: int, wish: Wish) -> Graph:
    """The nodes within so many steps. Lists are there and not followed, as in a trail.

    Parties are left out: everything names them. Raises `NotFound` where the document was not there
    yet at the moment of `wish`.
    """
    seed = Target("document", document)
    walk = trail.follow(session, viewer, [seed], trail.Wish((), as_of=wish.as_of, depth=wish.depth))
    reached = [one for one in walk.depth_of if one.type != "party"]
    documents = [one.id for one in reached if one.type == "document"]
    views = {
        view.document.id: view
        for view in load_views(session, viewer, ids=documents, as_of=wish.as_of, on=wish.on)
    }
    if document not in views:
        raise NotFound("document", file_number(document))
    nodes: dict[Target, Node] = {seed: Node(seed, 0)}
    left_out = 0
    order = sorted(reached, key=lambda one: (walk.depth_of[one], one.type != "document", one.id))
    for target in order[1:]:
        if target.type == "document" and target.id not in views:
            continue
        if len(nodes) >= wish.limit:
            left_out += 1
        elif node := _node(target, walk, nodes):
            nodes[target] = node
    others = _others(session, viewer, nodes, wish.as_of)
    return Graph(tuple(nodes.values()), tuple(others), left_out, views)


def _node(target: Target, walk: trail.Walk, nodes: Mapping[Target, Node]) -> Node | None:
    """The node with the first reference that leads from or to one that is nearer."""
    depth = walk.depth_of[target]
    for view in walk.because[target]:
        source = Target("document", view.row.document_id)
        for parent in (source, view.target):
            if parent is None or parent == target or parent not in nodes:
                continue
            if nodes[parent].depth == depth - 1:
                return Node(target, depth, parent, view)
    return None


def _others(
    session: Session, viewer: Viewer, nodes: Mapping[Target, Node], as_of: datetime | None
) -> list[ReferenceView]:
    """References among the nodes that are no steps to one of them, each relation once."""
    told = {
        (Target("document", view.row.document_id), view.target)
        for node in nodes.values()
        if (view := node.because)
    }
    documents = [one.id for one in nodes if one.type == "document"]
    versions = current_versions(session, viewer, ids=documents, as_of=as_of)
    found: dict[tuple[Target, Target | None, str], ReferenceView] = {}
    for view in outgoing(session, viewer, version_ids=versions, as_of=as_of):
        source = Target("document", view.row.document_id)
        ends = (source, view.target)
        if view.status == "resolved" and view.target in nodes and ends not in told:
            found.setdefault((*ends, view.row.relation), view)
    return list(found.values())


def told(session: Session, graph: Graph, wish: Wish) -> dict[str, Any]:
    """A graph in the fields of the API."""
    steps = [node.because for node in graph.nodes if node.because]
    lines = list(tell_references(session, [*steps, *graph.others], as_of=wish.as_of))
    names = _names(session, [node.target for node in graph.nodes])
    fields = ("source", "target_type", "target", "relation", "identifier", "quote", "page", "where")
    return {
        "nodes": [
            {
                **_told(node.target, graph.views, names),
                "depth": node.depth,
                "parent": names[node.parent] if node.parent else None,
            }
            for node in graph.nodes
        ],
        "edges": [{name: line[name] for name in fields} for line in lines],
        "left_out": graph.left_out,
        "depth": wish.depth,
        "as_of": moment(wish.as_of),
        "on": wish.on.isoformat() if wish.on else None,
    }


def _names(session: Session, targets: Sequence[Target]) -> dict[Target, str]:
    """What each is called: a file number, or the code of an entry."""
    entries = [one.id for one in targets if one.type != "document"]
    rows = session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(entries)))
    codes = {row[0]: row[1] for row in rows}
    return {
        one: file_number(one.id) if one.type == "document" else codes[one.id] for one in targets
    }


def _told(
    target: Target, views: Mapping[int, DocumentView], names: Mapping[Target, str]
) -> dict[str, Any]:
    version = views[target.id].version if target.type == "document" else None
    return {
        "type": target.type,
        "id": names[target],
        "kind": version.kind if version else None,
        "number": version.own_number if version else names[target],
        "title": version.title if version else None,
        "date": version.date if version else None,
    }
