"""The message that tells a requester what was decided: its words in each language, and the making.

Whole sentences, in the language of the requester. What is not known is left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from archive.mails import Mail

DECISIONS: Final = ("approved", "rejected", "deferred")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language; `%(…)s` are fields of `Letter`."""

    dear: str
    dear_nobody: str
    subject: Mapping[str, str]  # by decision
    said: Mapping[str, str]
    reason: str
    affected: str
    end: str


WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType(
    {
        "en": Wording(
            dear="Dear %(requester)s,",
            dear_nobody="Hello,",
            subject={
                "approved": "%(number)s is approved: %(title)s",
                "rejected": "%(number)s is rejected: %(title)s",
                "deferred": "%(number)s is deferred: %(title)s",
            },
            said={
                "approved": "what you asked for in %(number)s, “%(title)s”, was approved on "
                "%(day)s by %(who)s.",
                "rejected": "what you asked for in %(number)s, “%(title)s”, was rejected on "
                "%(day)s by %(who)s. It will not be carried out.",
                "deferred": "what you asked for in %(number)s, “%(title)s”, was deferred on "
                "%(day)s by %(who)s. It will be looked at again later.",
            },
            reason="The reason given: %(reason)s",
            affected="These documents will be changed: %(documents)s.",
            end="This message was written by the archive when the decision was made.",
        ),
        "sv": Wording(
            dear="Hej %(requester)s,",
            dear_nobody="Hej,",
            subject={
                "approved": "%(number)s är godkänd: %(title)s",
                "rejected": "%(number)s är avslagen: %(title)s",
                "deferred": "%(number)s är uppskjuten: %(title)s",
            },
            said={
                "approved": "det du begärde i %(number)s, ”%(title)s”, godkändes %(day)s av "
                "%(who)s.",
                "rejected": "det du begärde i %(number)s, ”%(title)s”, avslogs %(day)s av %(who)s. "
                "Det kommer inte att genomföras.",
                "deferred": "det du begärde i %(number)s, ”%(title)s”, sköts upp %(day)s av "
                "%(who)s. Det tas upp igen senare.",
            },
            reason="Skälet som angavs: %(reason)s",
            affected="Dessa handlingar kommer att ändras: %(documents)s.",
            end="Det här meddelandet skrevs av arkivet när beslutet fattades.",
        ),
    }
)
#: An address as people write it among other words (RFC 5321, without quoted local parts).
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
)
#: Texts with the address that is found in them; None: none is.
EXAMPLES: Final = (
    ("eva@example.com", "eva@example.com"),
    ("Eva, tel. 031-12 34, <eva.s@mail.example.se>.", "eva.s@mail.example.se"),
    ("ring 031-12 34 56", None),
    ("eva@home", None),
    ("..@example.com", None),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What there is to tell of one decision, and to whom."""

    number: str
    title: str
    decision: str  # of DECISIONS
    day: str
    who: str
    requester: str = ""
    address: str = ""
    reason: str = ""
    documents: tuple[str, ...] = ()
    language: str = "en"

    @property
    def subject(self) -> str:
        """The subject, in the language of the requester."""
        return self._fill(WORDINGS[self.language].subject[self.decision])

    @property
    def text(self) -> str:
        """The body, in the language of the requester."""
        words = WORDINGS[self.language]
        parts = [
            words.dear if self.requester else words.dear_nobody,
            words.said[self.decision],
            words.reason if self.reason else "",
            words.affected if self.documents and self.decision == "approved" else "",
            words.end,
        ]
        return "\n\n".join(self._fill(part) for part in parts if part) + "\n"

    def _fill(self, sentence: str) -> str:
        return sentence % {
            "number": self.number, "title": self.title, "day": self.day, "who": self.who,
            "requester": self.requester, "reason": self.reason,
            "documents": ", ".join(self.documents),
        }  # fmt: skip


def address_in(text: str) -> str:
    """The first mail address in a text; "" where there is none."""
    for match in _ADDRESS.finditer(text):
        local = match[0].partition("@")[0]
        if not local.startswith(".") and not local.endswith(".") and ".." not in local:
            return match[0]
    return ""


def message_of(letter: Letter, sender: str, at: datetime, name: str) -> str:
    """The letter as mail; where no address is known it is addressed to the requester's name."""
    name_of = letter.requester if letter.address else letter.requester or letter.number
    mail = Mail(name_of, letter.address, letter.subject, letter.text, letter.language)
    return mail.written(sender, at, name)
