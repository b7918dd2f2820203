"""Retention: what is due, what two persons agree to destroy, what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, Pager, Thing
from web.views.document import HistoryRow


@dataclass(frozen=True, slots=True)
class DueRow:
    """A document that is due."""

    document: str  # file number
    thing: Thing
    title: str
    date: str
    retention_class: str
    authority: str
    then: str  # review | destroy
    counted_from: str
    due_on: str
    inside: tuple[str, ...]  # file numbers of what goes with it


@dataclass(frozen=True, slots=True)
class DisposalRow:
    """A disposal, with its persons and days."""

    href: str
    what: str  # disposed | erased
    state: str  # proposed | approved | called-off | done
    documents: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    run_after: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoneRow:
    """What is left of a destroyed document."""

    document: str
    href: str
    what: str
    kind: str
    number: str
    date: str
    retention_class: str
    destroyed_at: datetime
    lies_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """GET /retention?show=due|disposals|destroyed&page=; POST /retention, /retention/erasures"""

    template: ClassVar[str] = "retention.html"
    shows: tuple[Choice, ...]
    show: str
    total: int
    due: tuple[DueRow, ...] = ()
    disposals: tuple[DisposalRow, ...] = ()
    stones: tuple[StoneRow, ...] = ()
    has_classes: bool = True  # the configuration names some
    may_propose: bool = False
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class DisposalLineRow:
    """A document of a disposal, and what came of it."""

    document: str
    href: str
    retention_class: str
    authority: str
    outcome: str  # waiting | destroyed | kept | changed


@dataclass(frozen=True, slots=True)
class DisposalPage:
    """GET /retention/{disposal}; POST /retention/{disposal}/approve, …/call-off"""

    template: ClassVar[str] = "disposal.html"
    path: str
    row: DisposalRow
    lines: tuple[DisposalLineRow, ...]
    total: int
    grace_days: int
    may_approve: bool
    may_call_off: bool
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class TombstonePage:
    """GET /documents/{document}, where it was destroyed."""

    template: ClassVar[str] = "tombstone.html"
    document: str
    collection: str
    kind: str
    number: str
    date: str
    what: str
    retention_class: str
    authority: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime
    destroyed_at: datetime
    content: tuple[tuple[int, str, int], ...]  # version, SHA-256, bytes
    lies_at: tuple[str, ...]
    history: tuple[HistoryRow, ...]
