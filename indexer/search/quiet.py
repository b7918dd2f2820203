"""Importing old packages, whose sources Python warns about when it compiles them."""

from __future__ import annotations

import importlib
import warnings
from typing import Any


def import_quietly(name: str) -> Any:
    """The module of that name, without the warnings that compiling it for the first time gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)
