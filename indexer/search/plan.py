"""A query made ready to be asked: what must hold, what may, in which state of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, TypeAlias

from archive.schemes import Recognised
from indexer.search.analysis import squeezed
from indexer.search.answers import Message, Note
from indexer.search.fields import wanted_terms
from indexer.search.filters import (
    Entry,
    Filter,
    InCollection,
    Is,
    Linked,
    OfParty,
    Problem,
    end_of,
    read_day,
    understand,
)
from indexer.search.query import parse, plain_parts
from indexer.search.seam import FolderHandle, Lookups
from indexer.search.tree import (
    SETTINGS,
    Either,
    Exactly,
    Expr,
    Field,
    FileNumber,
    Item,
    Near,
    Query,
    Together,
    Word,
)

Recognise: TypeAlias = Callable[[str], Sequence[Recognised]]

#: Fields of which a document has one value: two of them mean either.
_SINGLE: Final = ("kind", "language", "status", "collection", "number")


@dataclass(frozen=True, slots=True)
class Plan:
    """`soft` are the words of which some may be missing in the second part of a list."""

    query: Query
    hard: tuple[Expr, ...] = ()
    soft: tuple[Expr, ...] = ()
    without: tuple[Expr, ...] = ()
    filters: Mapping[Field, Filter] = field(default_factory=dict)
    as_of: datetime | None = None
    on: date | None = None
    all_versions: bool = False
    notes: tuple[Note, ...] = ()

    def leaves(self) -> Iterator[Expr]:
        """Every single thing that a document is found by."""
        return (leaf for expr in (*self.soft, *self.hard) for leaf in leaves(expr))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who and what is asked, beside the query."""

    folders: Sequence[FolderHandle]
    lookups: Lookups
    recognise: Recognise
    exists: Callable[[Recognised], bool]
    """Whether any document in the asked folders bears or cites an identifier."""


def plan(
    text: str, asked: Asked, *, as_of: datetime | None, on: date | None, all_versions: bool = False
) -> Plan:
    """Read a query and find out what each of its parts asks for."""
    typed = asked.recognise(plain_parts(text))
    query = parse(text, [found for found in typed if asked.exists(found)])
    settings = Plan(query, as_of=as_of, on=on, all_versions=all_versions)
    return _Planner(query, asked, settings).plan()


def leaves(expr: Expr) -> Iterator[Expr]:
    """Every part of an expression that has no parts itself."""
    if isinstance(expr, Either | Together):
        for item in expr.parts:
            yield from leaves(item.of)
    else:
        yield expr


