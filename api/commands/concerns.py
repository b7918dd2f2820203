"""crossfile concerns report, move, show: quality concerns."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.common import AsJson, Work, print_json, reading, writing
from api.commands.finding import AsOf, On, day_of, moment_of

Number = Annotated[str, typer.Argument(help="The number of the quality concern.")]


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    concerns = typer.Typer(help="Quality concerns.", no_args_is_help=True)
    concerns.command("report")(report_concern)
    concerns.command("move")(move_concern)
    concerns.command("show")(show_concern)
    program.add_typer(concerns, name="concerns")


def report_concern(  # noqa: PLR0913 - a command has a parameter for each of its options
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="File number, own number or path.")],
    title: Annotated[str, typer.Argument(help="What is wrong, in a line.")],
    seen: Annotated[str, typer.Option(help="What was seen.")] = "",
    product: Annotated[
        list[str] | None, typer.Option(help="Code of a product it is about.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    due: Annotated[str | None, typer.Option(help="By when; in 30 days unless said.")] = None,
    version: Annotated[int | None, typer.Option(help="Of the document; the current one.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Report a quality concern from a document, today or on the day of --on."""
    from archive.concerns import Reported, report
    from archive.documents import find_document

    said = Reported(title, seen, product or [], owner, day_of(due), day_of(on), version)
    with writing(context) as work:
        number = find_document(work.session, work.by, document)
        made = report(work.session, work.by, number, said, work.at, work.schemes)
        told = _told(work, made)
    _print(told, as_json=as_json)


def move_concern(
    context: typer.Context,
    number: Number,
    move: Annotated[str, typer.Argument(help="answer, close or reopen.")],
    text: Annotated[str, typer.Option(help="The answer, or why.")] = "",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Answer a quality concern, close it, or open it again."""
    from archive.concerns import move as carry_out

    with writing(context) as work:
        known = _found(work, number)
        moved = carry_out(
            work.session, work.by, known, move, work.at, text=text, revision=known.revision,
            schemes=work.schemes, happened_on=day_of(on),
        )  # fmt: skip
        told = _told(work, moved)
    _print(told, as_json=as_json)


def show_concern(
    context: typer.Context, number: Number, as_of: AsOf = None, on: On = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Where a quality concern stands, and in which phase its products were."""
    then = {"as_of": moment_of(as_of), "on": day_of(on)}
    with reading(context) as work:
        told = _told(work, _found(work, number, **then), **then)
    _print(told, as_json=as_json)


def _found(work: Work, number: str, **then: Any) -> Any:
    from archive import registers
    from archive.concerns import REGISTER

    return registers.get(work.session, work.by, REGISTER, number, schemes=work.schemes, **then)


def _told(work: Work, entry: Any, **then: Any) -> dict[str, Any]:
    from archive.concerns import tell
    from archive.need_documents import Then

    today = work.services.clock().date()
    return tell(work.session, work.by, entry, Then(today, **then))


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    late = ", late" if told["is_overdue"] else ""
    print(f"{told['number']} is {told['state']}{late}: {told['title']}")
    print(f"Owner: {told['owner'] or 'nobody'}; to be answered by {told['due_on'] or 'no day'}.")
    for product, phase in told["phases"].items():
        print(f"{product} was {phase or 'in no known phase'}.")
