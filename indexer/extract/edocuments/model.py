"""What an e-document gives, and the tables by which a format says where it stands.

Paths are local element names joined by `/`, from the document's own root (a wrapping envelope is
not part of them); `A|B` takes either name. Namespaces and prefixes play no part.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.reading import Child, FactFound, IdentifierFound, MentionFound


@dataclass(frozen=True, slots=True)
class EDocument:
    """All that one e-document says: facts, the numbers it bears, the numbers it cites.

    Every piece of evidence is an XPath in the document's own prefixes. `blocks` is the readable
    form, see `render`; `children` are the files embedded in it, `lost` the names of those that are
    no base64.
    """

    format: str  # "UBL", "CII", "FatturaPA", "Svefaktura"
    kind: str
    facts: tuple[FactFound, ...]
    identifiers: tuple[IdentifierFound, ...]
    mentions: tuple[MentionFound, ...]
    blocks: tuple[tuple[str, tuple[str, ...]], ...]  # (heading, lines)
    children: tuple[Child, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """Where numbers of other documents stand, and of which scheme they are.

    `type_at` is the sibling of the number whose code says the scheme where it is known
    (`Format.type_schemes`), as with additional documents.
    """

    path: str
    scheme: str
    type_at: str | None = None


@dataclass(frozen=True, slots=True)
class Borne:
    """A further number that documents of these kinds bear themselves; in others it is cited."""

    path: str
    scheme: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class PartyPlace:
    """Where a party stands. The first of a role is *the* seller or buyer."""

    role: str  # one of vocabulary.PARTY_ROLES
    path: str


@dataclass(frozen=True, slots=True)
class Format:
    """One family of e-documents, as data."""

    name: str
    namespaces: tuple[str, ...]  # a root is ours if its namespace holds one of these
    kinds: dict[str, str]  # local name of the root → kind, before its type code is asked
    type_code: str
    type_kinds: dict[str, str]  # type code → kind
    number: str
    facts: tuple[tuple[str, str], ...]  # (fact, path); the first path of a fact that has a value
    own: tuple[Borne, ...]
    parties: tuple[PartyPlace, ...]
    party_names: tuple[str, ...]  # below a party, the first that has a value; `A+B`: both, joined
    party_identifiers: tuple[str, ...]
    cited: tuple[Cited, ...]
    type_schemes: dict[str, str]
    technical: frozenset[str]  # elements that nobody reads, left out of the readable form
    containers: frozenset[str]  # elements shown as their children, without a heading of their own
    embedded: frozenset[str]  # elements that hold a file as base64
    lot: str = ""  # the element of which a file may hold several: each is a document of its own
    other_kinds: bool = False  # a root of ours that `kinds` does not know is of kind `other`
