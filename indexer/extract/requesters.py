"""Who asks for a change: the name beside its label, on the first pages of a change request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.reading import PageText

PAGES: Final = 2  # forms say it at their head
LABELS: Final = (
    "requested by", "requester", "requestor", "raised by", "submitted by", "proposed by",
    "originator", "initiator", "begärd av", "begärs av", "begäran från", "beställare",
    "förslagsställare", "föreslagen av", "initiativtagare", "anmäld av", "beantragt von",
    "antragsteller", "antragstellerin", "demandeur", "demandé par",
)  # fmt: skip
#: Texts with the name that is found in them; None: nothing is.
EXAMPLES: Final = (
    ("Requested by: Eva Sandmark", "Eva Sandmark"),
    ("| Begärd av | Åsa Öst, kvalitet |", "Åsa Öst"),
    ("Antragsteller:\tJ. Müller (QS)", "J. Müller"),
    ("Requested by 4 May", None),
    ("Requester:", None),
)

_LABELLED: Final = re.compile(
    rf"^[\s|*#>-]*(?:{'|'.join(LABELS)})[*_]{{0,2}}[ ]*(?:[:\t|]|[ ]{{2,}})[\s|*_]*?"
    r"(?P<name>[^\W\d_][^\n\t|,;(<:*]{1,80})",
    re.IGNORECASE | re.MULTILINE,
)


def requester_of(pages: Sequence[PageText]) -> str:
    """The name as it stands there; "" where none does."""
    for page in pages[:PAGES]:
        if match := _LABELLED.search(page.text):
            return " ".join(re.split(r"[ ]{2,}", match["name"].strip())[0].split())
    return ""
