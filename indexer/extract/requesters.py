"""Who asks for a change: the name beside its label, on the first pages of a change request.

A mail is a change request where a line of its own says the number, as a form does: not in what it
quotes or sends on, and not where it speaks of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.change_letters import address_in
from archive.change_opening import AskedFor
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
#: Of a mail: the line that says which change request it is.
NUMBERED: Final = re.compile(
    r"^[ \t|*#]*(?:change (?:request|proposal|order)|cr|ändringsbegäran|ändringsförslag|äb|"
    r"änderungsantrag|demande de modification)(?:[ -]?(?:no|nr|number|nummer|n°))?[ .]*[:#][ \t*]*"
    r"(?P<number>(?=[^\s]*\d)[^\s,;:<>|*]{2,40})[ \t|*]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENT_ON: Final = re.compile(r"^(?:from|från|von|de)[ ]?:", re.IGNORECASE | re.MULTILINE)
_SENDER: Final = re.compile(r"^From: *\"?(?P<name>[^\"<\n]*?)\"? *(?:<[^>\n]*>)?$", re.MULTILINE)
#: Bodies of mails with the number that they ask for; None: they ask for nothing.
MAILS: Final = (
    ("Change request no: CR-131\nThe seal leaks.", "CR-131"),
    ("Hej!\n\nÄndringsbegäran nr: ÄB-7\nTätningen läcker.", "ÄB-7"),
    ("What became of change request CR-131?", None),
    ("> Change request no: CR-131", None),
    ("See below.\n\nFrom: Bo\nSubject: x\n\nChange request no: CR-131", None),
    ("Change request no: CR-131\nChange request no: CR-132", None),
    ("Change request: none", None),
)


def asked_in_mail(pages: Sequence[PageText]) -> AskedFor | None:
    """What a mail asks for, as its first page has it below its headers; None where nothing."""
    if not pages:
        return None
    head, _, body = pages[0].text.partition("\n\n")
    own = _SENT_ON.split(body)[0]
    numbers = {match["number"] for match in NUMBERED.finditer(own)}
    if len(numbers) != 1:
        return None
    sender = _SENDER.search(head)
    line = sender[0] if sender else ""
    name = requester_of([PageText(1, own)]) or (sender["name"].strip() if sender else "")
    return AskedFor(name or address_in(line), address_in(line), numbers.pop())


def requester_of(pages: Sequence[PageText]) -> str:
    """The name as it stands there; "" where none does."""
    for page in pages[:PAGES]:
        if match := _LABELLED.search(page.text):
            return " ".join(re.split(r"[ ]{2,}", match["name"].strip())[0].split())
    return ""
