"""How an Extraction crosses from the caged child to us: JSON lists, checked on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.errors import ReadingFailed
from archive.reading import Evidence, Extraction, FactFound, IdentifierFound, MentionFound
from archive.vocabulary import PARTY_ROLES, RELATIONS, SINGLE_FACTS


def extraction_to_wire(found: Extraction) -> dict[str, Any]:
    """A JSON document of one extraction."""
    return {
        "facts": [
            [
                f.name, f.value, _out(f.evidence), f.origin, f.confidence, f.role, f.identifier,
                f.rule,
            ]
            for f in found.facts
        ],
        "identifiers": [
            [i.scheme, i.identifier, i.key, i.groups, _out(i.evidence), i.origin, i.issuer, i.rule]
            for i in found.identifiers
        ],
        "mentions": [
            [
                m.scheme, m.identifier, m.key, m.groups, _out(m.evidence), m.origin, m.issuer,
                m.rule, m.relation,
            ]
            for m in found.mentions
        ],
    }  # fmt: skip


def extraction_from_wire(wire: Mapping[str, Any]) -> Extraction:
    """What `extraction_to_wire` sent. Raises ReadingFailed where it makes no sense."""
    try:
        return Extraction(
            tuple(_fact(*row) for row in wire["facts"]),
            tuple(_identifier(*row) for row in wire["identifiers"]),
            tuple(_mention(*row) for row in wire["mentions"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReadingFailed("reader-failed", "The reader's answer makes no sense.") from error


def _out(e: Evidence) -> list[Any]:
    return [e.page, e.start, e.end, e.quote, e.where, e.more]


def _in(row: list[Any]) -> Evidence:
    page, start, end, quote, where, more = row
    spans = tuple((int(a), int(b), int(c)) for a, b, c in more)
    return Evidence(_whole(page), _whole(start), _whole(end), _line(quote), _line(where), spans)


def _fact(
    name: str,
    value: str,
    evidence: list[Any],
    origin: str,
    confidence: float,
    role: str | None,
    identifier: str | None,
    rule: str,
) -> FactFound:
    if name != "party" and name not in SINGLE_FACTS:
        raise ValueError(f"no such fact: {name}")
    if role is not None and role not in PARTY_ROLES:
        raise ValueError(f"no such role: {role}")
    return FactFound(
        name, str(value), _in(evidence), str(origin), float(confidence), role, _line(identifier),
        str(rule),
    )  # fmt: skip


def _identifier(
    scheme: str,
    identifier: str,
    key: str,
    groups: str,
    evidence: list[Any],
    origin: str,
    issuer: str | None,
    rule: str,
) -> IdentifierFound:
    return IdentifierFound(
        str(scheme), str(identifier), str(key), str(groups), _in(evidence), str(origin),
        _line(issuer), str(rule),
    )  # fmt: skip


def _mention(
    scheme: str,
    identifier: str,
    key: str,
    groups: str,
    evidence: list[Any],
    origin: str,
    issuer: str | None,
    *rest: Any,
) -> MentionFound:
    rule, relation = rest
    if relation not in RELATIONS:
        raise ValueError(f"no such relation: {relation}")
    return MentionFound(
        str(scheme), str(identifier), str(key), str(groups), _in(evidence), relation, str(origin),
        _line(issuer), str(rule),
    )  # fmt: skip


def _line(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
