"""The engines by their name in the configuration, each loaded when it is asked for."""

from __future__ import annotations

from archive.errors import ConfigError
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
