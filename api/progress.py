"""How far an ingest is, as a bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from indexer.service import Progress


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress], None] | None]:
    """What to call with how far it is; None where nobody sits at standard error."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("looking", total=None)

        def show(now: Progress) -> None:
            left = now.to_read + now.to_index
            total = max(2 * now.filed, left)  # each file is read, then indexed
            said = f"{now.filed} filed, {now.to_read} to read, {now.to_index} to index"
            bar.update(task, total=total, completed=total - left, description=said)

        yield show
