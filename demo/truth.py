"""What the story says must be found, written down while the files are made.

A link's target is the path that shows the cited document's current version, or the code of a
product or milestone. A `waiting` link's number is borne by nothing here; an `ambiguous` one's by
several documents, and the text does not say whose it is. `candidates` are the paths of all that
bear the number: where a resolved link has several, words alone say whose it is, and a careful
reader who does not take them leaves it ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from demo.paper import Cite, Paper, cites
from demo.registers import codes

#: The scheme of a number, by its shape in this story; kinds name the rest.
SHAPES: Final = (
    (r"PO-\d{4}-\d{3}|45000\d{5}", "purchase-order"),
    (r"(FA|RA|KA)-\d{4}-\d\d", "contract"),
    (r"SP-\d{3}", "specification"),
    (r"DRW-\d{4}", "drawing"),
    (r"CR-\d{3}", "change-request"),
    (r"MS-\d{3}-\d", "milestone"),
    (r"\d\d-\d{4}|F-\d\d-\d{4}", "delivery-note"),
    (r"FF-\d{4}-\d\d|RFQ-\d{4}-\d\d", "request-for-quotation"),
    (r"Q-\d{4}-\d\d|AN-\d{4}-\d\d", "quotation"),
    (r"(19|20)\d\d:\d+", "statute"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One reference; `relation` is `cites` where the words around it say no more."""

    source: str
    relation: str
    identifier: str
    scheme: str
    status: str  # resolved | waiting | ambiguous
    target_type: str = "document"  # document | product | milestone
    target: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One file as made, or one inside a mail (`parent` set, path `PARENT!/name`).

    `bearer` names the document: files of one bearer are its versions, an equal `copy_of` its bytes.
    """

    path: str
    kind: str
    number: str | None
    revision: str | None
    date: str
    language: str
    issuer: str  # the party on its letterhead; a mail's sender
    to: str | None
    total: str | None
    currency: str | None
    bearer: str
    links: tuple[Link, ...] = ()
    parent: str | None = None
    copy_of: str | None = None
    reason_code: str | None = None
    scanned: bool = False


class Bearers:
    """Who bears which number in the story: read off the papers, no list of its own."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers: dict[str, dict[str, Paper]] = {}
        for paper in papers:
            if paper.number and not paper.locked:
                of_number = self._papers.setdefault(paper.number, {})
                known = of_number.get(paper.issuer.name)
                if known is None or (paper.revision or "") > (known.revision or ""):
                    of_number[paper.issuer.name] = paper
        self._codes = codes()

    def link(self, path: str, cite: Cite) -> Link:
        """The reference that the mark must become."""
        if kind := self._codes.get(cite.identifier):
            return Link(
                path, cite.relation, cite.identifier, kind, "resolved", kind, cite.identifier
            )
        bearers = self._papers.get(cite.identifier, {})
        fitting = [p for name, p in bearers.items() if name.startswith(cite.issuer or "")]
        scheme = _scheme(cite.identifier, [paper.kind for paper in bearers.values()])
        status = {0: "waiting", 1: "resolved"}.get(len(fitting), "ambiguous")
        return Link(
            path, cite.relation, cite.identifier, scheme, status,
            target=fitting[0].path if len(fitting) == 1 else None,
            candidates=tuple(sorted(paper.path for paper in bearers.values())),
        )  # fmt: skip


def _scheme(identifier: str, kinds: list[str]) -> str:
    for shape, scheme in SHAPES:
        if re.fullmatch(shape, identifier):
            return scheme
    return {"order-response": "sales-order"}.get(kinds[0], kinds[0]) if kinds else "unknown"


def made_file(paper: Paper, path: str, bearers: Bearers) -> MadeFile:
    """What must be known of the paper once it is filed at `path`."""
    seen: dict[tuple[str, str], Link] = {}
    if not paper.locked:
        for text in paper.marked():
            for cite in cites(text):
                link = bearers.link(path, cite)
                if link.identifier != paper.number:
                    seen.setdefault((link.identifier, link.relation), link)
    parent = path.rpartition("!/")[0]
    priced = bool(paper.lines) and paper.kind != "delivery-note"
    return MadeFile(
        path=path, kind=paper.kind, number=paper.number, revision=paper.revision, date=paper.date,
        language=paper.language, issuer=paper.issuer.name, to=paper.to.name if paper.to else None,
        total=str(paper.total) if priced else None,
        currency=paper.currency if priced else None,
        bearer=f"{paper.kind} {paper.number} {paper.issuer.name}" if paper.number else path,
        links=tuple(seen.values()), parent=parent or None, scanned=paper.scanned,
        reason_code="encrypted" if paper.locked else None,
    )  # fmt: skip
