"""What people called documents teaches the kind of others of their collection, in words.

A sign is what a document shows at once: how one of its first lines begins, how its file's name
begins, the folder it lies in. A sign that documents of one kind bear, and next to none of another,
is a lesson. Lessons speak only where rules leave the kind open, and where they agree.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import splitext
from typing import Final

from archive.keys import lower_case
from archive.parties import FORMS
from archive.reading import Evidence, Extraction, FactFound, PageText

#: The rule of such a kind.
TAUGHT: Final = "people called others so"
#: A kind that rules are less sure of is open; pages mark it as doubtful.
CLEAR: Final = 0.6
CONFIDENCE: Final = 0.7
LEAST_EXAMPLES: Final = 3  # documents that people called so
LEAST_SHARE: Final = 0.9  # of all documents of a known kind that bear the sign
LEAST_OTHERS: Final = 3  # documents of other kinds, to see what is common to all: letterheads
LINES: Final = 6
HEAD_CHARS: Final = 500  # of page 1
MOST_WORDS: Final = 4
LEAST_LETTERS: Final = {"line": 5, "name": 2}

_LINE: Final = re.compile(r"[^\n]*[^\W\d_][^\n]*")
_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-zåäöü])(?=[A-ZÅÄÖ])|(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True)
class Sign:
    """`line` and `name` by their first words in lower case, `folder` as ROOT/folder."""

    place: str  # line | name | folder
    words: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Documents with this sign are of this kind, as so many were called by people."""

    sign: Sign
    kind: str
    documents: int


@dataclass(frozen=True, slots=True)
class Example:
    """A document whose kind is known, by a person or by clear rules."""

    document_id: int
    kind: str
    is_said: bool  # by a person
    signs: Collection[Sign]


def signs_of(path: str, head: str) -> dict[Sign, Evidence]:
    """All signs of a document, each with where it stands: path as it is read, text of page 1."""
    folder, _, name = path.partition("!/")[0].rpartition("/")
    found: dict[Sign, Evidence] = {}
    for match in list(_LINE.finditer(head[:HEAD_CHARS]))[:LINES]:
        if FORMS.keys().isdisjoint(_WORD.findall(lower_case(match[0]))):  # no company's name
            for words, start, end in _beginnings(match[0], "line"):
                place = Evidence(1, match.start() + start, match.start() + end, match[0][start:end])
                found.setdefault(Sign("line", words), place)
    name = path.rpartition("/")[2]
    for words, _, _ in _beginnings(_CAMEL.sub(" ", splitext(name)[0]), "name"):
        found[Sign("name", words)] = Evidence(quote=name, where="name")
    if folder and "!/" not in path:
        found[Sign("folder", folder)] = Evidence(quote=folder, where="folder")
    return found


def _beginnings(text: str, place: str) -> Iterator[tuple[str, int, int]]:
    """The first word, the first two, …, up to the first that has a digit; with their stretch."""
    words: list[str] = []
    start = None
    for match in _WORD.finditer(text):
        if not match[0].isalpha() or len(words) == MOST_WORDS:
            return
        start = match.start() if start is None else start
        words.append(lower_case(match[0]))
        if sum(map(len, words)) >= LEAST_LETTERS[place]:
            yield " ".join(words), start, match.end()


def shared(said: Iterable[Example]) -> set[Sign]:
    """Signs that enough documents bear which people called alike."""
    bearers: dict[tuple[Sign, str], set[int]] = defaultdict(set)
    for example in said:
        for sign in example.signs:
            bearers[sign, example.kind].add(example.document_id)
    return {sign for (sign, _), found in bearers.items() if len(found) >= LEAST_EXAMPLES}


def learn(examples: Iterable[Example]) -> list[Lesson]:
    """What the documents of a collection teach, whatever their order."""
    bearers: dict[Sign, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    said: dict[tuple[Sign, str], set[int]] = defaultdict(set)
    kinds: dict[str, set[int]] = defaultdict(set)
    for example in examples:
        kinds[example.kind].add(example.document_id)
        for sign in example.signs:
            bearers[sign][example.kind].add(example.document_id)
            if example.is_said:
                said[sign, example.kind].add(example.document_id)
    lessons = {}
    for (sign, kind), documents in said.items():
        others = sum(len(found) for other, found in kinds.items() if other != kind)
        borne = bearers[sign]
        share = len(borne[kind]) / sum(map(len, borne.values()))
        if len(documents) >= LEAST_EXAMPLES and others >= LEAST_OTHERS and share >= LEAST_SHARE:
            lessons[sign] = Lesson(sign, kind, len(documents))
    return sorted(
        (lesson for lesson in lessons.values() if not _is_said_shorter(lesson, lessons)),
        key=lambda lesson: (lesson.sign.place, lesson.sign.words),
    )


def _is_said_shorter(lesson: Lesson, lessons: Mapping[Sign, Lesson]) -> bool:
    """Does the beginning of these words teach the same?"""
    words = lesson.sign.words.split(" ") if lesson.sign.place != "folder" else []
    shorter = (lessons.get(Sign(lesson.sign.place, " ".join(words[:n]))) for n in range(len(words)))
    return any(one is not None and one.kind == lesson.kind for one in shorter)


def taught(lessons: Mapping[Sign, Lesson], path: str, head: str) -> FactFound | None:
    """The kind that the lessons of its collection give a document; none where they disagree."""
    signs = signs_of(path, head) if lessons else {}
    found = [lessons[sign] for sign in signs if sign in lessons]
    if len({lesson.kind for lesson in found}) != 1:
        return None
    best = max(found, key=lambda lesson: (lesson.documents, lesson.sign.place, lesson.sign.words))
    return FactFound(
        "kind", best.kind, signs[best.sign], confidence=CONFIDENCE, rule=TAUGHT,
        origin="folder" if best.sign.place == "folder" else "text",
    )  # fmt: skip


def with_taught_kind(
    extraction: Extraction, lessons: Mapping[Sign, Lesson], path: str, pages: Sequence[PageText]
) -> Extraction:
    """What was found, with the kind that people have taught where rules leave it open."""
    head = next((page.text for page in pages if page.number == 1), None)
    is_clear = any(fact.name == "kind" and fact.confidence >= CLEAR for fact in extraction.facts)
    fact = None if is_clear or head is None else taught(lessons, path, head)
    if fact is None:
        return extraction
    others = [known for known in extraction.facts if known.name != "kind"]
    return replace(extraction, facts=(fact, *others))
