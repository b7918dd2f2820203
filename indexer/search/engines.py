"""The engines by their name in the configuration, each loaded when it is asked for."""

from __future__ import annotations

from pathlib import Path

from archive.config import Config
from archive.errors import ConfigError
from indexer.search.folders import IndexFolders
from indexer.search.lemmas import Lemmas
from indexer.search.seam import Engine


def engine(name: str, lemmas: Lemmas) -> Engine:
    """The engine that `[search] engine` names."""
    if name == "tantivy":
        from indexer.search.tantivy_engine import TantivyEngine

        return TantivyEngine(lemmas)
    if name == "whoosh":
        from indexer.search.whoosh_engine import WhooshEngine

        return WhooshEngine(lemmas)
    raise ConfigError("search.engine", name, "tantivy or whoosh")


def index_root(data: Path) -> Path:
    """Where the indexes of all collections lie."""
    return data / "index"


def index_folders(config: Config) -> IndexFolders:
    """The search indexes of a data folder, for the worker that writes and for those who ask."""
    root = index_root(config.data.folder)
    return IndexFolders(root, engine(config.search.engine, Lemmas(root)))
