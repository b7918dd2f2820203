"""Every place where a document cites a number: text, page ends, mail subject, file name, folders.

Offsets count characters of the page's text, and `quote == text[start:end]` always holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final

from archive.keys import meets
from archive.reading import (
    Evidence,
    FactFound,
    IdentifierFound,
    MentionFound,
    PageText,
    ReadingContext,
)
from archive.scheme_types import Schemes
from archive.spot_values import EXPLICIT, SHAPE, Spot
from archive.spot_words import DIGIT
from archive.spots import SpotFinder, find_spots, settle
from archive.vocabulary import MISREAD
from indexer.extract.issuers import issuer_of
from indexer.extract.misread_numbers import find_misread
from indexer.extract.own_numbers import LENDERS, scan, stem_of
from indexer.extract.page_ends import Over, bodies, goes_on, over_end
from indexer.extract.relations import relation_table, sentence_before

#: More than this in one document is a listing that nobody reads as references.
MOST_MENTIONS: Final = 20_000
#: Headers that are for people (RFC 5322, 3.6.5; Outlook's name for the subject of all answers).
INFORMING: Final = ("subject", "comments", "keywords", "thread-topic")
#: Days without dashes, months, spans of years.
_PERIOD: Final = re.compile(
    r"(?:19|20)\d\d[-.]?(?:0[1-9]|1[0-2])(?:[-.]?(?:0[1-9]|[12]\d|3[01]))?"
    r"|\d\d[-.]?(?:0[1-9]|1[0-2])[-.]?(?:0[1-9]|[12]\d|3[01])"
    r"|(?:19|20)\d\d[-/.](?:19|20)?\d\d"
)
#: Behind a number in a name: its end, what parts it from other words, other words, a year or day.
_NAME_GOES_ON: Final = re.compile(
    r"[ ]?(?:\Z|[-–—,;.(+&])|[ ]+(?:[^\W\d]|(?:19|20)\d\d(?:-\d\d-\d\d)?(?![-\w]))"
)


def find_mentions(
    pages: Sequence[PageText],
    schemes: Schemes,
    *,
    kind: str,
    context: ReadingContext,
    headers: Sequence[tuple[str, str]] = (),
    own: Sequence[IdentifierFound] = (),
    parties: Sequence[FactFound] = (),
    scans: Sequence[Sequence[Spot]] = (),
) -> list[MentionFound]:
    """All mentions, by page and place, then those of headers and names.

    `scans` is what `scan` found in these pages, where it was needed before.

    `own` are the document's own numbers, which are no mentions; a bare "Requires: 20" is read in
    their schemes only. `parties` say whose numbers are meant where a scheme asks.
    """
    finder = _MentionFinder(schemes, kind, own, parties)
    found: list[MentionFound] = []
    for mention in finder.all_of(pages, scans or scan(pages, schemes), headers, context.path):
        found.append(mention)
        if len(found) == MOST_MENTIONS:
            break
    return found


#: What a paper says of itself, or a sentence of another number that stands before these words.
OF_SUBJECT: Final = ("supersedes", "superseded-by", "amends")
_OURS: Final = re.compile(r"(?i)\b(?:this|the present|denna|detta|dies\w{0,2})\b")


_start = attrgetter("start")


class _MentionFinder:
    def __init__(
        self,
        schemes: Schemes,
        kind: str,
        own: Sequence[IdentifierFound],
        parties: Sequence[FactFound],
    ) -> None:
        self.schemes = schemes
        self.kind = kind
        self.own = own
        self.home = frozenset(identifier.scheme for identifier in own)
        self.lender = LENDERS.get(kind)
        self.table = relation_table(kind)
        self.parties = parties
        self.issuers: dict[str, str | None] = {}

    def all_of(
        self,
        pages: Sequence[PageText],
        scans: Sequence[Sequence[Spot]],
        headers: Sequence[tuple[str, str]],
        path: str,
    ) -> Iterator[MentionFound]:
        spots = [settle(list(found), self.home) for found in scans]
        around = bodies(pages)
        for index, page in enumerate(pages):
            found: list[MentionFound] = []
            if index:
                here = slice(index - 1, index + 1)
                for one in goes_on(self.schemes, self.home, pages[here], around[here], spots[here]):
                    found += self._over(one)
            start = stop = len(page.text)
            over: Over | None = None
            if index + 1 < len(pages):
                here = slice(index, index + 2)
                over = over_end(self.schemes, self.home, pages[here], around[here], spots[here])
                start, stop = over.start, over.stop
            for spot in spots[index]:
                if spot.end <= start or spot.start >= stop:
                    found += self._mention(page, spot, spots[index])
            yield from sorted(found, key=lambda one: one.evidence.start or 0)
            if over:
                yield from self._over(over)
            if page.source == "ocr":
                yield from self._misread(page, spots[index])
        for name, value in headers:
            yield from self._header(name, value)
        yield from self._names(path)

    def _over(self, over: Over) -> Iterator[MentionFound]:
        """What is read over the end of a page."""
        if over.spot and over.evidence and not self._is_own(over.spot):
            yield self._made(over.spot, over.evidence, self._relation(over.text, over.spot))

    def _mention(
        self, page: PageText, spot: Spot, others: Sequence[Spot]
    ) -> Iterator[MentionFound]:
        if self._is_own(spot):
            return
        evidence = Evidence(page.number, spot.start, spot.end, page.text[spot.start : spot.end])
        relation = self._relation(page.text, spot)
        if relation in OF_SUBJECT and self._is_of_another(page.text, spot, others, relation):
            relation = "cites"
        yield self._made(spot, evidence, relation)

    def _is_of_another(self, text: str, spot: Spot, others: Sequence[Spot], relation: str) -> bool:
        """Whether a number before the words is what they speak of: "SPEC-200 supersedes SPEC-100".

        In minutes that is not said of the minutes.
        """
        start = spot.label_start if spot.label_start >= 0 else spot.start
        sentence = start - len(sentence_before(text, start))
        scheme = self.schemes.scheme(spot.scheme)
        first, behind = (bisect_left(others, at, key=_start) for at in (sentence, start))
        for other in others[first:behind]:
            if other.end > start or self._is_own(other):
                continue
            between = text[other.end : spot.start]
            at, labels = len(between), scheme.cite_labels
            said = self.table.relation(between, at, at, scheme.bearer, labels)
            if said == relation and not _OURS.search(between):
                return True
        return False

    def _made(self, spot: Spot, evidence: Evidence, relation: str) -> MentionFound:
        if spot.scheme not in self.issuers:
            self.issuers[spot.scheme] = issuer_of(self.schemes, spot.scheme, self.parties)
        return MentionFound(
            spot.scheme, spot.written, spot.key, spot.groups, evidence, relation,
            issuer=self.issuers[spot.scheme], rule=spot.rule,
        )  # fmt: skip

    def _is_own(self, spot: Spot) -> bool:
        return any(
            meets(identifier.groups, spot.groups)
            if identifier.scheme == spot.scheme
            else spot.scheme == self.lender and identifier.identifier == spot.written
            for identifier in self.own
        )

    def _relation(self, text: str, spot: Spot) -> str:
        if spot.label is not None and spot.label.relation not in (None, "cites"):
            return str(spot.label.relation)
        scheme = self.schemes.scheme(spot.scheme)
        start = spot.label_start if spot.label_start >= 0 else spot.start
        return self.table.relation(text, start, spot.end, scheme.bearer, scheme.cite_labels)

    def _misread(self, page: PageText, spots: Sequence[Spot]) -> Iterator[MentionFound]:
        """Numbers that stand there only if a letter was read for a digit, or the reverse."""
        found = find_misread(page, spots, self.schemes, self.home, kind=self.kind, own=self.own)
        for text, spot in found:
            if self._is_own(spot):
                continue
            evidence = Evidence(page.number, spot.start, spot.end, page.text[spot.start : spot.end])
            mention = self._made(spot, evidence, self._relation(text, spot))
            yield replace(mention, origin=MISREAD)

    def _header(self, name: str, value: str) -> Iterator[MentionFound]:
        """What people write into headers of a mail; others are labels of what programs put there.

        `X-PO-Number: 4500012345` cites an order, `X-Priority: 1` nothing.
        """
        if name.lower() in INFORMING:
            text, is_label = value, False
        elif name.lower().startswith("x-"):
            text, is_label = f"{name[2:].replace('-', ' ')}: {value}", True
        else:
            return
        for spot in find_spots(self.schemes, text, self.home):
            if self._is_own(spot) or (is_label and spot.label_start != 0):
                continue
            where = Evidence(quote=spot.written, where=f"header {name}")
            yield self._made(spot, where, self._relation(text, spot))

    def _names(self, path: str) -> Iterator[MentionFound]:
        """Numbers in the names of file and folders: by shape, or by a label that opens one."""
        inside = path.rpartition("!/")[2]
        *folders, name = inside.split("/")
        for text, where in ((stem_of(name), "name"), *((folder, "folder") for folder in folders)):
            if not DIGIT.search(text):
                continue  # no shape is without one, and most folders are
            words = text.replace("_", " ")
            for spot in settle(SpotFinder(self.schemes, words, is_name=True).find()):
                is_sure = spot.sureness in (SHAPE, EXPLICIT) or _opens(words, spot)
                if is_sure and not self._is_own(spot):
                    bearer = self.schemes.scheme(spot.scheme).bearer
                    yield self._made(
                        spot,
                        Evidence(quote=spot.written, where=where),
                        self.table.relation("", 0, 0, bearer),
                    )


def _opens(name: str, spot: Spot) -> bool:
    """Whether a name is a label, its number and what is told apart: "Faktura 104711 - Acme".

    Names are full of days and periods, which are no numbers: "Faktura 2024-03", "Avtal 240305".
    """
    if spot.label_start != 0 or _PERIOD.fullmatch(spot.written):
        return False
    return _NAME_GOES_ON.match(name, spot.end) is not None
