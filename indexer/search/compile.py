"""A plan as the query trees that each asked folder's engine is given.

A folder scores with its own statistics; `Statistics.boost` evens its idf out to that of all asked
folders together, so that a rare word is rare in all of them alike. Which documents match never
hangs on another folder; expansions and boosts come from the asked ones and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from indexer.search.amounts import spellings
from indexer.search.fields import NEVER, entry_term, spans_hold, wanted_terms
from indexer.search.filters import Begins, Entry, Filter, InCollection, Is, Named, OfParty, Within
from indexer.search.meaning import MOST_WEIGHED, Meaning
from indexer.search.plan import Plan, words_of
from indexer.search.seam import (
    AnyTerm,
    Between,
    Bool,
    Every,
    FolderHandle,
    Node,
    Phrase,
    Snapshot,
    Term,
)
from indexer.search.tree import (
    Either,
    Exactly,
    Expr,
    Field,
    FileNumber,
    Fuzzy,
    Identifier,
    Item,
    Near,
    Prefix,
    Together,
    Word,
)

# Weights beside 1.0 for a word's base form in the text. Chosen on Cranfield, where each alone is
# better than none, and flat around these values.
_TITLE: Final = 0.4
_SAME_FORM: Final = 0.2
_PAIR: Final = 0.3
_PAIRED: Final = 5  # words at most of a query whose words' order says something: no question
_PAIR_SLOP: Final = 2  # other words between two that stand side by side in the query
_BEARS: Final = 100.0  # above every sum of words: the document itself comes first,
_CITES: Final = 50.0  # then those that cite it

_NOTHING: Final = AnyTerm("key", ())


class Compiler:
    """Makes the trees for one folder."""

    def __init__(
        self, plan: Plan, folder: FolderHandle, snapshot: Snapshot, meaning: Meaning
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._snapshot = snapshot
        self._meaning = meaning

    def with_all(self) -> Node:
        """Documents that have all of it."""
        plan = self._plan
        words = [self.node(expr) for expr in plan.soft]
        return Bool(
            must=tuple(words + [self.node(e) for e in plan.hard if not isinstance(e, Field)]),
            should=tuple(self._extras()),
            without=self._without(),
            keep=self._keep(),
        )

    def with_some(self, *, apart_from_all: bool) -> Node:
        """Documents that have some of the words; `apart_from_all`: and not all of them."""
        plan, meaning = self._plan, self._meaning
        telling: list[Node] = []
        common: list[Node] = []
        for expr in dict.fromkeys(part for soft in plan.soft for part in _parted(soft)):
            (common if meaning.is_common(expr) else telling).append(self.node(expr))
        if not telling:
            telling, common = common, []
        without = self._without()
        if apart_from_all:
            without = (*without, Bool(must=tuple(self.node(expr) for expr in plan.soft)))
        hard = [self.node(e) for e in plan.hard if not isinstance(e, Field)]
        return Bool(
            must=(Bool(should=tuple(telling)), *hard),
            should=(*common, *self._extras()),
            without=without,
            keep=self._keep(),
        )

    def node(self, expr: Expr) -> Node:
        """The tree of one part of the query."""
        match expr:
            case Word():
                return self._word(expr)
            case Exactly() | Near():
                return self._placed(expr)
            case Prefix():
                return self._prefix(expr)
            case Fuzzy():
                return self._any(self._meaning.expanded(expr))
            case Identifier():
                return self._identifier(expr)
            case FileNumber(_, _, document, typed):
                itself = AnyTerm("document", (document,), _BEARS)
                return Bool(should=(itself, self._phrase(typed)))
            case Field():
                return self._filter(expr, self._plan.filters[expr])
            case Either(_, _, parts):
                return Bool(should=tuple(self._item(part) for part in parts))
            case Together():
                return self._together(expr)

    def _together(self, expr: Together) -> Node:
        return Bool(
            must=tuple(self.node(part.of) for part in expr.parts if part.sign != "-"),
            without=tuple(self.node(part.of) for part in expr.parts if part.sign == "-"),
        )

    def _item(self, item: Item) -> Node:
        node = self.node(item.of)
        return Bool(without=(node,)) if item.sign == "-" else node

    def _word(self, word: Word) -> Node:
        found = self._phrase(word.tokens) if len(word.tokens) > 1 else self._plain(word)
        return self._spelled(found, word.tokens)

    def _spelled(self, found: Node, texts: tuple[str, ...]) -> Node:
        """The same, or the amount that it is as others spell it."""
        others = [node for t in spellings(texts) if (node := self._phrase(t)) != _NOTHING]
        return Bool(should=(found, *others)) if others else found

    def _plain(self, word: Word) -> Node:
        forms = self._meaning.forms(word)
        like = self._meaning.frequency(word)
        terms = [self._term("lemma", form, like=like) for form in forms]
        found = [term for term in terms if term is not None]
        if not found:
            return _NOTHING
        return found[0] if len(found) == 1 else Bool(should=tuple(found))

    def _term(self, name: str, text: str, weight: float = 1.0, like: int = 0) -> Term | None:
        """A scored term; None where this folder has none."""
        if not self._snapshot.frequency(name, text):
            return None
        boost = self._meaning.statistics.boost(self._snapshot, name, text, like)
        return Term(name, text, boost * weight)

    def _phrase(self, texts: Sequence[str], slop: int = 0, weight: float = 1.0) -> Node:
        terms = [self._term("exact", text, weight) for text in texts]
        if None in terms:
            return _NOTHING
        boosts = [term.boost for term in terms if term]
        if len(texts) == 1:
            return Term("exact", texts[0], boosts[0])
        return Phrase("exact", tuple(texts), slop, sum(boosts) / len(boosts))

    def _placed(self, expr: Exactly | Near) -> Node:
        """Words side by side, or each two near one another in either order.

        All engines mean the same by the slop of two words, and not of more.
        """
        if isinstance(expr, Exactly):
            return self._phrase(expr.tokens)
        pairs = []
        for pair in combinations(expr.tokens, 2):
            orders = (self._phrase(texts, expr.within) for texts in (pair, pair[::-1]))
            pairs.append(Bool(should=tuple(node for node in orders if node != _NOTHING)))
        return _NOTHING if any(not pair.should for pair in pairs) else Bool(must=tuple(pairs))

    def _prefix(self, prefix: Prefix) -> Node:
        before = prefix.tokens[:-1]
        if before and not prefix.tokens[-1]:
            return self._phrase(before)
        found = self._meaning.expanded(prefix)
        if not before:
            return self._any(found)
        return Bool(should=tuple(self._phrase((*before, term)) for term in found))

    def _any(self, words: Sequence[str]) -> Node:
        """Any of these words; few are weighed, of many it is not worth the time."""
        if len(words) > MOST_WEIGHED:
            return AnyTerm("exact", tuple(words), 1.0)
        terms = [self._term("exact", word) for word in words]
        return Bool(should=tuple(term for term in terms if term)) if any(terms) else _NOTHING

    def _identifier(self, identifier: Identifier) -> Node:
        wanted = [wanted_terms(r.scheme, r.key, r.groups) for r in identifier.readings]
        terms = tuple(dict.fromkeys(term for found in wanted for term in found))
        parts = [AnyTerm("bears", terms, _BEARS), AnyTerm("cites", terms, _CITES)]
        typed = self._spelled(self._phrase(identifier.tokens), identifier.tokens)
        return Bool(should=(*parts, typed))

    def _filter(self, at: Field, found: Filter) -> Node:
        match found:
            case Is(name, terms):
                return AnyTerm(name, terms)
            case Begins(name):
                return AnyTerm(name, self._meaning.values(at, found))
            case Named(name, texts):
                return Phrase(name, texts) if len(texts) > 1 else AnyTerm(name, texts)
            case OfParty(texts, keys):
                written = Named("party", texts)
                return Bool(should=(self._filter(at, written), AnyTerm("party_key", keys)))
            case Within(name, low, high):
                return Between(name, low, high)
            case Entry(register, code, called):
                asked = self._meaning.collections
                entries = {(owner, code) for owner in asked}
                entries |= {one for one in called if one[0] in asked}
                terms = tuple(entry_term(*one) for one in sorted(entries))
                return AnyTerm(f"{register}_key", terms)
            case InCollection(name):
                is_this = name.casefold() == self._folder.name.casefold()
                return Every() if is_this else _NOTHING
            case _:
                return Every()  # Linked and Problem are gone from a plan

    def _keep(self) -> tuple[Node, ...]:
        """Filters: fields, the versions asked for, and what held on a day."""
        plan = self._plan
        keep = [self.node(expr) for expr in plan.hard if isinstance(expr, Field)]
        if plan.as_of is not None:
            keep += self._as_of(round(plan.as_of.timestamp() * 1_000_000))
        elif not plan.all_versions and self._snapshot.frequency("current", "0"):
            keep.append(AnyTerm("current", ("1",)))
        if plan.on is not None:
            day = plan.on.toordinal()
            keep += [Between("holds_from", -NEVER, day), Between("holds_until", day, NEVER)]
        return tuple(keep)

    def _as_of(self, instant: int) -> list[Node]:
        spans = (term for term, _ in self._snapshot.terms("spans", ""))
        between = tuple(term for term in spans if not spans_hold(term, instant))
        was = [Between("since", -NEVER, instant), Between("until", instant + 1, NEVER)]
        return [*was, Bool(without=(AnyTerm("spans", between),))] if between else [*was]

    def _without(self) -> tuple[Node, ...]:
        return tuple(self.node(expr) for expr in self._plan.without)

    def _extras(self) -> list[Node]:
        """What raises a hit beside its words: the form as typed, in the title, side by side."""
        parts = dict.fromkeys(part for soft in self._plan.soft for part in _parted(soft))
        words = [word for part in parts if (word := words_of(part))]
        found: list[Term | None] = []
        for word in words:
            found.append(self._term("exact", word.tokens[0], _SAME_FORM))
            found += [self._term("title", form, _TITLE) for form in self._meaning.forms(word)]
        pairs = [
            self._phrase((left.tokens[0], right.tokens[0]), _PAIR_SLOP, _PAIR)
            for left, right in pairwise(words if len(words) <= _PAIRED else ())
        ]
        return [term for term in found if term] + [pair for pair in pairs if pair != _NOTHING]


def _parted(expr: Expr) -> tuple[Expr, ...]:
    """The words of a word with a dash, of which one may be missing too; numbers stay whole."""
    if isinstance(expr, Word) and all(token.isalpha() for token in expr.tokens):
        return tuple(Word(0, 0, (token,)) for token in expr.tokens)
    return (expr,)
