"""What came of a product: the closing report, on screen and as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Thing


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum: a plain decimal, a currency, and once or running ("" where that is not said)."""

    value: str
    currency: str
    kind: str = ""  # of web.words.STATES


@dataclass(frozen=True, slots=True)
class CostCells:
    """Costs in three steps."""

    estimated: tuple[Sum, ...] = ()
    approved: tuple[Sum, ...] = ()
    invoiced: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A milestone; `days_late` is counted from the first plan, None where it is not reached."""

    thing: Thing
    name: str
    first: str
    planned: str
    actual: str
    days_late: int | None


@dataclass(frozen=True, slots=True)
class CauseRow:
    """The change requests of one cause ("" where none is said)."""

    cause: str
    changes: int
    approved: int
    rejected: int
    open: int
    costs: CostCells


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One change request."""

    thing: Thing
    title: str
    cause: str
    state: str
    costs: CostCells
    invoices: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """What was wrong in a phase ("" before the first one); counts by kind of report."""

    phase: str
    since: str
    until: str
    reports: tuple[tuple[str, int, str], ...]  # (kind, how many, where they stand)
    changes: int
    concerns: int


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """One quality concern, with the phase in which it was reported."""

    thing: Thing
    title: str
    phase: str
    state: str
    reported: str
    answer: str


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """GET /products/{id}/closing ?as_of=&on="""

    template: ClassVar[str] = "closing.html"
    thing: Thing
    title: str
    head: tuple[tuple[str, str], ...]  # (name of web.words.FIELDS, value)
    milestones: tuple[KeptRow, ...]
    causes: tuple[CauseRow, ...]
    total: CauseRow
    changes: tuple[ChangedRow, ...]
    phases: tuple[PhaseRow, ...]
    concerns: tuple[ConcernRow, ...]
    documents: int
    pdf_href: str
    json_href: str
    as_of: str = ""
    on: str = ""
