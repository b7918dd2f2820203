"""Plans as templates: milestones in days from an anchor, and what each of them needs.

Two are included (archive/plans/*.toml); the configuration adds others, or replaces one by its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from archive.errors import ConfigError, UsageError
from archive.vocabulary import KINDS

DOCUMENT: Final = "document"
#: What a milestone can need.
WHATS: Final = (DOCUMENT, "checkpoint", "material", "person")
#: What a document has to be.
WANTED: Final = ("present", "approved", "valid")
FARTHEST: Final = 36_500  # days from the anchor: no plan of a product is longer than a century
BUILTIN: Final = Path(__file__).with_name("plans")

Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*\S$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlannedNeed(_Part):
    """What a milestone needs. Of a document its kind says which; the rest is named only."""

    name: Name
    what: Literal["document", "checkpoint", "material", "person"] = "document"
    kind: str = ""
    party: Line = ""
    state: Literal["present", "approved", "valid"] = "present"
    responsible: Line = ""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind and kind not in KINDS:
            raise ValueError(f"one of the kinds of documents: {', '.join(KINDS)}")
        return kind

    @model_validator(mode="after")
    def _agrees(self) -> PlannedNeed:
        if self.what == DOCUMENT and not self.kind:
            raise ValueError("a need with the `kind` of its document, or with another `what`")
        if self.what != DOCUMENT and (self.kind or self.party or self.state != "present"):
            raise ValueError("`kind`, `party` and `state` of documents only")
        return self


class PlannedMilestone(_Part):
    """A milestone so many days from the anchor, or behind the milestone `after` which it comes."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,30}$")]
    name: Name
    after: str = ""
    days: Annotated[int, Field(ge=-FARTHEST, le=FARTHEST)] = 0
    needs: tuple[PlannedNeed, ...] = ()


class PlanSection(_Part):
    """A plan of the configuration: its milestones, or the TOML or CSV file that has them."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: Line = ""
    file: str = ""
    milestones: tuple[PlannedMilestone, ...] = ()


def wrong_in(plan: PlanSection, key: str) -> Iterator[ConfigError]:
    """What is wrong between the milestones of a plan; `key` is its place in the configuration."""
    if not plan.milestones:
        yield ConfigError(f"{key}.milestones", [], "at least one milestone")
    known: dict[str, PlannedMilestone] = {}
    for place, one in enumerate(plan.milestones):
        where = f"{key}.milestones.{place}"
        if one.code.casefold() in known:
            yield ConfigError(f"{where}.code", one.code, "a code that no other milestone here has")
        known.setdefault(one.code.casefold(), one)
    for place, one in enumerate(plan.milestones):
        where = f"{key}.milestones.{place}"
        if one.after and one.after.casefold() not in known:
            yield ConfigError(f"{where}.after", one.after, "the code of a milestone of this plan")
        elif one.after and one.days < 0:
            yield ConfigError(f"{where}.days", one.days, "0 or more days after another milestone")
        elif _is_circular(one, known):
            yield ConfigError(
                f"{where}.after", one.after, "a milestone that does not come after it"
            )


def _is_circular(one: PlannedMilestone, known: Mapping[str, PlannedMilestone]) -> bool:
    """Does the milestone come after itself?"""
    before = known.get(one.after.casefold())
    for _ in range(len(known)):
        if before is None or before.code.casefold() == one.code.casefold():
            break
        before = known.get(before.after.casefold())
    return before is not None and before.code.casefold() == one.code.casefold()


def days_of(plan: PlanSection, anchor: date) -> dict[str, date]:
    """By code the day of each milestone. Raises `UsageError` for days that no calendar has."""
    known = {one.code.casefold(): one for one in plan.milestones}
    found: dict[str, date] = {}
    for one in plan.milestones:
        days, at = one.days, one
        while at.after:
            at = known[at.after.casefold()]
            days += at.days
        try:
            found[one.code] = anchor + timedelta(days=days)
        except OverflowError as error:
            raise UsageError(
                "%(name)s would be %(days)s days from %(anchor)s, which no calendar has.",
                name=one.name, days=days, anchor=anchor.isoformat(),
            ) from error  # fmt: skip
    return found


def plans_of(configured: Sequence[PlanSection]) -> dict[str, PlanSection]:
    """All plans by name: those included, then those of the configuration."""
    found = {}
    for path in sorted(BUILTIN.glob("*.toml")):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = PlanSection(name=path.stem, **said)
    return found | {plan.name: plan for plan in configured}


def plan_named(plans: Mapping[str, PlanSection], name: str) -> PlanSection:
    """The plan of that name. Raises `UsageError` with those that there are."""
    if name not in plans:
        raise UsageError(
            "There is no plan %(name)r; there are %(known)s.", name=name, known=", ".join(plans)
        )
    return plans[name]
