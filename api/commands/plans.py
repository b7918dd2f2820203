"""crossfile plans …: plans applied and planned anew, milestones at risk, what they lack."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.common import AsJson, Work, print_json, print_table, reading, writing
from api.commands.finding import AsOf, On, day_of, moment_of

Code = Annotated[str, typer.Argument(help="The code of the milestone.")]
Days = Annotated[int, typer.Option(min=0, max=36_500, help="How many days ahead.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    plans = typer.Typer(help="Plans of products: milestones and what they need.")
    plans.command("list")(list_plans)
    plans.command("apply")(apply)
    plans.command("show")(show)
    plans.command("replan")(replan)
    plans.command("say")(say)
    plans.command("at-risk")(at_risk)
    plans.command("missing")(missing)
    program.add_typer(plans, name="plans", no_args_is_help=True)


def list_plans(context: typer.Context, as_json: AsJson = False) -> None:
    """The plans that can be applied to a product."""
    from api.commands.common import config_of
    from archive.plan_templates import plans_of

    plans = plans_of(config_of(context).plans).values()
    if as_json:
        print_json([plan.model_dump(exclude={"file"}) for plan in plans])
        return
    rows = [
        (plan.name, plan.title, len(plan.milestones), sum(len(m.needs) for m in plan.milestones))
        for plan in plans
    ]
    print_table(("PLAN", "TITLE", "MILESTONES", "NEEDS"), rows)


def apply(
    context: typer.Context,
    product: Annotated[str, typer.Argument(help="The code of the product.")],
    plan: Annotated[str, typer.Argument(help="The name of the plan.")],
    anchor: Annotated[str, typer.Argument(help="The day that its days count from: 2026-06-01.")],
    prefix: Annotated[str, typer.Option(help="Before the codes; else the product's.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make the milestones of a plan for a product, all or none."""
    from api.plan_answers import ProductMilestones, tell_product, then_of
    from archive.plan_templates import plan_named, plans_of
    from archive.planning import apply_plan
    from archive.times import parse_day

    with writing(context) as work:
        known = plan_named(plans_of(work.services.config.plans), plan)
        entry = _entry(work, "product", product)
        apply_plan(
            work.session, work.by, entry, known, parse_day(anchor), work.at,
            schemes=work.schemes, prefix=prefix,
        )  # fmt: skip
        told = tell_product(work.session, work.by, entry, then_of(work.services.clock))
    _print_product(ProductMilestones.model_validate(told).model_dump(), as_json=as_json)


def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The code of a milestone, or of a product.")],
    as_of: AsOf = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """What a milestone needs and whether it is there; of a product, how complete it is."""
    from api.plan_answers import (
        MilestoneNeeds,
        ProductMilestones,
        tell_milestone,
        tell_product,
        then_of,
    )
    from archive.errors import NotFound

    times: dict[str, Any] = {"as_of": moment_of(as_of), "on": day_of(on)}
    with reading(context) as work:
        then = then_of(work.services.clock, **times)
        try:
            entry = _entry(work, "milestone", name, **times)
        except NotFound:
            entry = _entry(work, "product", name, **times)
            told = tell_product(work.session, work.by, entry, then)
            shown = ProductMilestones.model_validate(told).model_dump()
            _print_product(shown, as_json=as_json)
            return
        told = tell_milestone(work.session, work.by, entry, then)
        shown = MilestoneNeeds.model_validate(told, from_attributes=True).model_dump()
    _print_milestone(shown, as_json=as_json)


