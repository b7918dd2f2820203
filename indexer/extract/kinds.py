"""What kind of document a text is: by its title, the words of its first pages, its file name.

Each kind collects weight. A title is a short line near the head that is, or begins or ends with,
the kind's own word: it weighs up to 3, less the further down it stands. Cues add their weights. The
heaviest kind wins; below `LEAST` there is none and the answer is `other`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import splitext
from typing import Final

from archive.keys import lower_case
from archive.reading import Evidence, FactFound, ReadingContext
from archive.vocabulary import NOTHING
from indexer.extract.heads import HEAD_CHARS as CUE_CHARS
from indexer.extract.heads import Heads
from indexer.extract.kind_words import LABEL_KINDS, NAME_WORDS, PLURALS, SUFFIXES
from indexer.extract.label_rows import kind_of_number
from indexer.extract.phrases import file_name, first_written, quoting
from indexer.extract.rules import KindRules, kind_rules
from indexer.extract.titles import find_titles

#: A single weak cue is no evidence; cues alone must be several.
LEAST: Final = 1.0
LEAST_OF_CUES: Final = 2.0
NAME_WEIGHT: Final = 1.0
SHORT_NAME_WEIGHT: Final = 0.6
NUMBER_WEIGHT: Final = 2.2  # as a numbered title has
#: A kind's cues together: no more than a good title.
CUE_LIMIT: Final = 3.0

_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-zåäöü])(?=[A-ZÅÄÖ])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One piece of evidence: offsets are those of the page."""

    kind: str
    weight: float
    page: int
    start: int
    end: int
    rule: str


def kind_of(heads: Heads, context: ReadingContext) -> FactFound:
    """The kind, always one of vocabulary.KINDS, with the place that says it most clearly.

    `other` where nothing says more, with confidence 0. A kind that only the file's name tells has
    evidence `where="name"`.
    """
    name = file_name(context.path)
    by_suffix = SUFFIXES.get(splitext(name)[1].lower())
    if by_suffix:
        evidence = Evidence(where="name", quote=name)
        return FactFound("kind", by_suffix, evidence, confidence=0.95, rule="suffix")
    rules = kind_rules()
    seen = [_Seen(*title, "title") for title in find_titles(heads)]
    seen += _label_rows(heads)
    seen += _cues(heads, rules)
    named = name_kind(name, rules)
    if named is not None:
        seen.append(_Seen(*named, page=0, start=0, end=0, rule="name"))
    kind, confidence = _heaviest(seen)
    if kind is None:
        return FactFound("kind", "other", Evidence(), confidence=0.0, rule=NOTHING)
    best = max((found for found in seen if found.kind == kind), key=lambda found: found.weight)
    evidence = Evidence(where="name", quote=name)
    if best.rule != "name":
        evidence = quoting(Evidence(best.page, best.start, best.end), heads.pages)
    return FactFound("kind", kind, evidence, confidence=confidence, rule=best.rule)


def _heaviest(seen: Sequence[_Seen]) -> tuple[str | None, float]:
    """The kind with the most weight and how sure that is, or none: cues alone must be several."""
    weights = _weights(seen)
    if not weights:
        return None, 0.0
    (kind, weight), *others = sorted(weights.items(), key=lambda item: -item[1])
    rules = {found.rule for found in seen if found.kind == kind}
    least = {"cue": LEAST_OF_CUES, "name": SHORT_NAME_WEIGHT}
    if weight < (least.get(next(iter(rules)), LEAST) if len(rules) == 1 else LEAST):
        return None, 0.0
    rival = others[0][1] if others else 0.0
    return kind, round(min(0.99, weight / (weight + rival) * min(1.0, 0.4 + weight / 5)), 2)


def name_kind(name: str, rules: KindRules) -> tuple[str, float] | None:
    """The kind that a file's name tells, and its weight: `Inv 77.pdf`, `Ramavtal_Vik.docx`."""
    stem = _CAMEL.sub(" ", splitext(name)[0])
    words = [match.group().lower() for match in _WORD.finditer(stem)]
    found = [hit for at in range(len(words)) if (hit := rules.titles.at(words, at))]
    if found:
        return found[-1][1], NAME_WEIGHT
    short = next((NAME_WORDS[word] for word in words if word in NAME_WORDS), None)
    return (short, SHORT_NAME_WEIGHT) if short else None


def folder_kind(folder: str) -> str | None:
    """The kind that a folder's name tells, in the singular or plural: `Invoices`, `Fakturor`."""
    words = [match.group().lower() for match in _WORD.finditer(folder)]
    for ending, instead in PLURALS:
        if words and words[-1].endswith(ending):
            last = words[-1].removesuffix(ending) + instead
            named = name_kind(" ".join([*words[:-1], last]), kind_rules())
            if named:
                return named[0]
    return None


def _weights(seen: Sequence[_Seen]) -> dict[str, float]:
    """For each kind its best title, its cues up to their limit, and its name."""
    parts: dict[tuple[str, str], float] = {}
    for found in seen:
        place = found.kind, found.rule
        if found.rule in ("title", "label row"):
            parts[place] = max(parts.get(place, 0.0), found.weight)
        else:
            parts[place] = min(CUE_LIMIT, parts.get(place, 0.0) + found.weight)
    weights: dict[str, float] = {}
    for (kind, _), weight in parts.items():
        weights[kind] = weights.get(kind, 0.0) + weight
    return weights


def _label_rows(heads: Heads) -> Iterator[_Seen]:
    """`Invoice no;Order no;Total` over values: by the number that comes first, or an invoice's.

    An invoice's row names its order as well; the row of a delivery does, too.
    """
    page = first_written(heads.pages)
    if page is None:
        return
    for row in heads.of(page).rows:
        for start, (end, _) in row.cells.items():
            kind = kind_of_number(page.text[start:end])
            if kind in LABEL_KINDS or (kind and start == min(row.cells)):
                yield _Seen(kind, NUMBER_WEIGHT, page.number, start, end, "label row")


def _cues(heads: Heads, rules: KindRules) -> Iterator[_Seen]:
    """Each cue once, where it first stands at the start of a word."""
    left = CUE_CHARS
    done: set[str] = set()
    for page in heads.pages:
        if left <= 0:
            break
        places = [place for place in heads.of(page).cues if place[0] < left]
        text = lower_case(page.text[:left]) if places else ""
        left -= len(page.text)
        found: dict[str, int] = {}
        for start, cue in places:
            if cue not in done and start >= 0 and text.startswith(cue, start):
                done.add(cue)
                found[cue] = start
        for _, kind, weight, start, cue in sorted(
            (*rules.cues[cue], start, cue) for cue, start in found.items()
        ):
            yield _Seen(kind, weight, page.number, start, start + len(cue), "cue")
