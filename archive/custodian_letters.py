"""The messages to custodians of a hold: what they are asked to keep, and by whom.

In the language of the custodian. Nothing of the matter is in it but what a member wrote for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

#: What a custodian is told: to keep, once more, that it has ended.
WHATS: Final = ("keep", "remind", "end")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language; `%(…)s` are fields of `Letter`."""

    dear: str
    subject: Mapping[str, str]  # by what is told
    said: Mapping[str, str]
    how: str
    answer_here: str  # who has an account
    answer: str
    end: str


WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType(
    {
        "en": Wording(
            dear="Dear %(name)s,",
            subject={
                "keep": "Please keep documents, and say that you have read this",
                "remind": "Reminder: please keep documents, and say that you have read this",
                "end": "You need not keep documents any longer",
            },
            said={
                "keep": "%(who)s asks you to keep the following, wherever you have it, until you "
                "are told that you need no more:",
                "remind": "on %(day)s %(who)s asked you to keep the following, wherever you have "
                "it, until you are told that you need no more. You have not said so far that you "
                "have read it.",
                "end": "on %(day)s %(who)s asked you to keep the following. That has ended: from "
                "now on the ordinary rules hold for it again.",
            },
            how="Destroy, change and give away nothing of it, be it paper, files, mails or other "
            "messages. Where something is deleted by itself, please have that stopped.",
            answer_here="Please say on this page that you have read it: %(link)s",
            answer="Please answer %(who)s that you have read it.",
            end="This message was written by the archive.",
        ),
        "sv": Wording(
            dear="Hej %(name)s,",
            subject={
                "keep": "Bevara handlingar, och bekräfta att du har läst detta",
                "remind": "Påminnelse: bevara handlingar, och bekräfta att du har läst detta",
                "end": "Du behöver inte längre bevara handlingar",
            },
            said={
                "keep": "%(who)s ber dig att bevara följande, var du än har det, tills du får "
                "besked om att det inte längre behövs:",
                "remind": "den %(day)s bad %(who)s dig att bevara följande, var du än har det, "
                "tills du får besked om att det inte längre behövs. Du har ännu inte bekräftat "
                "att du har läst det.",
                "end": "den %(day)s bad %(who)s dig att bevara följande. Det har upphört: från "
                "och med nu gäller de vanliga reglerna för det igen.",
            },
            how="Förstör, ändra eller lämna inte bort något av det, vare sig papper, filer, mejl "
            "eller andra meddelanden. Där något raderas av sig självt, se till att det stoppas.",
            answer_here="Bekräfta på denna sida att du har läst det: %(link)s",
            answer="Svara %(who)s att du har läst det.",
            end="Det här meddelandet skrevs av arkivet.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What there is to tell one custodian; `link` is where who has an account answers."""

    what: str  # of WHATS
    name: str
    kept: str  # what is to be kept, as the member wrote it
    who: str
    day: str
    link: str = ""
    language: str = "en"

    @property
    def subject(self) -> str:
        """The subject, in the language of the custodian."""
        return WORDINGS[self.language].subject[self.what]

    @property
    def text(self) -> str:
        """The body, in the language of the custodian."""
        words = WORDINGS[self.language]
        asked = (words.how, words.answer_here if self.link else words.answer)
        parts = [self._fill(words.dear), self._fill(words.said[self.what]), self.kept]
        parts += [self._fill(part) for part in (asked if self.what != "end" else ())]
        return "\n\n".join([*parts, words.end]) + "\n"

    def _fill(self, sentence: str) -> str:
        return sentence % {"name": self.name, "who": self.who, "day": self.day, "link": self.link}
