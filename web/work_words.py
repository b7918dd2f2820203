"""How the stages of background work are spoken of; see web.words."""

from __future__ import annotations

from typing import Final

from web.words import say

#: Kinds of jobs (archive.jobs.JobKind).
STAGES: Final[dict[str, str]] = {
    "parse": say("reading"),
    "ocr": say("reading pictures"),
    "refer": say("finding references"),
    "index": say("making searchable"),
    "name": say("looking for registered names"),
    "rebuild": say("making the index anew"),
    "dispose": say("destroying what was agreed on"),
    "notice": say("telling of decisions"),
    "digest": say("sending digests"),
}
