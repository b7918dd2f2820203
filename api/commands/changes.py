"""crossfile changes move, crossfile changes show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.common import AsJson, Work, print_json, print_table, reading, writing
from api.commands.finding import AsOf, On, day_of, moment_of

Number = Annotated[str, typer.Argument(help="The number of the change request.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    changes = typer.Typer(help="Change requests.", no_args_is_help=True)
    changes.command("move")(move_change)
    changes.command("show")(show_change)
    program.add_typer(changes, name="changes")


def move_change(
    context: typer.Context,
    number: Number,
    move: Annotated[str, typer.Argument(help="review, present, defer, reopen, incorporate, …")],
    reason: Annotated[str, typer.Option(help="Why; some moves need it.")] = "",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Move a change request by the table of moves; approving needs an account, so not here."""
    from archive.change_moves import move as carry_out

    with writing(context) as work:
        known, rules = _found(work, number)
        moved = carry_out(
            work.session, work.by, known, move, work.at, reason=reason, rules=rules,
            revision=known.revision, happened_on=day_of(on),
        )  # fmt: skip
        told = _told(work, moved, rules)
    _print(told, as_json=as_json)


def show_change(
    context: typer.Context, number: Number, as_of: AsOf = None, on: On = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Where a change request stands, what it needs, what it affects."""
    then = {"as_of": moment_of(as_of), "on": day_of(on)}
    with reading(context) as work:
        known, rules = _found(work, number, **then)
        told = _told(work, known, rules, **then)
    _print(told, as_json=as_json)


def _found(work: Work, number: str, **then: Any) -> tuple[Any, Any]:
    from archive import registers
    from archive.change_authority import ChangeRules
    from archive.change_states import CHANGES
    from archive.register_fields import REGISTERS

    config = work.services.config
    rules = ChangeRules(config.authority, work.schemes, config.mail)
    register = REGISTERS[CHANGES]
    entry = registers.get(work.session, work.by, register, number, schemes=rules.schemes, **then)
    return entry, rules


def _told(work: Work, entry: Any, rules: Any, **then: Any) -> dict[str, Any]:
    from api.routes.changes import Standing, told

    return Standing.model_validate(
        told(work.session, work.by, entry, rules, **then), from_attributes=True
    ).model_dump()


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    authority = told["authority"]
    by = ", ".join(authority["approved_by"]) or "nobody"
    print(f"{told['number']} is {told['state']}.")
    print(f"Approved by {by}; {authority['missing']} of {authority['persons']} missing.")
    moves = ", ".join(one["move"] for one in told["moves"] if one["may"])
    print(f"Moves: {moves or 'none'}.")
    if told["affected"]:
        rows = [
            (one["document"], one["version"], one["answer"], one["answered_version"], one["reason"])
            for one in told["affected"]
        ]
        print_table(("DOCUMENT", "VERSION", "ANSWER", "BY VERSION", "REASON"), rows)
