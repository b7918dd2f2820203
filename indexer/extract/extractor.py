"""What a reading says: an e-document's data first, then the text; facts, own numbers, mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from archive.reading import (
    Evidence,
    Extraction,
    FactFound,
    IdentifierFound,
    MentionFound,
    PageText,
    Reading,
    ReadingContext,
)
from archive.schemes import Schemes
from archive.vocabulary import KINDS
from indexer.extract.disagreement import disagreeing
from indexer.extract.edocuments import EDocument, read_edocument, render
from indexer.extract.facts import find_facts
from indexer.extract.issuers import issuer_of
from indexer.extract.mentions import find_mentions
from indexer.extract.own_numbers import find_own_numbers, scan
from indexer.extract.phrases import file_name
from indexer.parsers.source import left_out


@dataclass(frozen=True, slots=True)
class Extractor:
    """Extracts by these schemes. Made once for each caged process."""

    schemes: Schemes

    def extract(self, reading: Reading, context: ReadingContext) -> tuple[Reading, Extraction]:
        """The reading, with an e-document's tags made readable, and what it says."""
        edocument = read_edocument(reading.data, self.schemes.key_of) if reading.data else None
        if edocument:
            reading = _readable(reading, edocument)
        facts, printed = self._facts(reading, context, edocument)
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
        facts, kind = _kind_by_number(facts, identifiers, self.schemes)
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
        facts += _revision_in_name(facts, context)
        if edocument and pages:
            own = find_own_numbers(
                pages, self.schemes, kind=kind, context=context, title=reading.title, scans=scans
            )
            printed += _number_fact(printed, own, kind, self.schemes)
            facts += disagreeing(pages, facts, printed)
        return reading, Extraction(tuple(facts), tuple(identifiers), tuple(mentions))

    def _facts(
        self, reading: Reading, context: ReadingContext, edocument: EDocument | None
    ) -> tuple[list[FactFound], list[FactFound]]:
        """The facts of the data with those that the text adds; and all that the text says."""
        facts = list(edocument.facts) if edocument else []
        said = {(fact.name, fact.role) for fact in facts}
        found = list(find_facts(reading.pages, context, reading.properties, title=reading.title))
        return facts + [fact for fact in found if (fact.name, fact.role) not in said], found


def _beside_data(printed: Sequence[MentionFound], edocument: EDocument) -> list[MentionFound]:
    """The numbers of an e-document's data, and those that only its print or its name says."""
    said = {mention.key for mention in edocument.mentions}
    return [*edocument.mentions, *(mention for mention in printed if mention.key not in said)]


def _readable(reading: Reading, edocument: EDocument) -> Reading:
    """A bare e-document is shown as a readable page; the print of a hybrid one stays as it is."""
    last = max((child.position for child in reading.children), default=0)
    inside = (replace(one, position=last + one.position) for one in edocument.children)
    reading = _with_lost(replace(reading, children=(*reading.children, *inside)), edocument.lost)
    if reading.pages and any(page.width for page in reading.pages):
        return reading
    pages = tuple(
        PageText(number, text, source="data") for number, text in enumerate(render(edocument), 1)
    )
    return replace(reading, pages=pages)


def _with_lost(reading: Reading, names: Sequence[str]) -> Reading:
    """Files that the data carries in vain are named behind what else is missing."""
    if not names:
        return reading
    said = left_out([(name, "damaged") for name in names])
    if reading.reason_code in (None, "no-text"):
        return replace(reading, reason_code="truncated", reason=said)
    return replace(reading, reason=f"{reading.reason} {said}")


def _is_rendered(pages: Sequence[PageText]) -> bool:
    return all(page.source == "data" for page in pages)


#: `SP-200 Rev C.docx`, `plan_v2.pdf`, `eip-140_r01_2017.md`, `ritning utg 3.pdf`. Behind a bare
#: r or v a small letter is one of a word (`amplifier-rf.pdf`), and capitals side by side begin a
#: number (`RR-2024-02.pdf`).
REVISION_IN_NAME: Final = re.compile(
    r"(?:^|[ _.(-])(?:(?:rev(?:ision)?|ver(?:sion)?|utg(?:åva)?)[ _.-]{0,2}"
    r"|[rv][ _.-]{0,2}(?=\d)|(?-i:[rv][ _.-]{0,2}|[RV][ _.-]{1,2})(?=(?-i:[A-Z])))"
    r"(?P<mark>\d{1,3}(?:\.\d{1,3}){0,2}|[A-Z])(?=$|[ _.)-])",
    re.IGNORECASE,
)


def _revision_in_name(facts: Sequence[FactFound], context: ReadingContext) -> list[FactFound]:
    """The revision mark that the file's name bears, where the text says none."""
    if any(fact.name == "revision" for fact in facts):
        return []
    name = file_name(context.path)
    marks = list(REVISION_IN_NAME.finditer(name.rpartition(".")[0] or name))
    if len(marks) != 1:
        return []
    evidence = Evidence(quote=name, where="name")
    mark = marks[0]["mark"].upper()
    return [FactFound("revision", mark, evidence, confidence=0.7, rule="file name")]


def _kind_by_number(
    facts: Sequence[FactFound], identifiers: Sequence[IdentifierFound], schemes: Schemes
) -> tuple[list[FactFound], str]:
    """The kind; where nothing else says it, what bears the document's own number."""
    kind = next((fact for fact in facts if fact.name == "kind"), None)
    if kind is not None and kind.value != "other":
        return list(facts), kind.value
    for own in identifiers:
        compiled = schemes.by_name.get(own.scheme)
        if compiled and compiled.scheme.bearer in KINDS:
            bearer = compiled.scheme.bearer
            said = FactFound("kind", bearer, own.evidence, own.origin, 0.7, rule="own number")
            return [*(fact for fact in facts if fact is not kind), said], bearer
    return list(facts), "other"


def _number_fact(
    facts: Sequence[FactFound], identifiers: Sequence[IdentifierFound], kind: str, schemes: Schemes
) -> list[FactFound]:
    """The document's own number: that of the scheme whose bearer is its kind, else the first."""
    if any(fact.name == "number" for fact in facts) or not identifiers:
        return []
    bearing = {name for name, one in schemes.by_name.items() if one.scheme.bearer == kind}
    fitting = [i for i in identifiers if i.scheme in bearing or i.scheme == kind]
    own = (fitting or list(identifiers))[0]
    sure, rule = _how_found(own)
    return [FactFound("number", own.identifier, own.evidence, own.origin, sure, rule=rule)]


def _how_found(own: IdentifierFound) -> tuple[float, str]:
    """How sure an own number is, and the rule: data, a label, a title, the name, the heading."""
    if own.origin == "data":
        return 1.0, own.rule
    if own.evidence.where is not None:
        return 0.7, "file name" if own.evidence.where == "name" else own.evidence.where
    if own.rule.startswith(("label", "column")):
        return 0.95, own.rule
    return (0.9, own.rule) if own.rule == "numbered title" else (0.8, f"heading, {own.rule}")
