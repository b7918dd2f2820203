"""Filing rules: what a folder says about what lies in it.

`products/{product}/{kind}/**` says of `products/AV-200/invoices/77.pdf` that it is about product
AV-200, and an invoice where its text does not say what it is. A name that no entry of the
document's own collection bears is a proposal there; what is registered elsewhere decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archive.config_rules import FilingRule
from archive.globs import comparable, compile_glob
from archive.models import Identifier, Proposal
from archive.naming import Dictionary, spellings
from archive.reading import Evidence, MentionFound, Name
from archive.register_fields import REGISTERS
from archive.schemes import Schemes

PROPOSAL: Final = "register-entry"
REGISTERED: Final = "registered"  # a decision: by the register itself
IN_CHUNK: Final = 500
KIND: Final = "kind"
#: The placeholders of a rule, and the register that each names. Others are passed over.
PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "product": "product",
        "change": "change-request",
        "milestone": "milestone",
        "party": "party",
        "kind": KIND,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one folder says of what lies in it."""

    what: str  # of vocabulary.REGISTERS, or "kind"
    text: str  # the folder's name, NFC
    rule: str
    folder: str  # ROOT/… down to the folder that says it


class FolderRules:
    """The filing rules of the configuration, ready to be asked."""

    def __init__(self, rules: Iterable[FilingRule]) -> None:
        self._rules = [(rule, compile_glob(rule.match)) for rule in rules]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def said(self, path: str) -> list[Said]:
        """What the folders of ROOT/relative/path say, the path of a file of the tree."""
        root, _, relative = path.partition("/")
        relative = comparable(relative)
        found = []
        for rule, pattern in self._rules:
            match = pattern.fullmatch(relative) if rule.root in ("", root) else None
            for name in match.groupdict() if match else ():
                if match and name in PLACEHOLDERS:
                    folder = f"{root}/{relative[: match.end(name)]}"
                    found.append(Said(PLACEHOLDERS[name], match[name], rule.match, folder))
        return found


def folder_names(
    said: Iterable[Said], dictionary: Dictionary, schemes: Schemes
) -> list[tuple[Name, MentionFound]]:
    """The registered entries that folders name, in whatever collection: a mention of each."""
    found = []
    for one in said:
        if one.what == KIND:
            continue
        spelled = spellings(REGISTERS[one.what], one.text, schemes)
        for scheme, known in dictionary.bearers(spelled):
            key, groups = known.cited
            name = Name(scheme, key, one.text, known.entries[0], groups, known.collection_id)
            evidence = Evidence(quote=one.text, where=one.rule)
            mention = MentionFound(
                scheme, one.text, key, groups, evidence, "about", "folder", rule=one.rule
            )
            found.append((name, mention))
    return found


def keep_proposals(
    session: Session,
    collection_id: int,
    said: Iterable[Said],
    dictionary: Dictionary,
    schemes: Schemes,
    at: datetime,
) -> None:
    """Propose what folders name and no entry of the collection bears; each name once, for good."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for one in said:
        if one.what == KIND:
            continue
        spelled = spellings(REGISTERS[one.what], one.text, schemes)
        bearers = dictionary.bearers(spelled)
        if not spelled or any(known.collection_id == collection_id for _, known in bearers):
            continue
        details = {
            "register": one.what,
            "name": one.text,
            "keys": [list(spelling) for spelling in spelled],
            "rule": one.rule,
            "path": one.folder,
        }
        wanted.setdefault((one.what, spelled[0][1]), details)
    if not wanted:
        return
    known = {
        (details["register"], details["keys"][0][1])
        for details in session.scalars(
            select(Proposal.details).where(
                Proposal.kind == PROPOSAL, Proposal.collection_id == collection_id
            )
        )
    }
    fresh = [
        {"kind": PROPOSAL, "collection_id": collection_id, "details": details, "recorded_at": at}
        for place, details in wanted.items()
        if place not in known
    ]
    if fresh:
        session.execute(insert(Proposal), fresh)


def settle_registered(session: Session, collection_ids: Iterable[int], at: datetime) -> None:
    """Close the proposals of these collections that ask for what is registered there by now."""
    for collection_id in sorted(set(collection_ids)):
        rows = session.scalars(
            select(Proposal).where(
                Proposal.kind == PROPOSAL,
                Proposal.collection_id == collection_id,
                Proposal.retracted_at.is_(None),
            )
        ).all()
        keys = {key for row in rows for _, key, _ in row.details["keys"]}
        known = registered(session, frozenset({collection_id}), keys)
        for row in rows:
            if any((scheme, key) in known for scheme, key, _ in row.details["keys"]):
                row.decision, row.retracted_at = REGISTERED, at


def registered(
    session: Session, collection_ids: frozenset[int], keys: set[str]
) -> set[tuple[str, str]]:
    """Which of these keys entries of these collections bear: (scheme, key)."""
    found: set[tuple[str, str]] = set()
    every = sorted(keys)
    for start in range(0, len(every), IN_CHUNK):
        rows = session.execute(
            select(Identifier.scheme, Identifier.key).where(
                Identifier.key.in_(every[start : start + IN_CHUNK]),
                Identifier.entry_id.is_not(None),
                Identifier.retracted_at.is_(None),
                Identifier.collection_id.in_(collection_ids),
            )
        )
        found |= {(scheme, key) for scheme, key in rows}
    return found
