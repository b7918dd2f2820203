"""What ../shared/score.py says of an export."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.figures import Broken


def score(context: Context, command: str, into: Path, **options: str | Path) -> dict[str, Any]:
    """All figures of `score.py COMMAND`, also left in the file `into`. Raises `Broken`."""
    given = {"corpus": context.shared("corpora"), "json": into, **options}
    arguments = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    _call(context, command, *arguments)
    figures: dict[str, Any] = json.loads(into.read_text())
    return figures


def spread(context: Context, name: str, folder: Path) -> None:
    """Write one text file for each document of a judged collection."""
    corpus = str(context.shared("corpora"))
    _call(context, "spread", str(folder), "--corpus", corpus, "--name", name)


def _call(context: Context, *arguments: str) -> None:
    command = [sys.executable, str(context.shared("score.py")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"score.py {arguments[0]} ends with {done.returncode}: {done.stderr}")
