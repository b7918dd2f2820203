"""A document as flat fields of terms and numbers, the same for every engine.

texts    `exact` (all tokens, with positions), `lemma` (the same as base forms, counted only),
         `title` (base forms), `party`, `place` and `paper` (names, paths, places of paper
         originals, with positions)
terms    whole values, matched as they are; those of FACETS are counted over all hits
numbers  whole numbers for ranges
orders   one text or number a sort, ascending; ties go by path
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from itertools import chain
from typing import Final

from archive.keys import groups_of, meets
from archive.parties import party_key
from indexer.search.analysis import squeezed, tokens
from indexer.search.lemmas import Lemmas
from indexer.search.seam import IndexDoc, Row

#: Text fields, True where positions are kept.
TEXTS: Final = {
    "exact": True, "lemma": False, "title": False, "party": True, "place": True, "paper": True,
}  # fmt: skip
#: Term fields whose values are counted over all hits.
FACETS: Final = ("kind", "year", "party_spelled", "product", "language")
TERMS: Final = (
    "key", "document", "current", "status", "number", "path", "spans", "bears", "cites",
    "party_key", "product_key", "product_of", "change_key", "milestone_key",
)  # fmt: skip
NUMBERS: Final = ("date", "total", "holds_from", "holds_until", "since", "until")
TEXT_ORDERS: Final = ("path", "number", "title")
NUMBER_ORDERS: Final = ("newest", "oldest", "total")

#: Ends of open ranges: days of `date.toordinal`, microseconds since 1970, ten-thousandths.
NEVER: Final = 2**62
#: Stands between the parts of a text field; never a token, so no phrase goes over it.
_GAP: Final = "\x1f"
_LAST: Final = "\uffff"  # sorts behind every value: documents without one come last
_SORTED: Final = 60  # characters of a title that its place hangs on


@dataclass(frozen=True, slots=True)
class Flat:
    """What an engine stores of one document."""

    key: str
    texts: dict[str, str]  # tokens joined by spaces
    terms: dict[str, list[str]]
    numbers: dict[str, int]
    text_orders: dict[str, str]
    number_orders: dict[str, int]
    row: str  # JSON of Row


def flatten(doc: IndexDoc, lemmas: Lemmas) -> Flat:
    """The fields of one document."""
    body: list[str] = []
    for page in doc.pages:
        body += tokens(page)
    title = tokens(doc.title or "")
    places = [tokens(path) for path in dict.fromkeys((doc.path, *doc.paths))]
    beside = [title, tokens(doc.number or ""), *places]
    text = " ".join(body)
    # Words of its name make a document a hit too, but do not count again where the text has them.
    padded = f" {text} "
    names = dict.fromkeys(token for name in beside for token in name)
    body += [token for token in names if f" {token} " not in padded]
    return Flat(
        key=doc.key,
        texts={
            "exact": " ".join(chain([text] if text else [], *([_GAP, *name] for name in beside))),
            "lemma": " ".join(lemmas.terms(body, doc.language)),
            "title": " ".join(lemmas.terms(title, doc.language)),
            "party": _side_by_side(map(tokens, doc.parties)),
            "place": _side_by_side(places),
            "paper": _side_by_side(map(tokens, doc.papers)),
        },
        terms={name: list(dict.fromkeys(map(_sayable, values))) for name, values in _terms(doc)},
        numbers=dict(_numbers(doc)),
        text_orders=_text_orders(doc),
        number_orders=_number_orders(doc),
        row=json.dumps(_row(doc), separators=(",", ":")),  # ASCII: names may hold surrogates
    )


def _side_by_side(names: Iterable[Iterable[str]]) -> str:
    return f" {_GAP} ".join(" ".join(name) for name in names)


def _sayable(text: str) -> str:
    """The text without lone surrogates, which undecodable file names bring and engines refuse."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _terms(doc: IndexDoc) -> Iterator[tuple[str, Iterable[str]]]:
    yield "key", [doc.key]
    yield "document", [doc.document]
    yield "current", ["1" if doc.current else "0"]
    yield "kind", [doc.kind]
    yield "year", [doc.date[:4]] if doc.date else []
    spelled = {party_key(name): name for name in reversed(doc.parties)}  # the first of each
    yield "party_spelled", [f"{key}\t{name}" for key, name in spelled.items()]
    yield "party_key", spelled
    yield "language", [doc.language] if doc.language else []
    yield "status", [doc.status, *([doc.reason_code] if doc.reason_code else [])]
    yield "number", [squeezed(doc.number)] if doc.number else []
    yield "path", [part for path in (doc.path, *doc.paths) for part in folders_of(path)]
    yield "spans", [spans_term(doc.current_spans)] if len(doc.current_spans) > 1 else []
    yield "bears", [term for found in doc.bears for term in identifier_terms(*found)]
    yield "cites", [term for found in doc.cites for term in identifier_terms(*found)]
    yield "product", [entry_term(*entry) for entry in doc.products]
    yield "product_of", [str(owner) for owner, _ in doc.products]
    for name in ("product", "change", "milestone"):
        entries: tuple[tuple[int, str], ...] = getattr(doc, f"{name}s")
        yield f"{name}_key", [entry_term(owner, squeezed(code)) for owner, code in entries]


