"""Registered names that have no shape of their own, found by dictionary: products, milestones, parties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.keys import fold, groups_of
from archive.reading import Evidence, MentionFound, Name, PageText

_WORD: Final = re.compile(r"[^\W_]+")
#: A name of one short word is also a word of the language ("Aurora" is not, "Arc" may be): it must
#: be written as registered.
_SHORT: Final = 5


class NameFinder:
    """Looks for many names at once: the first word of each is looked up, then the whole compared.

    Cost grows with the words of the text, not with the number of names.
    """

    def __init__(self, names: Sequence[Name]) -> None:
        self.by_first: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
        for name in names:
            words = tuple(match.group() for match in _WORD.finditer(fold(name.text).lower))
            if words:
                self.by_first.setdefault(words[0], []).append((words, name))
        for entries in self.by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))  # the longest name wins

    def find(self, page: PageText) -> list[MentionFound]:
        """The names on a page, none over another; the longest of those that begin at one place."""
        folded = fold(page.text)
        words = [
            (match.group(), match.start(), match.end()) for match in _WORD.finditer(folded.lower)
        ]
        found: list[MentionFound] = []
        index = 0
        while index < len(words):
            entries = self.by_first.get(words[index][0])
            taken = 1
            for wanted, name in entries or ():
                run = words[index : index + len(wanted)]
                if tuple(word for word, _, _ in run) != wanted:
                    continue
                start, end = folded.at(run[0][1]), folded.end(run[-1][2])
                quote = page.text[start:end]
                if not _is_meant(name.text, quote):
                    continue
                found.append(_mention(page, name, start, end))
                taken = len(wanted)
            index += taken
        return found


def find_names(pages: Sequence[PageText], names: Sequence[Name]) -> list[MentionFound]:
    """All places where a registered name stands as whole words, by page and place."""
    if not names:
        return []
    finder = NameFinder(names)
    return [mention for page in pages for mention in finder.find(page)]


def _is_meant(registered: str, quote: str) -> bool:
    """Whether the spelling can be the name: the same case, or all upper case, or a long name."""
    one_word = _WORD.fullmatch(registered) is not None
    if one_word and len(registered) <= _SHORT:
        return quote == registered
    if one_word:
        return (
            quote == registered or quote.isupper() or quote[0].isupper() == registered[0].isupper()
        )
    return "\n\n" not in quote


def _mention(page: PageText, name: Name, start: int, end: int) -> MentionFound:
    quote = page.text[start:end]
    evidence = Evidence(page.number, start, end, quote)
    return MentionFound(
        name.scheme,
        name.text,
        name.key,
        groups_of(name.text),
        evidence,
        "cites",
        rule="registered name",
    )
