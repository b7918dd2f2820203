"""Which law governs a contract, as it says: `State of Delaware`, `English law`, `svensk rätt`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from archive.keys import lower_case
from archive.reading import FactFound, PageText
from indexer.extract.facts_trade import evidence
from indexer.extract.windows import windows

LAW_CHARS: Final = 400_000  # of a contract's text that are looked through
#: Without one of these, and one of those near it, no wording says which law governs. The longest
#: begins so many characters before its word for law, and ends so many behind.
_LAW_WORDS: Final = ("law", "lag", "rätt")
_RULING_WORDS: Final = (
    "govern", "constru", "interpret", "enforced", "control", "settled", "resolved", "shall",
    "will", "appl", "avtal", "tvist", "tolk", "regler", "lyder", "tillämp", "underkasta", "ska",
    "är", "gäller",
)  # fmt: skip
_BEFORE: Final = 250
_AFTER: Final = 600

#: A country or state; what follows it in a sentence in capitals is none of its name.
_END: Final = (
    r"(?!(?:WITHOUT|APPLICABLE|APPLYING|EXCLUDING|EXCEPT|EXCLUSIVE|NOT|AND|AS|BUT|IN|TO|WHICH|WITH|SHALL|"
    r"REGARDLESS|GOVERN\w*|FOR|THAT|OTHER|ARE|IS|ONLY|IRRESPECTIVE|The|Any|All|Each|This|Without|If|"
    r"Exclu\w+)\b)"
)
_WORD: Final = _END + r"[A-ZÅÄÖ][\w'’.-]*\w"
_PLACE: Final = (
    rf"(?:[Tt]he\s+|THE\s+)?(?P<place>(?:(?:{_WORD})(?:\s+(?:of|OF)\s+(?:[Tt]he\s+|THE\s+)?|\s+)){{0,3}}?"
    rf"{_WORD}(?:\s+(?:(?:of|OF)\s+(?:[Tt]he\s+)?)?{_WORD}){{0,4}}"
    r"(?:\s+(?:and|AND)\s+(?:Wales|WALES|Tobago|Herzegovina|Barbuda|Labrador|Nevis)\b)?)"
)
_LAWS: Final = r"[Ll](?:aws?|AWS?)(?:\s+(?:in\s+force|IN\s+FORCE))?\s+(?:of|OF|in|IN)\s+"
_GOVERNED: Final = (
    r"\b(?i:governed|construed|interpreted|enforced|controlled|constructed|governing\s+law\s+is|"
    r"settled|resolved)\b"
)
_NO_LAW: Final = (
    r"(?:Applicable|Governing|Such|Federal|Any|The|All|International|Common|State|Local)\b"
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], float], ...]:
    """The wordings with how sure each is, compiled once a process."""
    far = r"(?:(?!\b(?:organi[sz]ed|existing|incorporated|conflicts?)\b)[^;]){0,160}?"
    swedish = (
        r"(?P<place>(?i:svensk|finsk|norsk|dansk|tysk|engelsk|åländsk)\w*\s+(?:materiell\s+)?"
        r"(?:rätt|lag(?:ar|stiftning)?))\b"
    )
    return (
        (re.compile(rf"{_GOVERNED}{far}\b{_LAWS}{_PLACE}"), 0.92),
        (
            re.compile(
                rf"\b(?:The|the|THE)\s+(?:[a-z]+\s+)?{_LAWS}{_PLACE}"
                r"[^.;]{0,120}?\b(?i:govern|shall\s+apply|will\s+apply|applies|controls?)\b"
            ),
            0.9,
        ),
        (
            re.compile(
                rf"{_GOVERNED}{far}\s(?:by|under|with|to)\s+(?:the\s+)?"
                rf"(?P<place>(?!{_NO_LAW})[A-Z][a-z]+(?:\s[A-Z][a-z]+)?\s+[Ll]aws?)\b"
            ),
            0.9,
        ),
        (
            re.compile(
                rf"(?P<place>\b(?!{_NO_LAW})[A-Z][a-z]+(?:\s[A-Z][a-z]+)?\s+law)\s+(?:shall|will)\s+"
                r"(?:govern|apply|be\s+applicable)\b"
            ),
            0.9,
        ),
        (
            re.compile(
                r"(?i:\b(?:avtal\w*|tvist\w*|tolk\w*|regler\w*|lyder|tillämp\w*|underkasta\w*)\b"
                rf"[^.;]{{0,120}}?)\b{swedish}"
            ),
            0.9,
        ),
        (re.compile(rf"\b{swedish}\s+(?:ska|skall|är|gäller|tillämpas)\b"), 0.85),
        (
            re.compile(
                rf"(?i:\b(?:governing|applicable)\s+law|\btillämplig\s+lag)[ \t]*:[ \t]*"
                rf"(?:{swedish.replace('?P<place>', '?P<swedish>')}|{_PLACE})"
            ),
            0.9,
        ),
    )


def governing_law(pages: Sequence[PageText]) -> FactFound | None:
    """The first clause that says it."""
    left = LAW_CHARS
    for page in pages:
        found = _first(page.text[: max(0, left)])
        if found is not None:
            match, sure = found
            named = match.groupdict()
            group = "place" if named.get("place") else "swedish"
            start, end = match.span(group)
            value = " ".join(page.text[start:end].split())
            where = evidence(page, start, end)
            return FactFound("governing_law", value, where, confidence=sure, rule="law clause")
        left -= len(page.text)
        if left <= 0:
            break
    return None


def _first(text: str) -> tuple[re.Match[str], float] | None:
    """The wording that begins first, with how sure it is."""
    lower = lower_case(text)
    for start, end in windows(lower, _LAW_WORDS, _BEFORE, _AFTER):
        if not any(lower.find(word, start, end) >= 0 for word in _RULING_WORDS):
            continue
        found = [
            (match, sure)
            for pattern, sure in _patterns()
            if (match := pattern.search(text, start, end))
        ]
        if found:
            return min(found, key=lambda one: one[0].start())
    return None
