"""What was understood of a query, piece by piece, and why a hit is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.keys import meets
from indexer.search.amounts import spellings
from indexer.search.analysis import squeezed
from indexer.search.answers import Message, Piece
from indexer.search.highlight import Highlighter, Sought
from indexer.search.meaning import Meaning
from indexer.search.plan import Plan, leaves
from indexer.search.seam import Row
from indexer.search.tree import SETTINGS as _SETTINGS
from indexer.search.tree import (
    Exactly,
    Expr,
    Field,
    FileNumber,
    Fuzzy,
    Identifier,
    Near,
    Prefix,
    Word,
)

_SHOWN_FORMS = 10  # of an expansion, beside the piece


def pieces_of(plan: Plan, meaning: Meaning) -> tuple[Piece, ...]:
    """The query as it was read, in the order typed."""
    text = plan.query.text
    pieces = []
    for item in plan.query.items:
        expr = item.of
        if all(_is_dropped(leaf, plan) for leaf in leaves(expr)):
            continue  # not understood: there is a note
        pieces.append(
            Piece(
                start=item.start,
                end=item.end,
                text=text[item.start : item.end],
                role=_role(expr),
                sign=item.sign,
                field=expr.name if isinstance(expr, Field) else None,
                value=expr.value if isinstance(expr, Field) else None,
                also=_also(expr, meaning),
                without=without(text, item.start, item.end),
            )
        )
    return tuple(pieces)


def _is_dropped(leaf: Expr, plan: Plan) -> bool:
    is_filter = isinstance(leaf, Field) and leaf.name not in _SETTINGS
    return is_filter and leaf not in plan.filters


def without(text: str, start: int, end: int) -> str:
    """The query with one piece taken out."""
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def sought(plan: Plan, meaning: Meaning) -> list[Sought]:
    """What is to be marked in the texts, one for each part that a document is found by."""
    exprs = list(plan.leaves())
    telling = [expr for expr in exprs if not meaning.is_common(expr)] or exprs
    return [part for expr in telling if (part := _sought(expr, meaning)) is not None]


def reasons(
    row: Row, plan: Plan, highlighter: Highlighter, *, has_marks: bool
) -> tuple[Message, ...]:
    """Why a document is a hit, where its snippet does not say so."""
    return tuple(_reasons(row, plan, highlighter, has_marks=has_marks))


def _reasons(
    row: Row, plan: Plan, highlighter: Highlighter, *, has_marks: bool
) -> Iterator[Message]:
    text = plan.query.text
    for leaf in plan.leaves():
        typed = {"identifier": text[leaf.start : leaf.end]}
        if isinstance(leaf, FileNumber) and leaf.document == row.document:
            yield Message("opens", typed)
        elif isinstance(leaf, Identifier):
            if _has(leaf, row.bears):
                yield Message("bears", typed)
            elif _has(leaf, row.cites):
                yield Message("cites", typed)
    if not has_marks:
        if row.title and highlighter.marks(row.title, row.language):
            yield Message("in-title")
        elif highlighter.marks(row.path, row.language):
            yield Message("in-name")


def _has(leaf: Identifier, found: Sequence[tuple[str, str, str]]) -> bool:
    return any(
        scheme == reading.scheme and meets(groups, reading.groups)
        for reading in leaf.readings
        for scheme, _, groups in found
    )


def _role(expr: Expr) -> str:
    match expr:
        case Word():
            return "word"
        case Exactly() | Near():
            return "phrase"
        case Prefix():
            return "prefix"
        case Fuzzy():
            return "fuzzy"
        case Identifier():
            return "identifier"
        case FileNumber():
            return "document"
        case Field(_, _, name):
            return "setting" if name in _SETTINGS else "field"
        case _:
            return "group"


def _also(expr: Expr, meaning: Meaning) -> tuple[str, ...]:
    if isinstance(expr, Prefix | Fuzzy):
        found = meaning.expansions.get(expr)
        return found.terms[:_SHOWN_FORMS] if found else ()
    return ()


def _sought(expr: Expr, meaning: Meaning) -> Sought | None:
    match expr:
        case Word(_, _, found) if len(found) == 1:
            forms = frozenset(meaning.forms(expr))
            weight = meaning.statistics.idf(meaning.frequency(expr))
            return Sought(frozenset(found), forms, spellings(found), weight=weight)
        case Word(_, _, found):
            return Sought(phrases=(found, *spellings(found)), weight=5.0)
        case Exactly(_, _, found) if found:
            return Sought(phrases=(found,), weight=5.0)
        case Near():
            return Sought(words=frozenset(expr.tokens), weight=5.0)
        case Prefix() | Fuzzy():
            before = expr.tokens[:-1] if isinstance(expr, Prefix) else ()
            ends = meaning.expanded(expr)
            if before:
                return Sought(phrases=tuple((*before, end) for end in ends or ("",)), weight=3.0)
            return Sought(words=frozenset(ends), weight=3.0)
        case Identifier():
            keys = tuple(squeezed(reading.key) for reading in expr.readings)
            return Sought(phrases=(expr.tokens, *spellings(expr.tokens)), keys=keys, weight=10.0)
    return None