def replan(
    context: typer.Context,
    milestone: Code,
    day: Annotated[str, typer.Argument(help="The new day: 2026-06-01.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the day before.")],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Plan a milestone for another day, since today or the day of --on."""
    from api.plan_answers import MilestoneNeeds, tell_milestone, then_of
    from archive.planning import replan as carry_out
    from archive.times import parse_day

    with writing(context) as work:
        entry = _entry(work, "milestone", milestone)
        changed = carry_out(
            work.session, work.by, entry, parse_day(day), work.at, reason=reason,
            schemes=work.schemes, revision=entry.revision, happened_on=day_of(on),
        )  # fmt: skip
        told = tell_milestone(work.session, work.by, changed, then_of(work.services.clock))
        shown = MilestoneNeeds.model_validate(told, from_attributes=True).model_dump()
    _print_milestone(shown, as_json=as_json)


def say(
    context: typer.Context,
    need: Annotated[int, typer.Argument(help="The number of the need, as `plans show` has it.")],
    state: Annotated[str, typer.Argument(help="missing, unusable or there.")],
    reason: Annotated[str, typer.Option(help="Why, or what speaks for it.")] = "",
    responsible: Annotated[str, typer.Option(help="Who answers for it from now on.")] = "",
    on: On = None,
) -> None:
    """Say how a checkpoint, material or person stands, since today or the day of --on."""
    from archive import planning
    from archive.need_documents import Then
    from archive.plan_risks import load_milestones

    with writing(context) as work:
        number = planning.milestone_of(work.session, work.by, need)
        then = Then(work.at.date())
        (entry,) = load_milestones(work.session, work.by, [number], then)
        planning.say_state(
            work.session, work.by, entry, need, state, work.at, reason=reason,
            responsible=responsible, happened_on=day_of(on),
        )  # fmt: skip


def at_risk(
    context: typer.Context, days: Days = 30, as_of: AsOf = None, on: On = None,
    as_csv: AsCsv = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Milestones that are late, or near and not complete, the earliest first."""
    from api.plan_answers import risks_csv, tell_risk, then_of
    from archive import plan_risks

    with reading(context) as work:
        then = then_of(work.services.clock, moment_of(as_of), day_of(on))
        risks = plan_risks.at_risk(work.session, work.by, then, days=days)
    if as_csv:
        print(risks_csv(risks).decode("utf-8-sig"), end="")
        return
    told = [tell_risk(risk) for risk in risks]
    if as_json:
        _print_risks(told)
        return
    rows = [
        (one["planned_on"], one["days_left"], one["milestone"], one["name"], one["product"],
         _percent(one), len(one["missing"]))
        for one in told
    ]  # fmt: skip
    print_table(("PLANNED", "LEFT", "MILESTONE", "NAME", "PRODUCT", "COMPLETE", "MISSING"), rows)


def missing(
    context: typer.Context,
    milestone: Annotated[str, typer.Argument(help="Its code; without one, all near or late.")] = "",
    days: Days = 30,
    as_of: AsOf = None,
    on: On = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """What a milestone and those of its product before it lack."""
    from api.plan_answers import missing_csv, tell_risk, then_of
    from api.routes.plans import find_missing

    with reading(context) as work:
        then = then_of(work.services.clock, moment_of(as_of), day_of(on))
        risks = find_missing(work.session, work.by, then, milestone, days, work.schemes)
    if as_csv:
        print(missing_csv(risks).decode("utf-8-sig"), end="")
        return
    told = [tell_risk(risk) for risk in risks]
    if as_json:
        _print_risks(told)
        return
    rows = [
        (one["planned_on"], one["milestone"], *_cells(need)) for one in told
        for need in one["missing"]
    ]  # fmt: skip
    print_table(("PLANNED", "MILESTONE", *NEED), rows)


NEED = ("NUMBER", "WHAT", "NEED", "RESPONSIBLE", "STATUS", "DOCUMENT", "WHY")


def _cells(need: dict[str, Any]) -> tuple[object, ...]:
    why = ", ".join(need["reasons"]) or need["said"]
    return (
        need["id"], need["kind"] or need["what"], need["name"], need["responsible"],
        need["status"], need["document"], why,
    )  # fmt: skip


def _percent(told: dict[str, Any]) -> str:
    return "–" if told["percent"] is None else f"{told['percent']} %"


def _print_risks(told: list[dict[str, Any]]) -> None:
    from api.plan_answers import Risks

    print_json(Risks.model_validate({"items": told, "total": len(told)}).model_dump())


def _print_product(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    print(f"{told['product']}: {_percent(told)} complete ({told['there']} of {told['total']}).")
    rows = [
        (one["planned_on"], one["actual_on"], one["milestone"], one["name"], _percent(one))
        for one in told["milestones"]
    ]
    print_table(("PLANNED", "REACHED", "MILESTONE", "NAME", "COMPLETE"), rows)


def _print_milestone(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    print(
        f"{told['milestone']} ({told['name']}), planned for {told['planned_on']}: "
        f"{_percent(told)} complete ({told['there']} of {told['total']})."
    )
    for one in told["replanned"]:
        print(f"Planned anew from {one['before']} to {one['after']}: {one['reason']}")
    if told["needs"]:
        print_table(NEED, [_cells(need) for need in told["needs"]])


def _entry(work: Work, register: str, name: str, **times: Any) -> Any:
    from archive import registers
    from archive.register_fields import REGISTERS

    schemes = work.schemes
    known = REGISTERS[register]
    return registers.get(work.session, work.by, known, name, schemes=schemes, **times)
