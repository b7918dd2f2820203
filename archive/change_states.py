"""The states of a change request and the moves between them: one table, with its own examples.

A move that is not in the table is refused, whoever asks. Who may authorise depends on the rules of
the configuration besides: archive/change_authority.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from archive.access import Right, Viewer
from archive.messages import Message
from archive.register_fields import STATES
from archive.register_values import ValueRow

CHANGES: Final = "change-request"  # the register
FIRST: Final = "received"  # of an entry that says nothing of its state
#: Fields that moves write. Nobody else does, but whoever imports history.
MOVED: Final = ("state", "decision", "authority", "decided_on")


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one of the states `sources` to `target`, for those who have the right.

    `examples` are states with what comes of the move there; None: it is refused.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    right: Right
    examples: tuple[tuple[str, str | None], ...]


MOVES: Final[Mapping[str, Move]] = MappingProxyType(
    {
        move.name: move
        for move in (
            Move(
                "review", ("received", "deferred"), "under-review", Right.FILE,
                (("received", "under-review"), ("approved", None)),
            ),
            Move(
                "present", ("under-review",), "presented", Right.FILE,
                (("under-review", "presented"), ("received", None)),
            ),
            # in `approved` another person may join, where the costs have grown since
            Move(
                "approve", ("presented", "approved"), "approved", Right.DECIDE,
                (("presented", "approved"), ("under-review", None), ("rejected", None)),
            ),
            Move(
                "reject", ("presented",), "rejected", Right.DECIDE,
                (("presented", "rejected"), ("approved", None)),
            ),
            Move(
                "defer", ("under-review", "presented"), "deferred", Right.DECIDE,
                (("presented", "deferred"), ("closed", None)),
            ),
            Move(
                "reopen", ("approved", "rejected", "incorporated", "closed", "withdrawn"),
                "under-review", Right.DECIDE,
                (("rejected", "under-review"), ("received", None)),
            ),
            Move(
                "incorporate", ("approved",), "incorporated", Right.FILE,
                (("approved", "incorporated"), ("presented", None)),
            ),
            Move(
                "close", ("rejected", "incorporated"), "closed", Right.FILE,
                (("incorporated", "closed"), ("approved", None)),
            ),
            Move(
                "withdraw", ("received", "under-review", "presented", "deferred"), "withdrawn",
                Right.FILE,
                (("presented", "withdrawn"), ("approved", None)),
            ),
        )
    }
)  # fmt: skip

#: States that nobody reaches without somebody who may decide.
NEED_AUTHORITY: Final = frozenset({"approved", "rejected", "deferred", "incorporated", "closed"})
#: States in which nobody decides any more.
PAST_DECISION: Final = frozenset({"rejected", "incorporated", "closed", "withdrawn"})
#: States in which what is affected stands as it is.
OVER: Final = frozenset({"incorporated", "closed"})

#: Why a written state is refused.
ONLY_BY_MOVES: Final = Message(
    "%(field)s of a change request can't be written: it is moved, by %(moves)s. Only an "
    "administrator sets it right, or takes in history.",
)
NEEDS_DECIDER: Final = Message(
    "A change request can't begin as %(state)s here: that needs authority, and the role %(role)s "
    "may not decide. It may begin as %(states)s."
)
REFUSALS: Final = frozenset({ONLY_BY_MOVES, NEEDS_DECIDER})


def state_in(values: Mapping[str, str]) -> str:
    """The state that an entry with these values is in."""
    return values.get("state", FIRST)


def moves_from(state: str) -> tuple[Move, ...]:
    """The moves that the table has from a state."""
    return tuple(move for move in MOVES.values() if state in move.sources)


def wrongly_written(
    viewer: Viewer, before: Sequence[ValueRow], after: Sequence[ValueRow], *, is_new: bool
) -> Message | None:
    """Why values may not become these past the table of moves; None where they may."""
    if viewer.may(Right.ADMINISTER):
        return None
    touched = {row for row in (*before, *after) if row not in before or row not in after}
    for row in sorted(touched, key=lambda row: MOVED.index(row.field) if row.field in MOVED else 9):
        if row.field in MOVED and not is_new:
            return Message(ONLY_BY_MOVES, field=row.field, moves=", ".join(MOVES))
        is_authorised = row.field == "state" and row.value in NEED_AUTHORITY
        if is_authorised and not viewer.may(Right.DECIDE):
            free = ", ".join(state for state in STATES if state not in NEED_AUTHORITY)
            return Message(NEEDS_DECIDER, state=row.value, role=viewer.role, states=free)
    return None
