"""Which versions the search indexes hold: what `check` compares the database with."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence

from archive.config import Config
from archive.index_agreement import Indexed
from indexer.indexing import WRITE_LOCK
from indexer.search.engines import index_folders, index_root
from indexer.search.seam import Every


class IndexKeys:
    """archive.index_agreement.IndexCounts over the index folders."""

    def __init__(self, config: Config) -> None:
        self._folders = index_folders(config)
        self._root = index_root(config.data.folder)

    def versions(self, collection_id: int) -> dict[str, Indexed] | None:
        """What is said of all indexed versions, by key; None where there is no index yet."""
        if collection_id not in self._folders.collections():
            return None
        snapshot = self._folders.open(collection_id).snapshot()
        found = snapshot.search(Every(), limit=max(snapshot.count, 1), sort="path")
        return {hit.row.key: Indexed(hit.row.current, hit.row.path) for hit in found.hits}

    def collections(self) -> list[int]:
        """The ids that index folders bear."""
        return self._folders.collections()

    def others(self) -> list[str]:
        """Folders among those of indexes that bear no id."""
        return self._folders.others()

    def drop(self, folders: Sequence[str]) -> bool:
        """Delete these folders; False while another process writes indexes."""
        with (self._root / WRITE_LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            for name in dict.fromkeys(folders):
                self._folders.drop(name)
        return True
