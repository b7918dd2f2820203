"""What to ask where nothing is found: spelling, fewer filters, other languages, all versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from indexer.search.answers import Message, Suggestion
from indexer.search.expand import spelled_alike
from indexer.search.explain import without
from indexer.search.meaning import Meaning
from indexer.search.plan import Plan, words_of
from indexer.search.tree import Field, Word

_SHORTEST = 3  # letters of a word that another spelling is looked for


def suggestions(
    plan: Plan, meaning: Meaning, count: Callable[[Plan], int]
) -> tuple[Suggestion, ...]:
    """Other queries that do find something in the asked folders, the nearest first."""
    tried = (_spelled(plan, meaning), *_fewer(plan), _older(plan))
    found = []
    for proposal in tried:
        if proposal is None:
            continue
        other, query, message = proposal
        if total := count(other):
            found.append(Suggestion(query, total, message))
    return tuple(found)


def _spelled(plan: Plan, meaning: Meaning) -> tuple[Plan, str, Message] | None:
    """The query with every word that is nowhere in its likeliest other spelling."""
    text, soft = plan.query.text, []
    for expr in reversed(plan.soft):
        word = words_of(expr)
        other = None
        if word and not meaning.frequency(word) and len(word.tokens[0]) >= _SHORTEST:
            other = spelled_alike(meaning.snapshots, word.tokens[0])
        if other:
            text = text[: expr.start] + other + text[expr.end :]
        soft.append(Word(expr.start, expr.end, (other,)) if other else expr)
    if text == plan.query.text:
        return None
    found = replace(plan, soft=tuple(reversed(soft)))
    return found, text, Message("try-spelling", {"words": text})


def _fewer(plan: Plan) -> Iterator[tuple[Plan, str, Message]]:
    """The query without each of its filters in turn."""
    for expr in plan.hard:
        if isinstance(expr, Field):
            yield _dropped(plan, expr)


def _dropped(plan: Plan, expr: Field) -> tuple[Plan, str, Message]:
    text = plan.query.text
    is_language = expr.name == "language"
    message = Message(
        "try-other-languages" if is_language else "try-without",
        {"piece": text[expr.start : expr.end]},
    )
    fewer = replace(plan, hard=tuple(other for other in plan.hard if other != expr))
    return fewer, without(text, expr.start, expr.end), message


def _older(plan: Plan) -> tuple[Plan, str, Message] | None:
    if plan.all_versions or plan.as_of is not None:
        return None
    query = f"{plan.query.text} versions:all".strip()
    return replace(plan, all_versions=True), query, Message("try-all-versions")
