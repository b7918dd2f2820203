"""Searches for matters: word lists asked in a session that reads, kept in one that writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from api.finding_all import AT_ONCE
from api.service import Services
from archive import hit_reports, legal_searches, matters
from archive.access import Right, Viewer
from archive.errors import Conflict, UsageError
from archive.folder_custodians import known_custodians
from archive.jobs import JobKind
from archive.legal_searches import ListAsked, TermAnswer, TermSearching
from archive.models import Collection, Document, Job, Version

if TYPE_CHECKING:
    from indexer.search.answers import Note, Results

#: What is said of the whole list, and would make a term ask another archive than its neighbours.
OF_THE_LIST: Final = ("versions", "as-of")


def search_for(
    services: Services, session: Session, viewer: Viewer, matter_id: int,
    asked: ListAsked | None, *, number: int = 0, name: str = "",
) -> tuple[int, int]:  # fmt: skip
    """Ask a word list for a matter, or again the one of that `number`. `session` reads.

    The number of the list, and how often it was asked by now. Raises `NotFound`, `NotAllowed`,
    `Conflict` and `UsageError`.
    """
    state = matters.get(session, viewer, matter_id).state  # raises, before any work
    viewer.require(Right.TRAIL)
    if state == "closed":
        raise Conflict("This matter is closed. Open it again first.")
    if asked is None:
        known = legal_searches.get_list(session, viewer, matter_id, number)
        asked = ListAsked.of(known.asked)
    found = legal_searches.collect(
        session, viewer, asked, searching=term_searching_of(services), config=services.config,
        index_state=index_state(services, session, viewer),
    )  # fmt: skip
    with services.database.write() as writing:
        return legal_searches.keep(
            writing, viewer, matter_id, found, services.clock(), number=number, name=name
        )


def term_searching_of(services: Services) -> TermSearching:
    """What answers the terms of word lists."""

    def search(session: Session, viewer: Viewer, term: str, asked: ListAsked, /) -> TermAnswer:
        from indexer.search.answers import Message, Note
        from indexer.search.merged import MOST_LISTED, Options

        found: dict[int, str | None] = {}
        taken, total = 0, 1
        notes: tuple[dict[str, Any], ...] = ()
        while taken < total:
            options = Options(
                AT_ONCE, taken, "path", (), asked.as_of, all_versions=asked.all_versions,
                has_snippets=False,
            )  # fmt: skip
            results = services.finder.search(session, viewer, term, options)
            if not taken:
                _refuse_settings(results, term)
                notes = tuple(told_note(note) for note in results.notes)
            if not results.pieces:
                nothing = told_note(Note(0, len(term), Message("nothing-left")))
                return TermAnswer((), (*notes, nothing))
            hits = results.hits[: results.total - taken]  # behind them: what has some of it only
            if results.total > MOST_LISTED or (not hits and results.total > taken):
                return TermAnswer((), notes, is_too_many=True)
            found |= {int(hit.row.key): hit.row.date for hit in hits}
            taken, total = taken + len(hits), results.total
        return TermAnswer(tuple(found.items()), notes)

    return search


def _refuse_settings(results: Results, term: str) -> None:
    is_set = any(piece.role == "setting" and piece.field in OF_THE_LIST for piece in results.pieces)
    if is_set or any(note.message.id == "setting-inside" for note in results.notes):
        raise UsageError(
            "Which versions are searched, and as of when, is said of the whole list and not in "
            "the term %(term)s.",
            term=term,
        )


def understanding_of(
    services: Services,
) -> Callable[[Session, Viewer, str], Sequence[Mapping[str, Any]]]:
    """What says of a query what was not understood of it."""

    def understand(session: Session, viewer: Viewer, query: str, /) -> list[dict[str, Any]]:
        from indexer.search.merged import Options

        options = Options(1, 0, "path", (), has_snippets=False)
        results = services.finder.search(session, viewer, query, options)
        return [told_note(note) for note in results.notes]

    return understand


def told_note(note: Note) -> dict[str, Any]:
    """A note as it is kept: with its place, for the catalogues, and in English."""
    message = note.message
    return {
        "start": note.start, "end": note.end, "id": message.id, "params": dict(message.params),
        "message": message.english(),
    }  # fmt: skip


def index_state(services: Services, session: Session, viewer: Viewer) -> dict[str, dict[str, int]]:
    """By collection that the viewer may read: versions indexed, those that wait, those unread."""
    waits = exists().where(
        Job.kind == JobKind.INDEX, Job.subject == Version.id, Job.given_up_at.is_(None)
    )
    folders = services.finder.folders
    return {
        "indexed": {str(one): folders.open(one).snapshot().count for one in sorted(viewer.reads)},
        "waiting": _count(session, viewer, or_(Version.status == "queued", waits)),
        "unreadable": _count(session, viewer, Version.status == "unreadable"),
    }


def _count(session: Session, viewer: Viewer, which: Any) -> dict[str, int]:
    rows = session.execute(
        select(Document.collection_id, func.count())
        .join(Version, Version.document_id == Document.id)
        .where(
            Document.collection_id.in_(viewer.reads), Document.current_version_id.is_not(None),
            which,
        )
        .group_by(Document.collection_id)
    )  # fmt: skip
    return {str(row[0]): row[1] for row in rows}


def found_by_lists(
    session: Session, viewer: Viewer, matter_id: int, numbers: Sequence[int]
) -> dict[int, dict[int, list[str]]]:
    """By list, by document the terms that found it last. Raises `NotFound`."""
    return {
        number: hit_reports.terms_of_documents(session, viewer, matter_id, number)
        for number in dict.fromkeys(numbers)
    }


def custodians_for(services: Services, session: Session, viewer: Viewer) -> tuple[str, ...]:
    """The custodians by whom the viewer may limit a list, by name."""
    ids = {row[0]: row[1] for row in session.execute(select(Collection.name, Collection.id))}
    return known_custodians(ids, viewer, services.config)
