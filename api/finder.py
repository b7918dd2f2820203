"""Search for a viewer: which folders are asked, and what only the database knows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.search_child import SearchChild
from api.turns import Turns
from archive.access import Viewer
from archive.called import entries_called
from archive.config import Config
from archive.documents import by_file_number
from archive.errors import NotFound
from archive.models import Collection, Document, Page
from archive.party_spellings import parties_of_keys
from archive.records import document_id_of, file_number
from archive.references import Target, incoming, outgoing
from archive.schemes import recognise
from indexer.search.answers import Results
from indexer.search.engines import index_folders, index_root
from indexer.search.folders import IndexFolders
from indexer.search.highlight import Highlighter
from indexer.search.lemmas import Lemmas
from indexer.search.merged import Options, Searcher
from indexer.search.seam import FolderHandle, KnownParty
from indexer.stage_settings import schemes_of

AT_ONCE: Final = 2  # searches; more would take turns anyway, and all become slower by it
PAUSE_S: Final = 5.0  # before a child that failed is replaced

#: Collections that have documents. Made once: every search asks for them.
_FILLED: Final = select(Collection.id, Collection.name).where(
    exists().where(Document.collection_id == Collection.id)
)


@dataclass(slots=True)
class _Place:
    """Where one search runs at a time: in a child while there is one, else here."""

    child: SearchChild | None = None
    coming: threading.Thread | None = None  # it brings one


class Finder:
    """Answers searches. One for a process; safe for many threads.

    Once it is shared they run in children: a search in the process that answers people would hold
    up everybody else there, waiting for the interpreter several times for each answer.
    """

    def __init__(self, config: Config) -> None:
        self.schemes = schemes_of(config)
        self._config = config
        self.folders = index_folders(config)
        self._places = [_Place() for _ in range(AT_ONCE)]
        self._turns = Turns(self._places)
        self._url = ""  # of the database, once children may come
        self._starting: set[SearchChild] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._searcher = Searcher(
            lambda text: recognise(self.schemes, text), Lemmas(index_root(config.data.folder))
        )

    def search(self, session: Session, viewer: Viewer, text: str, options: Options) -> Results:
        """The answer from the collections that the viewer may read, and from nothing else."""
        place = self._turns.take()
        try:
            if child := place.child:
                found = child.search(viewer, text, options)
                if found is not None:
                    return found
                self._drop(place, child)
            elif self._url:
                self._bring(place)
            return self.search_here(session, viewer, text, options)
        finally:
            self._turns.give(place)

    def share(self, url: str) -> None:
        """Search in children over the database at `url`, until `close`.

        The first comes when somebody first searches, then the others one after the other; and
        another should one fail.
        """
        self._url = url

    def close(self) -> None:
        """End the children. For when no search is under way."""
        self._closed.set()
        for child in list(self._starting):
            child.process.kill()
        while coming := self._under_way():
            coming.join()
        for place in self._places:
            if place.child:
                place.child.close()

    def search_here(self, session: Session, viewer: Viewer, text: str, options: Options) -> Results:
        """As `search`, in this process and at once."""
        return self._searcher.search(
            readable_folders(session, viewer, self.folders),
            text,
            lookups=SeenReferences(session, viewer),
            pages=StoredPages(session),
            options=options,
        )

    def _under_way(self) -> threading.Thread | None:
        with self._lock:
            return next((place.coming for place in self._places if place.coming), None)

    def _drop(self, place: _Place, failed: SearchChild) -> None:
        structlog.get_logger().error("a process that searches has failed; another comes")
        place.child = None
        failed.close()
        self._bring(place, after_s=PAUSE_S)

    def _bring(self, place: _Place, *, after_s: float = 0) -> None:
        with self._lock:
            if place.child or place.coming or self._closed.is_set():
                return
            coming = threading.Thread(target=self._bring_one, args=(place, after_s), daemon=True)
            place.coming = coming
            coming.start()

    def _bring_one(self, place: _Place, after_s: float) -> None:
        while place.child is None and not self._closed.wait(after_s):
            after_s = PAUSE_S
            try:
                child = SearchChild(self._config, self._url)
            except OSError as error:
                structlog.get_logger().error("no process to search came up", reason=str(error))
                continue
            self._starting.add(child)
            is_ready = child.is_ready()
            self._starting.discard(child)
            if is_ready:
                place.child = child
            else:
                child.close()
        for other in self._places:
            self._bring(other)
        place.coming = None

    def highlighter(self, session: Session, viewer: Viewer, text: str) -> Highlighter:
        """Finds in page texts what a search for `text` finds for the viewer."""
        folders = readable_folders(session, viewer, self.folders)
        return self._searcher.highlighter(folders, text, lookups=SeenReferences(session, viewer))


def readable_folders(session: Session, viewer: Viewer, folders: IndexFolders) -> list[FolderHandle]:
    """The index folders of the collections that the viewer may read and that have documents."""
    readable = [row for row in session.execute(_FILLED) if row.id in viewer.reads]
    return [FolderHandle(row.id, row.name, folders.open(row.id)) for row in readable]


class SeenReferences:
    """The search's Lookups: who cites whom, as the viewer sees it."""

    def __init__(self, session: Session, viewer: Viewer) -> None:
        self._session = session
        self._viewer = viewer

    def called_now(self, document: str) -> str:
        """The file number of the document that bears or bore this one; else the same again."""
        try:
            number = by_file_number(self._session, self._viewer, document_id_of(document))
        except NotFound:
            return document
        return file_number(number)

    def parties(self, keys: Iterable[str]) -> Mapping[str, KnownParty]:
        """The one registered party that has a name with each of these keys."""
        found = parties_of_keys(self._session, self._viewer, sorted(set(keys)))
        return {key: KnownParty(name, names) for key, (name, names) in found.items()}

    def called(self, register: str, name: str) -> Iterable[tuple[int, str]]:
        """(collection, code) of a product, change or milestone that has this name."""
        register = "change-request" if register == "change" else register
        return entries_called(self._session, self._viewer, register, name)

    def citing(self, document: str) -> Iterable[str]:
        """File numbers of the documents that cite this one."""
        target = Target("document", document_id_of(document))
        views = incoming(self._session, self._viewer, target)
        return {file_number(view.row.document_id) for view in views if view.target == target}

    def cited_by(self, document: str) -> Iterable[str]:
        """File numbers of the documents that this one cites."""
        number = document_id_of(document)
        version_ids = self._session.scalars(
            select(Document.current_version_id).where(
                Document.id == number, Document.collection_id.in_(self._viewer.reads)
            )
        ).all()
        ids = [version_id for version_id in version_ids if version_id is not None]
        views = outgoing(self._session, self._viewer, version_ids=ids)
        targets = [view.target for view in views if view.target]
        return {file_number(target.id) for target in targets if target.type == "document"}


class StoredPages:
    """The search's PageSource: page texts from the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pages(self, keys: Sequence[str], *, max_chars: int) -> Mapping[str, Sequence[str]]:
        """By key (the version's id) the texts of the pages from page 1, up to about `max_chars`."""
        names = {int(key): key for key in keys}
        found: dict[str, list[str]] = {}
        sizes: dict[str, int] = {}
        texts: Any = self._session.execute(
            select(Page.version_id, Page.text)
            .where(Page.version_id.in_(names))
            .order_by(Page.version_id, Page.number)
        )
        for version_id, text in texts:
            key = names[version_id]
            if sizes.get(key, 0) < max_chars:
                found.setdefault(key, []).append(text)
                sizes[key] = sizes.get(key, 0) + len(text)
        return found
