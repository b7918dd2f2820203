"""How what milestones need is said to people."""

from __future__ import annotations

from typing import Final

from web.words import say

#: What milestones need (archive.plan_templates.WHATS).
NEEDS: Final[dict[str, str]] = {
    "document": say("document"),
    "checkpoint": say("quality checkpoint"),
    "material": say("material"),
    "person": say("person"),
}

#: What a document has to be (archive.plan_templates.WANTED).
NEEDED_STATES: Final[dict[str, str]] = {
    "present": say("present"),
    "approved": say("approved"),
    "valid": say("valid on the day"),
}

#: How a need stands (archive.completeness.STATES).
NEED_STATES: Final[dict[str, str]] = {
    "missing": say("missing"),
    "unusable": say("there, not usable"),
    "there": say("there"),
}

#: Why a document is not usable (archive.need_documents.REASONS).
NEED_REASONS: Final[dict[str, str]] = {
    "unreadable": say("it can't be read"),
    "draft": say("it is a draft"),
    "superseded": say("another one takes its place"),
    "wrong-party": say("it is of another party"),
    "not-approved": say("it is not approved"),
    "not-in-force": say("it is not in force yet on that day"),
    "expired": say("it has expired by that day"),
}

#: What stands on the timeline of a product on a day (archive.timeline.WHATS).
TIMELINE_WHATS: Final[dict[str, str]] = {
    "dated": say("dated"),
    "received": say("received"),
    "decided": say("decided"),
    "planned": say("planned"),
    "reached": say("reached"),
    "phase": say("phase"),
}

#: Its lanes beside those of the kinds of documents (archive.timeline).
TIMELINE_LANES: Final[dict[str, str]] = {
    "milestones": say("milestones"),
    "changes": say("change requests"),
    "phases": say("phases"),
}

#: Of which kind the things of such a lane are.
TIMELINE_KINDS: Final[dict[str, str]] = {
    "milestones": "milestone",
    "changes": "change-request",
    "phases": "product",
}
