"""How the moves of entries, and the answers to what they affect, are said to people."""

from __future__ import annotations

from typing import Final

from web.words import say

#: How an affected document is answered (archive.change_affected).
ANSWERS: Final[dict[str, str]] = {
    "": say("to be carried"),
    "cited": say("a version cites it"),
    "carried": say("a version carries it"),
    "waived": say("none has to carry it"),
}

#: Moves of a change request (archive.change_states), of a quality concern (concern_states).
MOVES: Final[dict[str, str]] = {
    "answer": say("answer it"),
    "review": say("review"),
    "present": say("present"),
    "approve": say("approve"),
    "reject": say("reject it"),
    "defer": say("defer"),
    "reopen": say("reopen"),
    "incorporate": say("incorporate"),
    "close": say("close it"),
    "withdraw": say("withdraw"),
}
