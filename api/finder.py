"""Search for a viewer: which folders are asked, and what only the database knows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.config import Config
from archive.documents import by_file_number
from archive.errors import NotFound
from archive.models import Collection, Document, Page
from archive.party_spellings import parties_of_keys
from archive.records import document_id_of, file_number
from archive.references import Target, incoming, outgoing
from archive.schemes import recognise
from indexer.indexing import index_root
from indexer.search.answers import Results
from indexer.search.folders import IndexFolders
from indexer.search.highlight import Highlighter
from indexer.search.lemmas import Lemmas
from indexer.search.merged import Options, Searcher
from indexer.search.seam import FolderHandle, KnownParty
from indexer.service import index_folders
from indexer.stage_settings import schemes_of

#: More searches at once than this take turns anyway, and all of them become slower by it.
AT_ONCE: Final = 2


class Finder:
    """Answers searches. One for a process; safe for many threads."""

    def __init__(self, config: Config) -> None:
        self.schemes = schemes_of(config)
        self._folders = index_folders(config)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._searcher = Searcher(
            lambda text: recognise(self.schemes, text), Lemmas(index_root(config.data.folder))
        )

    def search(self, session: Session, viewer: Viewer, text: str, options: Options) -> Results:
        """The answer from the collections that the viewer may read, and from nothing else."""
        with self._places:
            return self._searcher.search(
                readable_folders(session, viewer, self._folders),
                text,
                lookups=SeenReferences(session, viewer),
                pages=StoredPages(session),
                options=options,
            )

    def highlighter(self, session: Session, viewer: Viewer, text: str) -> Highlighter:
        """Finds in page texts what a search for `text` finds for the viewer."""
        folders = readable_folders(session, viewer, self._folders)
        return self._searcher.highlighter(folders, text, lookups=SeenReferences(session, viewer))


def readable_folders(session: Session, viewer: Viewer, folders: IndexFolders) -> list[FolderHandle]:
    """The index folders of the collections that the viewer may read and that have documents."""
    has_documents = exists().where(Document.collection_id == Collection.id)
    rows = session.execute(
        select(Collection.id, Collection.name).where(Collection.id.in_(viewer.reads), has_documents)
    )
    return [FolderHandle(row[0], row[1], folders.open(row[0])) for row in rows]


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