class _Planner:
    def __init__(self, query: Query, asked: Asked, settings: Plan) -> None:
        self.query = query
        self.asked = asked
        self.filters: dict[Field, Filter] = {}
        self.notes = list(query.notes)
        self.settings = settings

    def plan(self) -> Plan:
        kept = [item for item in map(self.usable, self.query.items) if item is not None]
        joined = _join_single(kept)
        soft = [item.of for item in joined if not item.sign and not _is_hard(item.of)]
        hard = [item.of for item in joined if item.sign != "-" and item.of not in soft]
        without = [item.of for item in joined if item.sign == "-"]
        return replace(
            self.settings,
            hard=tuple(hard),
            soft=tuple(soft),
            without=tuple(without),
            filters=self.filters,
            notes=tuple(sorted(self.notes, key=lambda note: (note.start, note.end))),
        )

    def usable(self, item: Item, *, inside: bool = False) -> Item | None:
        """The item without what is not understood; None where nothing is left of it."""
        expr = item.of
        if isinstance(expr, Either | Together):
            parts = [part for p in expr.parts if (part := self.usable(p, inside=True))]
            return replace(item, of=replace(expr, parts=tuple(parts))) if parts else None
        if isinstance(expr, FileNumber):
            return replace(item, of=self.called_now(expr))
        if not isinstance(expr, Field):
            return item
        if expr.name in SETTINGS:
            self.set(item, expr, inside)
            return None
        found = self.resolved(expr, understand(expr))
        if isinstance(found, Problem):
            self.notes.append(Note(expr.start, expr.end, found.message))
            return None
        self.filters[expr] = found
        return item

    def set(self, item: Item, setting: Field, inside: bool) -> None:
        day = read_day(setting.value)
        if item.sign == "-":
            self.note(setting, "setting-negated", field=setting.name)
        elif setting.name == "versions" and setting.value.casefold() == "all":
            self.settings = replace(self.settings, all_versions=True)
        elif setting.name == "on" and day:
            self.settings = replace(self.settings, on=day)
        elif setting.name == "as-of" and day:
            self.settings = replace(self.settings, as_of=end_of(day))
        else:
            self.note(setting, "unknown-value", field=setting.name, value=setting.value)
            return
        if inside:
            self.note(setting, "setting-inside", field=setting.name)

    def resolved(self, expr: Field, found: Filter) -> Filter:
        """The filter, where it can be, in terms of the index."""
        if isinstance(found, InCollection):
            names = {folder.name.casefold() for folder in self.asked.folders}
            if found.name.casefold() not in names:
                return Problem(Message("unknown-collection", {"value": found.name}))
        if isinstance(found, OfParty):
            known = self.asked.lookups.parties(found.keys).get(found.keys[0])
            return replace(found, keys=known.keys) if known else found
        if isinstance(found, Entry):
            called = self.asked.lookups.called(found.register, expr.value)
            return replace(found, called=tuple((owner, squeezed(code)) for owner, code in called))
        if not isinstance(found, Linked):
            return found
        named = [item.of for item in parse(found.target).items]
        if len(named) == 1 and isinstance(named[0], FileNumber):
            lookups = self.asked.lookups
            ask = lookups.citing if found.name == "cites" else lookups.cited_by
            return Is("document", tuple(sorted(set(ask(self.called_now(named[0]).document)))))
        readings = self.asked.recognise(found.target) if found.name == "cites" else ()
        terms = {t for r in readings for t in wanted_terms(r.scheme, r.key, r.groups)}
        if terms:
            return Is("cites", tuple(sorted(terms)))
        return Problem(Message("unknown-value", {"field": expr.name, "value": found.target}))

    def called_now(self, number: FileNumber) -> FileNumber:
        """The same, where its document has joined another: that one."""
        return replace(number, document=self.asked.lookups.called_now(number.document))

    def note(self, at: Expr, name: str, **params: str) -> None:
        self.notes.append(Note(at.start, at.end, Message(name, params)))


def _is_hard(expr: Expr) -> bool:
    """Whether a part always filters: fields, phrases, file numbers, or one of them with another."""
    return any(isinstance(leaf, Field | Exactly | Near | FileNumber) for leaf in leaves(expr))


def _join_single(items: Sequence[Item]) -> list[Item]:
    """The items, with several positive values of one single-valued field made one choice."""
    out: list[Item] = []
    for item in items:
        name = item.of.name if isinstance(item.of, Field) and item.sign != "-" else ""
        for index, other in enumerate(out):
            if name in _SINGLE and other.sign != "-" and _field_of(other.of) == name:
                parts = other.of.parts if isinstance(other.of, Either) else (other,)
                either = Either(parts[0].start, item.end, (*parts, item))
                out[index] = Item(either, start=either.start)
                break
        else:
            out.append(item)
    return out


def _field_of(expr: Expr) -> str | None:
    """The name of the field that an expression is, or is a choice of."""
    names = {leaf.name if isinstance(leaf, Field) else None for leaf in leaves(expr)}
    return names.pop() if len(names) == 1 and not isinstance(expr, Together) else None


def words_of(expr: Expr) -> Word | None:
    """The expression, if it is one plain word of one token."""
    return expr if isinstance(expr, Word) and len(expr.tokens) == 1 else None
