"""Search for a viewer: which folders are asked, and what only the database knows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.search_child import SearchChild
from api.turns import Turns
from archive.access import Viewer
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

PAUSE_S: Final = 5.0  # before a child that failed is replaced


class Finder:
    """Answers searches. One for a process; safe for many threads.

    One search runs here at a time and, once it is shared, one in a child: more at once would take
    turns anyway, and all of them become slower by it.
    """

    def __init__(self, config: Config) -> None:
        self.schemes = schemes_of(config)
        self._config = config
        self.folders = index_folders(config)
        self._turns: Turns[SearchChild | None] = Turns((None,))
        self._closed = threading.Event()
        self._searcher = Searcher(
            lambda text: recognise(self.schemes, text), Lemmas(index_root(config.data.folder))
        )

    def search(self, session: Session, viewer: Viewer, text: str, options: Options) -> Results:
        """The answer from the collections that the viewer may read, and from nothing else."""
        child = self._turns.take()
        try:
            found = child.search(viewer, text, options) if child else None
            if found is not None:
                return found
            return self._search(session, viewer, text, options)
        finally:
            if child is None or child.is_well:
                self._turns.give(child)
            else:
                structlog.get_logger().error("a process that searches has failed; another comes")
                child.close()
                self.share(child.url, after_s=PAUSE_S)

    def share(self, url: str, *, after_s: float = 0) -> None:
        """Search in a child too, over the database at `url`, from when it is there until `close`.

        Should it fail, another one takes its place.
        """
        threading.Thread(target=self._bring, args=(url, after_s), daemon=True).start()

    def close(self) -> None:
        """End the child. For when no search is under way."""
        self._closed.set()
        for child in self._turns.idle():
            if child is not None:
                child.close()

    def _search(self, session: Session, viewer: Viewer, text: str, options: Options) -> Results:
        return self._searcher.search(
            readable_folders(session, viewer, self.folders),
            text,
            lookups=SeenReferences(session, viewer),
            pages=StoredPages(session),
            options=options,
        )

    def _bring(self, url: str, after_s: float) -> None:
        while not self._closed.wait(after_s):
            after_s = PAUSE_S
            try:
                child = SearchChild(self._config, url)
            except OSError as error:
                structlog.get_logger().error("no second process to search", reason=str(error))
                continue
            if child.is_ready():
                self._turns.give(child)
                break
            child.close()
        if self._closed.is_set():
            self.close()

    def highlighter(self, session: Session, viewer: Viewer, text: str) -> Highlighter:
        """Finds in page texts what a search for `text` finds for the viewer."""
        folders = readable_folders(session, viewer, self.folders)
        return self._searcher.highlighter(folders, text, lookups=SeenReferences(session, viewer))


def readable_folders(session: Session, viewer: Viewer, folders: IndexFolders) -> list[FolderHandle]:
    """The index folders of the collections that the viewer may read and that have documents."""
    has_documents = exists().where(Document.collection_id == Collection.id)
    rows = session.execute(select(Collection.id, Collection.name).where(has_documents)).all()
    readable = [(row.id, row.name) for row in rows if row.id in viewer.reads]
    return [FolderHandle(number, name, folders.open(number)) for number, name in readable]


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
