"""Attention: the one list of all that wants a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, Pager, Quote, Source, Thing
from web.views.document import Candidate


@dataclass(frozen=True, slots=True)
class Side:
    """What the data of a file says of a fact, or its page."""

    said: str  # data | page
    values: tuple[tuple[str, Source], ...]  # several of parties


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its answers beside it.

    POST /attention/{id} with `answer`, one of `answers`: retry | password (with `password`) |
    parts (with `part`, those of the proposed pages that are meant) |
    choose (with `target`: a candidate's value, or what a side is called) | none | accept | reject |
    add | confirm | same | other | explain (with `reason`) | aside (with `until`).
    """

    id: str
    thing: Thing  # the document or entry that it is about
    since: datetime
    answers: tuple[str, ...]
    text: str = ""  # what has to be decided, where the group's sentence is not enough
    title: str = ""
    owners: tuple[str, ...] = ()  # who looks after it; empty: nobody does
    identifier: str = ""  # of a reference
    relation: str = ""
    quote: Quote | None = None
    quote_href: str = ""
    candidates: tuple[Candidate, ...] = ()
    sides: tuple[Side, ...] = ()  # that do not agree
    parts: tuple[tuple[str, str], ...] = ()  # proposed pages, "3-5", with where they begin
    decided: str = ""  # of a suspect reference: who decided it, when, why; a sentence
    change_href: str = ""  # and what changed in its target since
    against: tuple[Thing, ...] = ()  # documents with which it does not agree
    alike: tuple[Thing, ...] = ()  # others with the same question; `all` = 1 answers all of them


@dataclass(frozen=True, slots=True)
class Reason:
    """Files that can't be read for one reason, and what would help all of them."""

    code: str
    count: int
    items: tuple[Item, ...]  # the oldest, without what is said of all of them
    helps: str = ""  # sentences
    one: str = ""  # the id of one of several: answered with `all` = 1, it answers for all
    answers: tuple[str, ...] = ()  # that can be given to all: retry | explain | aside
    all_href: str = ""  # this reason alone, where not all are shown


@dataclass(frozen=True, slots=True)
class Group:
    what: str  # the kind: unreadable, given-up, trouble, ambiguous, waiting, proposal, suspect …
    count: int
    items: tuple[Item, ...] = ()  # oldest first
    all_href: str = ""  # this group alone, where not all are shown
    reasons: tuple[Reason, ...] = ()  # of unreadable files, in the place of items


@dataclass(frozen=True, slots=True)
class AttentionPage:
    """GET /attention?what=&reason=&owner=&page="""

    template: ClassVar[str] = "attention.html"
    groups: tuple[Group, ...]
    total: int
    owners: tuple[Choice, ...] = ()
    whats: tuple[Choice, ...] = ()
    pager: Pager | None = None
