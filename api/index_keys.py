"""Which versions the search indexes hold: what `check` compares the database with."""

from __future__ import annotations

from archive.config import Config
from archive.index_agreement import Indexed
from indexer.search.engines import index_folders
from indexer.search.seam import Every


class IndexKeys:
    """archive.index_agreement.IndexCounts over the index folders."""

    def __init__(self, config: Config) -> None:
        self._folders = index_folders(config)

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
