"""The states of a quality concern and the moves between them: one table, with its own examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from archive.access import Right, Viewer
from archive.messages import Message
from archive.register_values import ValueRow

CONCERNS: Final = "concern"  # the register
FIRST: Final = "open"  # of an entry that says nothing of its state
#: Fields that moves write. Nobody else does, but whoever imports history.
MOVED: Final = ("state", "state_reason", "answer", "answered_by", "answered_on", "closed_on")


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one of the states `sources` to `target`, with a text where it needs one.

    `examples` are states with what comes of the move there; None: it is refused.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    needs_text: bool
    examples: tuple[tuple[str, str | None], ...]


MOVES: Final[Mapping[str, Move]] = MappingProxyType(
    {
        move.name: move
        for move in (
            Move(
                "answer", ("open",), "answered", True,
                (("open", "answered"), ("answered", None), ("closed", None)),
            ),
            Move(
                "close", ("answered",), "closed", False,
                (("answered", "closed"), ("open", None), ("closed", None)),
            ),
            Move(
                "reopen", ("answered", "closed"), "open", True,
                (("answered", "open"), ("closed", "open"), ("open", None)),
            ),
        )
    }
)  # fmt: skip

#: Why a written state is refused.
ONLY_BY_MOVES: Final = Message(
    "%(field)s of a quality concern can't be written: it is moved, by %(moves)s. Only an "
    "administrator sets it right, or takes in history."
)


def state_in(values: Mapping[str, str]) -> str:
    """The state that a concern with these values is in."""
    return values.get("state", FIRST)


def moves_from(state: str) -> tuple[Move, ...]:
    """The moves that the table has from a state."""
    return tuple(move for move in MOVES.values() if state in move.sources)


def may_move(viewer: Viewer, collection_id: int) -> bool:
    """Whoever may write where the concern is kept moves it."""
    return viewer.may(Right.FILE) and collection_id in viewer.writes


def wrongly_written(
    viewer: Viewer, before: Sequence[ValueRow], after: Sequence[ValueRow], *, is_new: bool
) -> Message | None:
    """Why values may not become these past the table of moves; None where they may."""
    if is_new or viewer.may(Right.ADMINISTER):
        return None
    fields = [row.field for row in (*before, *after) if row not in before or row not in after]
    touched = next((name for name in MOVED if name in fields), None)
    return touched and Message(ONLY_BY_MOVES, field=touched, moves=", ".join(MOVES))
