"""Words that our readers find, of all that well-kept other readers find in the same files.

Per format: every distinct word of a file that at least one witness says (bench.witnesses), over
all files in ../shared/corpora but the hostile ones, which take witnesses down. A word is two or
more letters or digits, NFKC, case-folded. One of six letters or more also counts as found where
it stands in our text with other letters around it or a line end inside: some witnesses glue the
cells of a row, or split a word. What is encrypted or refused counts for nobody; a file that only
a witness can read counts whole against us. Children are not searched: their words are their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from archive.reading import Reading
from bench.context import Context
from bench.figures import Figure, NotMeasurable, at_least
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read

TARGET: Final = 0.97
LEFT_OUT: Final = ("hostile", "truth", "manifest.jsonl")
_BY_MEDIA_TYPE: Final = {
    "wordprocessingml.document": "docx", "presentationml.presentation": "pptx",
    "opendocument.text": "odt", "spreadsheetml.sheet": "xlsx", "/rtf": "rtf", "text/html": "html",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]{2,}")
_LONG = 6
_SHOWN_WORST = 2
_NOBODYS = ("encrypted", "refused")


@dataclass(slots=True)
class Tally:
    """What was found of one format."""

    found: int = 0
    said: int = 0
    files: int = 0
    worst: list[tuple[float, str, list[str]]] = field(default_factory=list)

    def add(self, name: str, text: str, said: set[str]) -> None:
        """One file: our text of it, and the words that witnesses say."""
        missing = sorted(said - found_words(text, said))
        self.files += 1
        self.said += len(said)
        self.found += len(said) - len(missing)
        if missing:
            self.worst.append((1 - len(missing) / len(said), name, missing[:6]))

    def figure(self, kind: str) -> Figure:
        worst = "; ".join(
            f"{name} {share:.2f} ({', '.join(missing)})"
            for share, name, missing in sorted(self.worst)[:_SHOWN_WORST]
        )
        note = f"{self.found:,} of {self.said:,} words in {self.files} files"
        note = f"{note}; worst: {worst}" if worst else note
        return at_least(f"words of {kind.upper()}", self.found / self.said, "", TARGET, note=note)


def run(context: Context) -> list[Figure]:
    try:
        from bench import witnesses
    except ImportError as error:
        raise NotMeasurable(f"a witness is not installed: {error}") from error
    tallies = {kind: Tally() for kind in witnesses.WITNESSES}
    for path in _files(context.shared("corpora")):
        data = path.read_bytes()
        reading = read(data, path.name, Limits())
        kind = kind_of(reading)
        if kind is None or reading.reason_code in _NOBODYS:
            continue
        said: set[str] = set()
        for witness in witnesses.WITNESSES[kind].values():
            said |= words(witnesses.asked(witness, data))
        if said:
            tallies[kind].add(path.name, "\n".join(page.text for page in reading.pages), said)
    return [tally.figure(kind) for kind, tally in tallies.items() if tally.said]


def words(text: str) -> set[str]:
    """The distinct words of a text; soft hyphens and joiners are no letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return set(_WORD.findall(re.sub("[\xad\u200b-\u200d\u2060\ufeff]", "", plain)))


def found_words(text: str, said: set[str]) -> set[str]:
    """Which of the words that are said our text holds."""
    ours = words(text)
    squeezed = "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
    return {word for word in said if word in ours or (len(word) >= _LONG and word in squeezed)}


def kind_of(reading: Reading) -> str | None:
    """The format, where it is one that has witnesses."""
    return next((k for end, k in _BY_MEDIA_TYPE.items() if reading.media_type.endswith(end)), None)


def _files(corpora: Path) -> Iterator[Path]:
    for entry in sorted(corpora.iterdir()):
        if entry.name not in LEFT_OUT:
            yield from (path for path in sorted((entry, *entry.rglob("*"))) if path.is_file())
