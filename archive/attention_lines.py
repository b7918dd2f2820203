"""How the lines of the attention list are told: a sentence, what would help, what it is about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import merge_answers, open_references, wanting
from archive.bundle_proposals import PARTS, ranges_of
from archive.candidates import candidates_of
from archive.exports import tell_references
from archive.messages import counted
from archive.models import Collection, Document, Reference
from archive.paths import Places, load_places
from archive.records import file_number
from archive.references import ReferenceView, seen
from archive.vocabulary import UNLOCKABLE
from archive.wanted_numbers import Number, gathered_numbers, number_of, suffix_of
from archive.wanting import Asked

#: The sentences in English; `{names}` are the parameters.
SENTENCES: Final = MappingProxyType(
    {
        "damaged-original": "The original of {path} is not what was stored.",
        "unreadable": "{path} can't be read: {reason}",
        "read-in-part": "{path} is read only in part: {reason}",
        "given-up": "Work on {path} was given up after {tries}: {reason}",
        "trouble": "{path} can't be taken: {reason}",
        "ambiguous": "{identifier} in {document} may mean {count} different things.",
        "misread": "{read} in {document} may be {identifier}.",
        "suspect": "{identifier} in {document} was decided on; {target} has changed since.",
        "suspect-by-hand": "{document} was linked to {target} by hand; {target} has changed since.",
        "proposal-version": "{document} may be a version of {other}.",
        "proposal-parts": "Separator pages part {document} into {count} documents: {ranges}.",
        "proposal-entry": "The folder {path} names the {register} {name}, which is not registered.",
        "discrepancy": "The data in {document} says {fact} {data}, its page says {page}.",
        "invoice-after-expiry": "{document} is of {found}; {against} had ended on {allowed}.",
        "invoices-over-order": "{found} were billed of {document}, an order of {allowed}.",
        "orders-over-contract": "{found} were ordered under {document}, which is for {allowed}.",
        "delivery-not-billed": "{document} was delivered on {found}, and no invoice bills it.",
        "order-without-contract": "{document} stands under no contract.",
        "order-contract-absent": "{document} is under {allowed}, which is not in the archive.",
        "merge-party": "{party} and {other} may be one party: {speaks}.",
        "merge-name": "{party} may be called {other}, as documents have it: {speaks}.",
        "need": "{milestone}, planned for {day}, lacks {need}.",
        "need-unusable": "{milestone}, planned for {day}, can't use {found} as {need}: {reasons}.",
        "overdue": "The paper of {document} was lent to {lent_to} until {until}.",
        "not-carried": "{change} is approved, and no later version of {lacking} carries it.",
        "lacks-authority": "{change} is approved, and since its costs grew it lacks an approval.",
        "concern": "{owner} should have answered {concern} by {day}: {title}",
        "concern-nobodys": "Nobody answers for {concern}, which was due on {day}: {title}",
        "concern-unowned": "Nobody answers for {concern}: {title}",
        "waiting": "{identifier} is cited by {documents} and is not in the archive.",
    }
)

#: What would help, by kind or reason; each is a word of ours that pages have a sentence for.
HELPS: Final = MappingProxyType(
    {
        "encrypted": ("give-password", "file-open-copy", "explain"),
        "locked-in-part": ("give-password", "file-open-copy", "explain"),
        "pictures-unread": ("retry", "explain"),
        "truncated": ("file-in-parts", "explain"),
        "damaged": ("file-again", "retry", "explain"),
        "unknown-format": ("file-other-format", "explain"),
        "too-large": ("file-in-parts", "explain"),
        "refused": ("file-other-format", "explain"),
        "reader-failed": ("retry", "file-other-format", "explain"),
        "damaged-original": ("restore-it", "explain"),
        "given-up": ("retry",),
        "trouble": ("make-readable", "explain"),
        "ambiguous": ("choose", "reject", "explain"),
        "misread": ("choose", "reject", "explain"),
        "suspect": ("confirm", "choose", "reject"),
        "proposal": ("accept", "reject"),
        "discrepancy": ("choose", "explain"),
        "merge": ("accept", "reject"),
        "need": ("file-it", "explain"),
        "overdue": ("return-it", "explain"),
        "not-carried": ("carry-it", "explain"),
        "concern": ("answer-it", "explain"),
        "waiting": ("file-it", "choose", "reject", "explain"),
    }
)
MOST_CITING: Final = 5  # documents that are named with a wanted number

Line = dict[str, Any]


def line_of(item: str, kind: str, sentence: str, params: dict[str, str], **more: Any) -> Line:
    """A line of the list, but for who looks after it and how old it is."""
    return {
        "item": item,
        "kind": kind,
        "sentence": {"id": sentence, "params": params},
        "text": SENTENCES[sentence].format(
            **params,
            tries=counted(params.get("attempts", ""), "attempt"),
            documents=counted(params.get("count", ""), "document"),
        ),
        "helps": [
            name
            for name in HELPS.get(more.get("reason_code") or kind, ("explain",))
            if name != "give-password" or more["media_type"] in UNLOCKABLE
        ],
        **more,
    }


def _roots(session: Session, version_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """By version the roots by which it is looked after, see archive.wanting."""
    return roots_in(load_places(session, version_ids), version_ids)


def roots_in(places: Places, version_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same where their places are loaded already."""
    return {key: places.roots(key, wanting.DEEPEST - 1) for key in version_ids}


