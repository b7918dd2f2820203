"""The parse stage by itself, for bench.parse: `-m bench.parse_stage FILES.json [--extract]`.

The one benchmark that runs code of the service in its own process: what is measured is the cage
with its readers, by the processor time of this process and all that it starts.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from archive.config import Config
from archive.errors import ReadingFailed
from bench.parse import BROKE
from indexer import stage_settings
from indexer.cage import Cage, CageAnswer, CageTask
from indexer.extraction_wire import extraction_from_wire
from indexer.reading_child import reading_from_wire

UNDER_WAY = 8  # tasks in the cage's hands, as many as the worker gives it


def main(arguments: Sequence[str]) -> None:
    """Read every file as the worker does, and take the answer apart as it does."""
    paths = [Path(path) for path in json.loads(Path(arguments[0]).read_text())]
    extract = "--extract" in arguments
    settings = stage_settings.settings_of(Config(), ocr_languages=())
    waiting: deque[Future[CageAnswer]] = deque()
    with Cage(stage_settings.HANDLER, settings, 2) as cage:
        for path in paths:
            request = stage_settings.read_request(path.name, str(path), extract=extract)
            waiting.append(cage.submit(CageTask(request, path)))
            if len(waiting) == UNDER_WAY:
                _take(waiting.popleft())
        while waiting:
            _take(waiting.popleft())


def _take(future: Future[CageAnswer]) -> None:
    try:
        answer = future.result()
    except ReadingFailed as failure:
        print(f"{BROKE} {failure}")  # counted by bench.parse
        return
    reading_from_wire(answer.header["reading"], answer.body)
    extraction_from_wire(answer.header["extraction"])


if __name__ == "__main__":
    main(sys.argv[1:])
