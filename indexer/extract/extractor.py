"""What a reading says: an e-document's data first, then the text; facts, own numbers, mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.reading import (
    Extraction,
    FactFound,
    IdentifierFound,
    MentionFound,
    PageText,
    Reading,
    ReadingContext,
)
from archive.schemes import Schemes
from indexer.extract.edocuments import EDocument, read_edocument, render
from indexer.extract.facts import find_facts
from indexer.extract.issuers import issuer_of
from indexer.extract.mentions import find_mentions
from indexer.extract.own_numbers import find_own_numbers, scan


@dataclass(frozen=True, slots=True)
class Extractor:
    """Extracts by these schemes. Made once for each caged process."""

    schemes: Schemes

    def extract(self, reading: Reading, context: ReadingContext) -> tuple[Reading, Extraction]:
        """The reading, with an e-document's tags made readable, and what it says."""
        edocument = read_edocument(reading.data, self.schemes.key_of) if reading.data else None
        if edocument:
            reading = _readable(reading, edocument)
        facts = self._facts(reading, context, edocument)
        kind = next((fact.value for fact in facts if fact.name == "kind"), "other")
        parties = [fact for fact in facts if fact.name == "party"]
        # what is rendered from data says nothing that the data does not
        pages = () if edocument and _is_rendered(reading.pages) else reading.pages
        scans = scan(pages, self.schemes)
        identifiers = find_own_numbers(
            pages,
            self.schemes,
            kind=kind,
            context=context,
            title=reading.title,
            edocument_identifiers=edocument.identifiers if edocument else (),
            parties=parties,
            scans=scans,
        )
        mentions = find_mentions(
            pages,
            self.schemes,
            kind=kind,
            context=context,
            headers=reading.headers,
            own=identifiers,
            parties=parties,
            scans=scans,
        )
        if edocument:
            mentions = [
                replace(one, issuer=one.issuer or issuer_of(self.schemes, one.scheme, parties))
                for one in _beside_data(mentions, edocument)
            ]
        facts += _number_fact(facts, identifiers, kind, self.schemes)
        return reading, Extraction(tuple(facts), tuple(identifiers), tuple(mentions))

    def _facts(
        self, reading: Reading, context: ReadingContext, edocument: EDocument | None
    ) -> list[FactFound]:
        facts = list(edocument.facts) if edocument else []
        said = {(fact.name, fact.role) for fact in facts}
        found = find_facts(reading.pages, context, reading.properties, title=reading.title)
        return facts + [fact for fact in found if (fact.name, fact.role) not in said]


def _beside_data(printed: Sequence[MentionFound], edocument: EDocument) -> list[MentionFound]:
    """The numbers of an e-document's data, and those that only its print or its name says."""
    said = {mention.key for mention in edocument.mentions}
    return [*edocument.mentions, *(mention for mention in printed if mention.key not in said)]


def _readable(reading: Reading, edocument: EDocument) -> Reading:
    """A bare e-document is shown as a readable page; the print of a hybrid one stays as it is."""
    children = reading.children or edocument.children
    if reading.pages and any(page.width for page in reading.pages):
        return replace(reading, children=children)
    pages = tuple(
        PageText(number, text, source="data") for number, text in enumerate(render(edocument), 1)
    )
    return replace(reading, pages=pages, children=children)


def _is_rendered(pages: Sequence[PageText]) -> bool:
    return all(page.source == "data" for page in pages)


def _number_fact(
    facts: Sequence[FactFound], identifiers: Sequence[IdentifierFound], kind: str, schemes: Schemes
) -> list[FactFound]:
    """The document's own number: that of the scheme whose bearer is its kind, else the first."""
    if any(fact.name == "number" for fact in facts) or not identifiers:
        return []
    bearing = {name for name, one in schemes.by_name.items() if one.scheme.bearer == kind}
    fitting = [i for i in identifiers if i.scheme in bearing or i.scheme == kind]
    own = (fitting or list(identifiers))[0]
    return [FactFound("number", own.identifier, own.evidence, own.origin, rule=own.rule)]