def homes_of(session: Session, documents: Iterable[int]) -> dict[int, int]:
    """By document the collection that it is in."""
    rows = session.execute(
        select(Document.id, Document.collection_id).where(Document.id.in_(list(documents)))
    )
    return {row[0]: row[1] for row in rows}


def unreadable(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.unreadable."""
    versions = [row[0] for row in rows]
    places = load_places(session, [version.id for version in versions])
    roots = roots_in(places, [version.id for version in versions])
    homes = homes_of(session, [version.document_id for version in versions])
    lines = []
    for version in versions:
        path = places.shown(version.id)[0]
        lines.append(
            line_of(
                f"{wanting.UNREADABLE}:{version.document_id}/{version.number}",
                wanting.UNREADABLE,
                "unreadable" if version.status == "unreadable" else "read-in-part",
                {"path": path, "reason": version.reason or ""},
                document=file_number(version.document_id),
                version=version.number,
                path=path,
                media_type=version.media_type,
                reason_code=version.reason_code,
                reason=version.reason,
                since=version.received_at,
                roots=roots.get(version.id, frozenset()),
                home=homes[version.document_id],
            )
        )
    return lines


def given_up(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.given_up."""
    ids = [version.id for version, _ in rows]
    places = load_places(session, ids)
    roots = roots_in(places, ids)
    homes = homes_of(session, [version.document_id for version, _ in rows])
    lines = []
    for version, job in rows:
        path = places.shown(version.id)[0]
        params = {"path": path, "reason": job.reason or "", "attempts": str(job.attempts)}
        lines.append(
            line_of(
                f"{wanting.GIVEN_UP}:{version.document_id}/{version.number}",
                wanting.GIVEN_UP,
                "given-up",
                params,
                document=file_number(version.document_id),
                version=version.number,
                path=path,
                reason=job.reason,
                since=job.given_up_at,
                roots=roots.get(version.id, frozenset()),
                home=homes[version.document_id],
            )
        )
    return lines


def troubles(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.troubles."""
    return [
        line_of(
            f"{wanting.TROUBLE}:{row.root}/{row.path}",
            wanting.TROUBLE,
            "trouble",
            {"path": f"{row.root}/{row.path}", "reason": row.reason},
            path=f"{row.root}/{row.path}",
            reason=row.reason,
            since=row.since,
            roots=frozenset((row.root,)),
            home=row.collection_id,
        )
        for (row,) in rows
    ]


def overdue(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.overdue."""
    current = _current(session, [row.document_id for (row,) in rows])
    places = load_places(session, current.values())
    roots = roots_in(places, current.values())
    homes = homes_of(session, current)
    lines = []
    for (row,) in rows:
        document, version_id = file_number(row.document_id), current[row.document_id]
        due = datetime.combine(date.fromisoformat(row.lent_until), time.max, UTC)
        lines.append(
            line_of(
                f"{wanting.OVERDUE}:{row.id}",
                wanting.OVERDUE,
                "overdue",
                {"document": document, "lent_to": row.lent_to, "until": row.lent_until},
                document=document,
                path=places.shown(version_id)[0],
                place=row.place,
                since=due,
                roots=roots.get(version_id, frozenset()),
                home=homes[row.document_id],
            )
        )
    return lines


def proposals(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.proposals."""
    current = _current(session, [row.document_id for (row,) in rows if row.document_id])
    roots = _roots(session, list(current.values()))
    lines = []
    for (row,) in rows:
        if row.kind == "version":
            sentence = "proposal-version"
            other = file_number(row.details["other"])
            params = {"document": file_number(row.document_id), "other": other}
        elif row.kind == PARTS:
            sentence = "proposal-parts"
            ranges = ranges_of(row)
            params = {"document": file_number(row.document_id), "count": str(len(ranges))}
            params["ranges"] = ", ".join(ranges)
        else:
            sentence = "proposal-entry"
            params = {name: row.details[name] for name in ("register", "name", "path")}
        lines.append(
            line_of(
                f"{wanting.PROPOSAL}:{row.id}",
                wanting.PROPOSAL,
                sentence,
                params,
                proposal=row.id,
                proposes=row.kind,
                **params,
                since=row.recorded_at,
                roots=roots.get(current.get(row.document_id, 0), frozenset()),
                home=row.collection_id,
            )
        )
    return lines


def mergers(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.wanting.mergers."""
    lines = []
    for row, entry in rows:
        told = merge_answers.told(row, entry)
        speaks = "; ".join(reason["text"] for reason in told["because"])
        lines.append(
            line_of(
                f"{wanting.MERGE}:{row.id}",
                wanting.MERGE,
                "merge-name" if row.other_entry_id is None else "merge-party",
                {"party": entry.name, "other": row.name, "speaks": speaks},
                merge=told,
                since=row.recorded_at,
                roots=frozenset(),
                home=entry.collection_id,
            )
        )
    return lines


def _current(session: Session, documents: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Document.id, Document.current_version_id).where(Document.id.in_(documents))
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def ambiguous(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.open_references.ambiguous, with candidates and what speaks for them."""
    views = seen(session, asked.viewer, [row[0] for row in rows], None)
    candidates = candidates_of(session, asked.viewer, views)
    lines = lines_of_references(session, views, wanting.AMBIGUOUS)
    for line, several in zip(lines, candidates, strict=True):
        line["candidates"] = several
    return lines


def lines_of_references(session: Session, views: Sequence[ReferenceView], kind: str) -> list[Line]:
    """Lines of a kind that are about these references."""
    told = list(tell_references(session, views))
    roots = _roots(session, [view.row.version_id for view in views])
    lines = []
    for view, reference in zip(views, told, strict=True):
        row = view.row
        params = {
            "identifier": row.text or row.key or "",
            "document": reference["source"],
            "count": str(len(view.candidates)),
            "read": row.quote or "",
            "target": reference["target"] or "",
        }
        lines.append(
            line_of(
                open_references.item_of(kind, row),
                kind,
                kind if row.key else f"{kind}-by-hand",
                params,
                document=reference["source"],
                path=reference["source_path"],
                reference=reference,
                since=row.recorded_at,
                roots=roots.get(row.version_id, frozenset()),
                home=row.collection_id,
            )
        )
    return lines


def waiting(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.open_references.waiting, with the first documents that cite each."""
    firsts = [row[0] for row in rows]
    roots = _roots(session, [first.version_id for first in firsts])
    collections = _collections(session, {first.collection_id for first in firsts})
    counts, cited_by, under = _citing(session, asked, firsts)
    lines = []
    for first in firsts:
        number = under[_number(first)]
        name = f"{first.collection_id}/{first.scheme}/{first.key}{suffix_of(first)}"
        lines.append(
            line_of(
                f"{wanting.WAITING}:{name}",
                wanting.WAITING,
                "waiting",
                {"identifier": first.text or first.key or "", "count": str(counts[number])},
                scheme=first.scheme,
                key=first.key,
                identifier=first.text,
                collection=collections[first.collection_id],
                count=counts[number],
                cited_by=cited_by[number],
                since=first.recorded_at,
                roots=roots.get(first.version_id, frozenset()),
                home=first.collection_id,
            )
        )
    return lines


def _citing(
    session: Session, asked: Asked, firsts: Sequence[Reference]
) -> tuple[Counter[Number], dict[Number, list[dict[str, Any]]], dict[Number, Number]]:
    """By number how many documents wait for it, and the first references that do; what is one."""
    every = open_references.citing(asked, {first.key or "" for first in firsts}).subquery()
    number = (every.c.collection_id, every.c.scheme, every.c.key, every.c.groups, every.c.issuer)
    counting = select(*number, func.count(every.c.document_id.distinct()).label("documents"))
    counted = session.execute(counting.group_by(*number)).all()
    under = gathered_numbers(map(_number, counted))
    counts: Counter[Number] = Counter()
    for one in counted:
        counts[under[_number(one)]] += one.documents
    some = select(every.c.id).where(every.c.place <= MOST_CITING)
    rows = session.scalars(
        select(Reference).where(Reference.id.in_(some)).order_by(Reference.id)
    ).all()
    views = seen(session, asked.viewer, rows, None)
    cited_by: dict[Number, list[dict[str, Any]]] = defaultdict(list)
    for row, line in zip(rows, tell_references(session, views), strict=True):
        citing = cited_by[under[_number(row)]]
        citing += [line] if len(citing) < MOST_CITING else []
    return counts, cited_by, under


def _number(row: Any) -> Number:
    return (row.collection_id, *number_of(row))


def _collections(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Collection.id, Collection.name).where(Collection.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
