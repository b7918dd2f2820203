"""A scheme made from a handful of examples: what they have in common becomes its pattern.

`SP-200` and `SP 1034` give `\\bSP[-\\s]?(?P<number>\\d{3,5}…)`, ending where no part follows, not
behind the 200 of `SP-200-15`. Numbers of digits alone look like amounts and days: they are told by
the words before them, and by nothing else.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from archive.errors import UsageError
from archive.keys import fold
from archive.scheme_types import CompiledScheme, Scheme, Schemes
from archive.spots import find_spots

MOST_EXAMPLES: Final = 50
LONGEST: Final = 60  # characters of an example
_TOKEN: Final = re.compile(r"(?P<letters>[^\W\d_]+)|(?P<digits>\d+)|(?P<between>[\W_]+)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LOOSE: Final = frozenset("- ")  # typed for one another
_MORE_DIGITS: Final = 1  # than the longest example has: numbers grow

#: An example in runs of letters and of digits, with what stands before each run.
Runs = tuple[tuple[str, str, str], ...]  # (kind, text, between)


def draft(
    name: str,
    bearer: str,
    examples: Sequence[str],
    *,
    counter_examples: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> Scheme:
    """The scheme of these numbers, not yet checked; `labels` are words that stand before them.

    Raises `UsageError` where the examples say too little.
    """
    if not examples:
        raise UsageError("Give at least one example.")
    shapes: dict[tuple[str, ...], list[Runs]] = defaultdict(list)
    for example in examples[:MOST_EXAMPLES]:
        runs = _runs(example)
        if not any(kind == "digits" for kind, _, _ in runs) or len(example) > LONGEST:
            raise UsageError("%(example)s is no number: give one that has digits.", example=example)
        shapes[tuple(kind for kind, _, _ in runs)].append(runs)
    with_letters = [runs for kinds, runs in shapes.items() if "letters" in kinds]
    if len(with_letters) < len(shapes) and not labels:
        raise UsageError(
            "Numbers of digits alone are told by the words before them: say which these are."
        )
    is_plain = len(with_letters) < len(shapes)  # some are digits alone: any may follow a label
    head = _head([runs for shape in with_letters for runs in shape])
    scheme = Scheme(
        name=name,
        bearer=bearer,
        patterns=() if is_plain else tuple(_pattern(runs, head) for runs in with_letters),
        key=f"{'' if is_plain else head}{{number}}",
        own_labels=tuple(labels),
        counter_examples=tuple(counter_examples),
    )
    before = f"{labels[0]}: " if is_plain else ""
    compiled = CompiledScheme(scheme)
    found = [(f"{before}{example}", compiled.key_of(example)[0]) for example in examples]
    return Scheme(
        name, bearer, scheme.patterns, scheme.key, scheme.own_labels,
        examples=tuple(found), counter_examples=scheme.counter_examples,
    )  # fmt: skip


def found_in(scheme: Scheme, text: str) -> list[str]:
    """The numbers of a scheme in a text, as they are written there."""
    return [spot.written for spot in find_spots(Schemes([scheme]), text, frozenset([scheme.name]))]


def in_toml(scheme: Scheme) -> str:
    """The scheme as a `[[schemes]]` block of the configuration."""
    lines = ["[[schemes]]", f"name = {_toml(scheme.name)}", f"bearer = {_toml(scheme.bearer)}"]
    if scheme.patterns:
        lines.append(f"patterns = [{', '.join(map(_literal, scheme.patterns))}]")
        lines.append(f"key = {_toml(scheme.key)}")
    if scheme.own_labels:
        lines.append(f"own_labels = {_toml(list(scheme.own_labels))}")
    lines.append(f"examples = {_toml([list(pair) for pair in scheme.examples])}")
    if scheme.counter_examples:
        lines.append(f"counter_examples = {_toml(list(scheme.counter_examples))}")
    return "\n".join(lines) + "\n"


def _runs(example: str) -> Runs:
    found, between = [], ""
    for match in _TOKEN.finditer(fold(example.strip()).text):
        if match.lastgroup == "between":
            between = match.group()
        else:
            found.append((match.lastgroup or "", match.group(), between))
            between = ""
    return tuple(found)


def _head(examples: Sequence[Runs]) -> str:
    """The letters that all of them begin with, in upper case; "" where they differ."""
    heads = {runs[0][1].upper() if runs[0][0] == "letters" else "" for runs in examples}
    return heads.pop() if len(heads) == 1 else ""


def _pattern(examples: Sequence[Runs], head: str) -> str:
    """What matches all of these, runs of one kind in one order; the number stands behind `head`."""
    columns = list(zip(*examples, strict=True))
    parts = []
    for index, column in enumerate(columns[1:] if head else columns):
        between = "" if index == 0 else _between({one[2] for one in column})
        parts.append(between + _run(column[0][0], [text for _, text, _ in column]))
    opening = re.escape(head) + _between({one[2] for one in columns[1]} | {""}) if head else ""
    kind, digits = columns[-1][0][0], [len(text) for _, text, _ in columns[-1]]
    return rf"\b{opening}(?P<number>{''.join(parts)}{_end(digits if kind == 'digits' else [])})"


def _end(lengths: Sequence[int]) -> str:
    """Where a number ends whose last run has so many digits: not before a further part of it.

    A slash may stand before the next number of a list, PO-113/114, which is as long, and no year.
    """
    if not lengths:
        return r"(?![^\W_]|[-/]\d)"
    listed = rf"\d{{{max(2, min(lengths))},{max(lengths) + _MORE_DIGITS}}}\b"
    return rf"(?![^\W_]|-\d|/(?!{listed})\d|/{_YEAR.pattern}\b)"


def _run(kind: str, texts: Sequence[str]) -> str:
    lengths = sorted(map(len, texts))
    if kind == "letters":
        same = {text.upper() for text in texts}
        return re.escape(same.pop()) if len(same) == 1 else rf"[^\W\d_]{_times(lengths)}"
    if all(_YEAR.fullmatch(text) for text in texts):
        return r"(?:19|20)\d\d"
    return rf"\d{{{lengths[0]},{lengths[-1] + _MORE_DIGITS}}}"


def _times(lengths: Sequence[int]) -> str:
    return f"{{{lengths[0]},{lengths[-1]}}}"


def _between(seen: Iterable[str]) -> str:
    """What may stand between two runs: a dash and a space are typed for one another."""
    seen = set(seen)
    signs = {sign for text in seen for sign in text}
    if not signs:
        return ""
    if signs & _LOOSE:
        signs |= _LOOSE
    plain = "".join(r"\s" if sign == " " else re.escape(sign) for sign in sorted(signs - {"-"}))
    return f"[{'-' if '-' in signs else ''}{plain}]" + ("?" if "" in seen else "")


def _toml(value: object) -> str:
    """A string or list as TOML: its basic strings and arrays are written like those of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _literal(pattern: str) -> str:
    """A pattern as a literal string, in which a backslash is one."""
    return f"'{pattern}'" if "'" not in pattern else _toml(pattern)
