"""crossfile history …: what proves the record of events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import AsJson, opened, print_json, tell
from archive.errors import UsageError
from archive.stamping import stamp_last


def add_to(program: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        help="History: its checkpoints, and the key that signs them.", no_args_is_help=True
    )
    group.callback()(_group)
    group.command()(seal)
    group.command()(key)
    group.command()(proof)
    program.add_typer(group, name="history")


def seal(context: typer.Context) -> None:
    """Sign a checkpoint of all events until now, and have it stamped and copied outside.

    Exit status 1: it is not stamped, or not copied.
    """
    with opened(context) as services:
        history = services.history
        history.seal(services.clock())
        stamped = stamp_last(history)
        problems = [*([stamped] if stamped else []), *history.copy_outside()]
        last = max((one.last for one in history.segments()), default=0)
    print(f"History is sealed up to event {last}.")
    for problem in problems:
        tell(problem)
    if problems:
        raise typer.Exit(1)


def key(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the public key with which others check signatures, and its fingerprint."""
    with opened(context) as services:
        public = services.history.key().public
    told = {
        "name": public.name,
        "fingerprint": public.fingerprint,
        "verifier": public.verifier(),
        "pem": public.pem().decode(),
    }
    if as_json:
        print_json(told)
    else:
        print(f"{told['pem']}fingerprint {told['fingerprint']}\n{told['verifier']}")


def proof(
    context: typer.Context,
    document: str,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A page to read and print: *.html")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One document: hashes, when first seen where, versions, its events with their proofs."""
    from archive.access import operator
    from archive.document_proof import document_proof, proof_page
    from archive.documents import find_document
    from archive.opening import Which, open_document

    with opened(context) as services, services.database.read() as session:
        viewer, at = operator(session), services.clock()
        view = open_document(session, viewer, find_document(session, viewer, document), Which())
        found = document_proof(session, viewer, services.history, view, at)
    if output:
        try:
            output.write_bytes(proof_page(found))
        except OSError as error:
            raise UsageError(
                "%(path)s can't be written: %(why)s.", path=output, why=error.strerror or error
            ) from error
        print(f"The proof is {output}.")
    elif as_json:
        print_json(found)
    else:
        for event in found["events"]:
            print(event["line"])
        proved = sum(event["path"] is not None for event in found["events"])
        print(f"{proved} of {len(found['events'])} events are under a checkpoint.")


def _group() -> None:
    """What proves the record of events."""