def _numbers(doc: IndexDoc) -> Iterator[tuple[str, int]]:
    days = [day_number(day) for day in (doc.date, doc.effective_from, doc.expires_on)]
    if days[0] is not None:
        yield "date", days[0]
    yield "holds_from", max(days[0] or 0, days[1] or 0)
    yield "holds_until", NEVER if days[2] is None else days[2]
    if doc.total is not None and (total := amount_number(doc.total)) is not None:
        yield "total", total
    if doc.current_spans:
        yield "since", min(instant_number(begin) for begin, _ in doc.current_spans)
        yield "until", max(instant_number(end) for _, end in doc.current_spans)


def _text_orders(doc: IndexDoc) -> dict[str, str]:
    return {
        "path": _sayable(f"{doc.path}\t{doc.key}"),
        "number": _natural(doc.number) if doc.number else _LAST,
        "title": " ".join(tokens(doc.title))[:_SORTED] if doc.title else _LAST,
    }


def _number_orders(doc: IndexDoc) -> dict[str, int]:
    day = day_number(doc.date)
    total = amount_number(doc.total) if doc.total else None
    return {
        "newest": NEVER if day is None else -day,
        "oldest": NEVER if day is None else day,
        "total": NEVER if total is None else -total,  # the largest first
    }


def _natural(number: str) -> str:
    """A number so that INV-9 sorts before INV-10."""
    parts = tokens(number.translate({ord(c): f" {c}" for c in "0123456789"}))
    out, digits = [], ""
    for part in [*parts, ""]:
        if part.isdigit() and len(part) == 1:
            digits += part
            continue
        if digits:
            out.append(f"{digits.lstrip('0') or '0':>020}")
            digits = ""
        out.append(part)
    return " ".join(out).rstrip()


def _row(doc: IndexDoc) -> dict[str, object]:
    return {name: getattr(doc, name) for name in Row.__dataclass_fields__}


def row_of(stored: str) -> Row:
    """The Row that `flatten` stored."""
    values = json.loads(stored)
    for name in ("parties", "bears", "cites"):
        values[name] = tuple(tuple(v) if isinstance(v, list) else v for v in values[name])
    return Row(**values)


def folded_path(path: str) -> str:
    """A path or its beginning as paths are compared: composed (NFC), in folded case."""
    return unicodedata.normalize("NFC", path).casefold()


def folders_of(path: str) -> list[str]:
    """The path and every folder above it, folders with a slash at the end; as `folded_path`."""
    folded = folded_path(path)
    ends = [index + 1 for index, char in enumerate(folded) if char == "/"]
    return [*(folded[:end] for end in ends if end < len(folded)), folded]


def entry_term(collection: int, code: str) -> str:
    """The term of a register's entry: its collection is part of it, so that none shows another."""
    return f"{collection}\t{code}"


def identifier_terms(scheme: str, key: str, groups: str) -> list[str]:
    """The terms under which an identifier is stored; `wanted_terms` are those it is found by.

    They do in an index what archive.keys.meets does for two spellings.
    """
    terms = [f"{scheme}\t{key}\t{_borders(groups)}"]
    if meets(groups, groups_of(key)):
        terms.append(f"{scheme}\t{key}")  # may be written joined
    return terms


def wanted_terms(scheme: str, key: str, groups: str) -> list[str]:
    """The terms of which a document has at least one if it has this identifier."""
    joined = _borders(key)
    same = _borders(groups)
    if same == joined:
        return [f"{scheme}\t{key}"]
    wanted = [same, joined] if meets(groups, groups_of(key)) else [same]
    return [f"{scheme}\t{key}\t{borders}" for borders in wanted]


def _borders(groups: str) -> str:
    """The groups with every border alike, as meets() compares them."""
    return groups_of(groups.replace("|", "-").replace("/", "-"))


def spans_term(spans: Iterable[tuple[str, str | None]]) -> str:
    """Several intervals as one term: few documents have more than one, and all terms are read."""
    return " ".join(f"{instant_number(begin)}-{instant_number(end)}" for begin, end in spans)


def spans_hold(term: str, instant: int) -> bool:
    """Whether an instant lies in one of the intervals of a `spans_term`."""
    pairs = (part.split("-") for part in term.split(" "))
    return any(int(begin) <= instant < int(end) for begin, end in pairs)


def day_number(day: str | None) -> int | None:
    """An ISO day as `date.toordinal`; None for none."""
    return None if day is None else date.fromisoformat(day[:10]).toordinal()


def instant_number(instant: str | None) -> int:
    """An ISO instant as microseconds since 1970; NEVER for none. Without offset it is UTC."""
    if instant is None:
        return NEVER
    moment = datetime.fromisoformat(instant)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1_000_000)


def amount_number(amount: str) -> int | None:
    """A plain decimal in ten-thousandths, held within the range of an index; None if it is none."""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    scaled = (value * 10_000).to_integral_value(ROUND_HALF_EVEN)
    return max(-NEVER, min(NEVER, int(scaled)))
