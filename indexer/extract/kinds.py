"""What kind of document a text is: by its title, the words of its first pages, its file name.

Each kind collects weight. A title is a short line near the head that is, or begins or ends with,
the kind's own word: it weighs up to 3, less the further down it stands. Cues add their weights. The
heaviest kind wins; below `LEAST` there is none and the answer is `other`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from archive.keys import lower_case
from archive.reading import Evidence, FactFound, ReadingContext
from indexer.extract.heads import HEAD_CHARS as CUE_CHARS
from indexer.extract.heads import Heads
from indexer.extract.kind_words import (
    LABEL_KINDS,
    LABEL_WORDS,
    NAME_WORDS,
    PLURALS,
    SUFFIXES,
    TITLE_TAILS,
)
from indexer.extract.phrases import first_written, quoting
from indexer.extract.rules import KindRules, kind_rules

#: A single weak cue is no evidence; cues alone must be several.
LEAST: Final = 1.0
LEAST_OF_CUES: Final = 2.0
#: Titles stand in the first lines, cues in the first pages.
HEAD_LINES: Final = 50
HEAD_CHARS: Final = 4_000
#: A line longer than this is a sentence.
TITLE_CHARS: Final = 110
NAME_WEIGHT: Final = 1.0
SHORT_NAME_WEIGHT: Final = 0.6
#: A kind's cues together: no more than a good title.
CUE_LIMIT: Final = 3.0

_WORD: Final = re.compile(r"[^\W_]+")
#: A line, or a column of one: text laid out with wide gaps has several titles on a line.
_LINE: Final = re.compile(r"[^\S\n]*+\S[^\n]*")
_CELL: Final = re.compile(r"[^\s|]+(?: {1,2}[^\s|]+)*")
_COLUMN: Final = re.compile(r"[^\s;|][\t;|]\s*(?=[^\s;|])")
_LISTED: Final = re.compile(r"[-*•–] |\[|\d+(?:\.\d+)*[.)]? ")
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
    name = PurePosixPath(context.path.rpartition("!/")[2]).name
    by_suffix = SUFFIXES.get(PurePosixPath(name).suffix.lower())
    if by_suffix:
        evidence = Evidence(where="name", quote=name)
        return FactFound("kind", by_suffix, evidence, confidence=0.95, rule="suffix")
    rules = kind_rules()
    seen = [*_titles(heads, rules), *_cues(heads, rules)]
    named = name_kind(name, rules)
    if named is not None:
        seen.append(_Seen(*named, page=0, start=0, end=0, rule="name"))
    kind, confidence = _heaviest(seen)
    if kind is None:
        return FactFound("kind", "other", Evidence(), confidence=0.0, rule="nothing")
    best = max((found for found in seen if found.kind == kind), key=lambda found: found.weight)
    evidence = Evidence(where="name", quote=name)
    if best.rule != "name":
        evidence = quoting(Evidence(best.page, best.start, best.end), heads.written)
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
    stem = _CAMEL.sub(" ", PurePosixPath(name).stem)
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
        if found.rule == "title":
            parts[place] = max(parts.get(place, 0.0), found.weight)
        else:
            parts[place] = min(CUE_LIMIT, parts.get(place, 0.0) + found.weight)
    weights: dict[str, float] = {}
    for (kind, _), weight in parts.items():
        weights[kind] = weights.get(kind, 0.0) + weight
    return weights


def _titles(heads: Heads, rules: KindRules) -> Iterator[_Seen]:
    """Titles in the head of the first page that has text."""
    page = first_written(heads.pages)
    places = [place for place in heads.of(page).titles if place < HEAD_CHARS] if page else []
    if page is None or not places:
        return
    lines = list(islice(_LINE.finditer(page.text, 0, HEAD_CHARS), HEAD_LINES))
    starts = [line.start() for line in lines]
    # Only lines with a word of a title.
    for position in sorted({bisect_right(starts, place) - 1 for place in places}):
        line = lines[position]
        if len(_COLUMN.findall(line.group())) > 1:
            continue  # the head of a table
        # Half of the weight is left at the foot of the head.
        place = 1.0 - 0.5 * max(0, position - 10) / (HEAD_LINES - 10)
        for cell in _CELL.finditer(page.text, *line.span()):
            text = cell.group()
            if len(text) > TITLE_CHARS or _LISTED.match(text):
                continue
            found = _title_in(text, rules)
            if found is not None:
                kind, weight, start, end = found
                start, end = cell.start() + start, cell.start() + end
                yield _Seen(kind, weight * place, page.number, start, end, "title")


def _title_in(line: str, rules: KindRules) -> tuple[str, float, int, int] | None:
    """The title in one line: its kind, its weight, its place in the line.

    Of titles that follow each other directly the last is meant: a *purchase order agreement* is
    an agreement, a *contract amendment* an amendment.
    """
    spots = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(line)]
    words = [word.lower() for word, _, _ in spots]
    done = 0
    for first in range(len(words)):
        hit = rules.titles.at(words, first) if first >= done else None
        if hit is None:
            continue
        after, kind = first + hit[0], hit[1]
        while after < len(words) and (following := rules.titles.at(words, after)):
            after, kind = after + following[0], following[1]
        weight = _title_weight(line, spots, first, after, kind)
        if weight:
            return kind, weight, spots[first][1], spots[after - 1][2]
        done = after
    return None


def _title_weight(
    line: str, spots: list[tuple[str, int, int]], first: int, after: int, kind: str
) -> float:
    """How much a line looks like a title: 3 for the title alone, 0 for a sentence or label."""
    start, end = spots[first][1], spots[after - 1][2]
    before, rest = line[:start], line[end:]
    depth = len(before) - len(before.lstrip("#")) if before.startswith("#") else 0
    heading = 0.3 if depth > 1 else 1.0
    proud = line[start].isupper()
    clean_before = not before.strip("#*_=-–—•| \t\"'“”«»([<>/.:0123456789")
    rest_words = [word.lower() for word, _, _ in spots[after:]]
    numbered = any(char.isdigit() for char in rest.split(maxsplit=1)[0]) if rest_words else False
    if clean_before and not rest_words:
        return 3.0 * heading if proud or rest.strip() == "" else 2.0
    if clean_before and proud:
        following = rest_words[0]
        if numbered:
            return 2.4 * heading
        if following in TITLE_TAILS:
            return 2.2 * heading
        if following in LABEL_WORDS:
            return 1.0 if kind in LABEL_KINDS else 0.0
        if depth == 1 or rest.lstrip()[:1] in "-–—:|,(/":
            return 1.5 * heading
        return 0.0
    if proud and first <= 8 and (not rest_words or numbered):
        upper = sum(word[0].isupper() or word[0].isdigit() for word, _, _ in spots[:first])
        return 2.4 * heading if 2 * upper >= first else 0.0
    return 0.0


def _cues(heads: Heads, rules: KindRules) -> Iterator[_Seen]:
    """Each cue once, where it first stands at the start of a word."""
    left = CUE_CHARS
    done: set[str] = set()
    for page in heads.pages:
        if left <= 0:
            break
        words = {word for start, word in heads.of(page).cues if start < left}
        text = lower_case(page.text[:left]) if words else ""
        left -= len(page.text)
        for word in sorted(words):
            for cue, kind, weight in rules.cues[word]:
                start = text.find(cue) if cue not in done else -1
                while start > 0 and text[start - 1].isalnum():
                    start = text.find(cue, start + 1)
                if start >= 0:
                    done.add(cue)
                    yield _Seen(kind, weight, page.number, start, start + len(cue), "cue")
