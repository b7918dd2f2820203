"""Plans: what milestones need, how complete a product is, milestones at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, Pager, Thing


@dataclass(frozen=True, slots=True)
class NeedRow:
    """What a milestone needs, and by which document or whose word it stands.

    POST PATH/needs/{id}/state (`state`, `reason`, `responsible`), PATH/needs/{id}/removed.
    """

    id: int
    what: str  # of web.plan_words.NEEDS
    name: str
    kind: str  # of a document
    wanted: str  # of web.plan_words.NEEDED_STATES
    party: str
    responsible: str
    status: str  # of web.plan_words.NEED_STATES
    thing: Thing | None = None
    version: int | None = None
    reasons: tuple[str, ...] = ()  # of web.plan_words.NEED_REASONS
    said: str = ""
    who: str = ""
    day: str | None = None


@dataclass(frozen=True, slots=True)
class ReplanRow:
    """It was planned for another day."""

    at: datetime
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class NeedsBlock:
    """What only milestones have.

    POST PATH/replan (`planned_on`, `reason`, `revision`), PATH/needs (`what`, `name`, `kind`,
    `party`, `state`, `responsible`).
    """

    needs: tuple[NeedRow, ...]  # what is not there first
    there: int
    percent: int | None
    replanned: tuple[ReplanRow, ...] = ()
    missing_href: str = ""  # what this and earlier ones lack
    kinds: tuple[str, ...] = ()
    may_replan: bool = False
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone and how complete it is."""

    thing: Thing
    name: str
    planned_on: str
    actual_on: str
    there: int
    total: int
    percent: int | None
    days_left: int | None = None  # negative: late
    product: Thing | None = None
    missing: tuple[NeedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """The milestones of a product. POST PATH/plans (`plan`, `anchor`, `prefix`)."""

    rows: tuple[MilestoneRow, ...]
    there: int
    total: int
    percent: int | None
    plans: tuple[tuple[str, str], ...] = ()  # name and title of those that can be applied


@dataclass(frozen=True, slots=True)
class RisksPage:
    """GET /plans/at-risk?days=&page=&as_of=&on= and GET /plans/missing, with `milestone` too."""

    template: ClassVar[str] = "risks.html"
    what: str  # at-risk | missing
    rows: tuple[MilestoneRow, ...]  # the earliest first
    total: int
    days: int
    path: str
    csv_href: str
    xlsx_href: str
    json_href: str
    other_href: str  # the other of the two questions
    milestone: str = ""
    windows: tuple[Choice, ...] = ()  # how far ahead
    pager: Pager | None = None
    as_of: str = ""
    on: str = ""
