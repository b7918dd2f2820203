"""Which numbers a document itself bears, by evidence in this order: structured data, a label on the
first page, a numbered title, the file name, the heading. One number for each scheme that its kind
can bear; an edition bears the number without its edition too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from archive.keys import fold, without_edition
from archive.reading import Evidence, FactFound, IdentifierFound, PageText, ReadingContext
from archive.scheme_types import CompiledScheme, Schemes
from archive.spot_names import as_told
from archive.spot_values import COLON, EXPLICIT, SHAPE, Spot
from archive.spot_words import LABEL_GAP
from archive.spots import SpotFinder, find_spots, settle
from indexer.extract.issuers import issuer_of
from indexer.extract.numbered_titles import numbered_titles
from indexer.extract.phrases import file_name
from indexer.extract.plain_text import parted_pages, unmarked
from indexer.extract.relations import relation_table
from indexer.extract.rows import value_under

#: Kinds that texts often are without saying so. A document whose kind nobody knows may still bear
#: such a number in its head; it never is an order because an order number stands in it.
UNMARKED: Final = ("specification", "other")
#: Kinds that forms number under the label of another kind's numbers, and the scheme of those: a
#: "Kreditfaktura" has a "Fakturanr", an order confirmation its seller's "Ordernr".
LENDERS: Final[Mapping[str, str]] = {"credit-note": "invoice", "order-response": "purchase-order"}
_FIRST: Final = 8000  # characters of the first page in which its own number is looked for
_HEAD_LINES: Final = 15
_ROW_CHARS: Final = 3_000  # in which a row of labels is looked for
_NUMBER_WORD: Final = re.compile(r"(?:nr|no|n°|numéro)\b")
_FRONT_MATTER: Final = re.compile(r"\A\s*---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_YAML: Final = re.compile(r"\A(?:[a-z][a-z0-9_-]*:[^\n]*\n(?:(?:[ \t]|- |#)[^\n]*\n|\n)*){3,}\Z")
_MARK: Final = (
    r"(?:(?:rev(?:ision)?|ver(?:sion)?|utg(?:åva)?|issue)[ .:-]{0,2}|[rv][.-]?)"
    r"(?:\d{1,3}(?:\.\d{1,3}){0,2}|[A-Z]{1,2})(?![^\W_])"
)
_DAY: Final = r"(?:19|20)\d\d-?[01]\d-?[0-3]\d(?!\d)"
#: What may stand behind a number that a name, or a line of the head, says alone.
_MARKED: Final = re.compile(rf"(?:[ ,(.-]{{1,3}}(?:{_MARK}|{_DAY})\)?)+", re.IGNORECASE)
_LETTER: Final = re.compile(r"-?[A-Z]")
_HEADING_END: Final = re.compile(r"[*_`]{0,3}[ \t]*(?:[:–—|(]|- |\n|\Z|[ \t]{2})")
_OPENING: Final = re.compile(r"[\s#*_>|=\"'\[(]*")
_DECORATION: Final = " \t#*_`|>\"'[(:"


def scan(pages: Sequence[PageText], schemes: Schemes) -> list[list[Spot]]:
    """All that may be a number on each page: what own numbers and mentions are both made of."""
    finders = [SpotFinder(schemes, unmarked(page.text)) for page in parted_pages(pages)]
    return as_told([finder.find() for finder in finders], finders, schemes.by_name)


def find_own_numbers(
    pages: Sequence[PageText],
    schemes: Schemes,
    *,
    kind: str,
    context: ReadingContext,
    title: str | None = None,
    edocument_identifiers: Sequence[IdentifierFound] = (),
    parties: Sequence[FactFound] = (),
    scans: Sequence[Sequence[Spot]] = (),
) -> list[IdentifierFound]:
    """The numbers that this document bears, the strongest evidence for each scheme.

    Structured data is believed alone: its print beside it says nothing else. `parties` fill the
    issuer where a scheme's numbers are one party's. `scans` is what `scan` found in these pages.
    """
    found: dict[str, IdentifierFound] = {}
    candidates: Iterator[IdentifierFound] = iter(edocument_identifiers)
    if not edocument_identifiers:
        page = pages[0] if pages else PageText(1, "")
        spots = scans[0] if scans else scan([page], schemes)[0]
        home = frozenset(n for n, entry in schemes.by_name.items() if entry.scheme.bearer == kind)
        own = [spot for spot in spots if spot.label is None or not spot.label.says_more]
        head = _FirstPage(page, settle(own, home), schemes, kind)
        candidates = head.candidates(context.path, title)
    for identifier in candidates:
        found.setdefault(identifier.scheme, identifier)
    borne = [
        replace(one, issuer=one.issuer or issuer_of(schemes, one.scheme, parties))
        for one in found.values()
    ]
    return borne + [whole for one in borne if (whole := _without_edition(one, schemes))]


def _without_edition(one: IdentifierFound, schemes: Schemes) -> IdentifierFound | None:
    """`ISO 9001` of `ISO 9001:2015`, read at the same place; None for what is no edition."""
    compiled = schemes.by_name.get(one.scheme)
    mark = compiled.scheme.edition if compiled else ""
    if not mark or mark not in one.key:
        return None
    text, key, groups = without_edition(one.identifier, one.key, one.groups, mark)
    return replace(one, identifier=text, key=key, groups=groups, rule=f"{one.rule}, any edition")


class _FirstPage:
    """All that speaks for own numbers in one document, strongest first."""

    def __init__(self, page: PageText, spots: Sequence[Spot], schemes: Schemes, kind: str) -> None:
        self.page, self.text = page, parted_pages([page])[0].text
        self.spots = [
            spot
            for spot in spots
            if spot.end <= _FIRST and "after" not in spot.rule and spot.name is None
        ]
        # a column of several numbers is a list of other documents
        columns = {(spot.rule, spot.key) for spot in self.spots if spot.rule.startswith("column")}
        heads = [rule for rule, _ in columns]
        self.spots = [spot for spot in self.spots if heads.count(spot.rule) < 2]
        self.schemes, self.kind = schemes, kind
        bearers = {name: entry.scheme.bearer for name, entry in schemes.by_name.items()}
        self.sure = {name for name, bearer in bearers.items() if bearer == kind}
        self.unmarked = {name for name, bearer in bearers.items() if bearer in UNMARKED}
        self.front = _front_matter(self.text)
        self.head = _head_end(self.text)

    def candidates(self, path: str, title: str | None) -> Iterator[IdentifierFound]:
        labelled = [spot for spot in self.spots if self._is_labelled(spot)]
        for spot in sorted(labelled, key=lambda spot: (-spot.sureness, spot.start)):
            yield self._identifier(spot)
        yield from self._under_labels()
        yield from self._titled()
        yield from self._named(stem_of(path))
        for spot in self.spots:
            if spot.start < self.head and self._is_heading(spot):
                yield self._identifier(spot)
        for spot in find_spots(self.schemes, title) if title else ():
            opens = spot.start == 0 and spot.name is None
            if opens and spot.scheme in self._likely() and _closes(title or "", spot.end):
                yield _in_name(spot, "title")
        yield from self._lent()

    def _lent(self) -> Iterator[IdentifierFound]:
        """`Fakturanr: 10025` of a credit note that beside it says which invoice it credits."""
        lender = LENDERS.get(self.kind)
        own: list[Spot] = []
        cited: set[str] = set()
        for spot in self.spots:
            if spot.scheme != lender or spot.label is None:
                continue
            if not spot.label.is_own:
                cited.add(spot.key)
            elif self._opens_line(spot.label_start):
                own.append(spot)
        keys = {spot.key for spot in own} - cited
        if not cited or len(keys) != 1:
            return
        spot = next(spot for spot in own if spot.key in keys)
        for scheme in self.sure - self.unmarked:
            key, groups = self.schemes.key_of(scheme, spot.written)
            yield replace(self._identifier(spot), scheme=scheme, key=key, groups=groups)

    def _titled(self) -> Iterator[IdentifierFound]:
        """The number behind a title that no label knows; it bears that of its kind's one scheme."""
        schemes = self.sure - self.unmarked
        if len(schemes) != 1:
            return
        (scheme,) = schemes
        for start, end in numbered_titles(self.text, self.kind):
            written = self.page.text[start:end]
            key, groups = self.schemes.key_of(scheme, written)
            where = Evidence(self.page.number, start, end, written)
            yield IdentifierFound(scheme, written, key, groups, where, rule="numbered title")

    def _under_labels(self) -> Iterator[IdentifierFound]:
        """`Invoice no Invoice date` above `1001 2024-03-05`: what stands under its own label."""
        lower, end = self.text.lower(), min(self.head, _ROW_CHARS)
        if len(lower) != len(self.text):
            return  # offsets would not be those of the page
        for match in self.schemes.label_pattern.finditer(lower, 0, end):
            for label in self.schemes.labels[LABEL_GAP.sub("", match["label"])]:
                if label.scheme not in self.sure - self.unmarked or not label.is_own:
                    continue
                span = value_under(self.text, *match.span())
                if span is not None and (match["number"] or _NUMBER_WORD.search(label.words)):
                    written = self.page.text[slice(*span)]
                    key, groups = self.schemes.key_of(label.scheme, written)
                    where = Evidence(self.page.number, *span, written)
                    rule = f'column "{label.words}"'
                    yield IdentifierFound(label.scheme, written, key, groups, where, rule=rule)

    def _likely(self) -> set[str]:
        """What it may bear: more than its kind says where the kind says little."""
        return self.sure | self.unmarked if self.kind in UNMARKED or self.front else self.sure

    def _is_labelled(self, spot: Spot) -> bool:
        if spot.label is None or not spot.label.is_own:
            return False
        opens = self._opens_line(spot.label_start)
        if spot.scheme in self.sure and spot.scheme not in self.unmarked:
            return (
                opens if spot.sureness < EXPLICIT else opens or not self._is_cited(spot.label_start)
            )
        if spot.scheme in self.sure and spot.start < self.head:
            return opens
        if spot.scheme not in self.unmarked or not opens or spot.sureness < COLON:
            return False
        if spot.start < self.front:
            return True
        shaped = self.schemes.by_name[spot.scheme].has_shape or spot.sureness >= EXPLICIT
        return self.kind == "other" and shaped and spot.start < self.head

    def _is_cited(self, position: int) -> bool:
        """Whether words before a number speak of another document: "under Agreement No. 7"."""
        return relation_table(self.kind).has_cue(self.text, position)

    def _opens_line(self, position: int) -> bool:
        before = self.text[self.text.rfind("\n", 0, position) + 1 : position]
        return not before.strip(_DECORATION) or before.endswith(("\t", "  ", "| "))

    def _named(self, stem: str) -> Iterator[IdentifierFound]:
        """Numbers in the file name: the only one of its scheme; for the unmarked, all of it."""
        spots = [spot for spot in find_spots(self.schemes, stem) if spot.name is None]
        for spot in spots:
            alone = {other.key for other in spots if other.scheme == spot.scheme} == {spot.key}
            if (
                spot.scheme in self.sure
                and alone
                and (spot.scheme not in self.unmarked or spot.start == 0)
            ) or (
                spot.scheme in self._likely() and _is_whole(self.schemes.by_name[spot.scheme], stem)
            ):
                headed = self._headed_without_mark(spot)
                yield self._identifier(headed) if headed else _in_name(spot, "name")

    def _headed_without_mark(self, named: Spot) -> Spot | None:
        """`SPEC-700` of the heading where the name says `SPEC-700-A`: the letter is a revision."""
        for spot in self.spots:
            rest = named.key.removeprefix(spot.key)
            line = self.text.rfind("\n", 0, spot.start) + 1
            if (
                spot.scheme == named.scheme
                and named.key.startswith(spot.key)
                and _LETTER.fullmatch(rest)
                and self._is_first_line(line)
                and self._follows_few_words(spot, line)
            ):
                return spot
        return None

    def _is_heading(self, spot: Spot) -> bool:
        """Whether a number opens the first heading, or follows nothing but its kind there."""
        if spot.scheme not in self._likely() or not _closes(self.text, spot.end):
            return False
        if spot.label is not None and not spot.label.is_own:
            return False
        line = self.text.rfind("\n", 0, spot.start) + 1
        if not self.text[line : spot.start].strip(_DECORATION):
            return self._is_first_line(line)
        is_sure = spot.scheme in self.sure - self.unmarked and spot.sureness >= SHAPE
        return is_sure and self._follows_few_words(spot, line)

    def _is_first_line(self, line: int) -> bool:
        opening = _OPENING.match(self.text)
        return self.text.startswith("#", line) or line <= (opening.end() if opening else 0)

    def _follows_few_words(self, spot: Spot, line: int) -> bool:
        before = self.text[line : spot.start].strip(_DECORATION)
        few = len(before) <= 40 and len(before.split()) <= 3
        no_digit = not any(char.isdigit() for char in before)
        return few and no_digit and not self._is_cited(spot.start)

    def _identifier(self, spot: Spot) -> IdentifierFound:
        evidence = Evidence(
            self.page.number, spot.start, spot.end, self.page.text[spot.start : spot.end]
        )
        return IdentifierFound(
            spot.scheme, spot.written, spot.key, spot.groups, evidence, rule=spot.rule
        )


def _front_matter(text: str) -> int:
    """Where the front matter (or a file of nothing but keys) ends; 0 without one."""
    match = _FRONT_MATTER.match(text) or (_YAML.match(text) if len(text) < _FIRST else None)
    return match.end() if match else 0


def _head_end(text: str) -> int:
    """Where the first lines end in which a document says what it is."""
    position = lines = 0
    while lines < _HEAD_LINES and position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        lines += not text[position:end].isspace() and end > position
        position = end + 1
    return min(position, len(text))


def stem_of(path: str) -> str:
    """The file's name without its ending, as words.

    >>> stem_of("in/Faktura_nr_1001.pdf"), stem_of("PO-2024.113")
    ('Faktura nr 1001', 'PO-2024.113')
    """
    name = file_name(path)
    stem, _, ending = name.rpartition(".")
    is_ending = len(ending) <= 5 and not ending.isdigit()
    return (stem if stem and is_ending else name).replace("_", " ")


def _closes(text: str, position: int) -> bool:
    marked = _MARKED.match(text, position)
    return _HEADING_END.match(text, marked.end() if marked else position) is not None


def _is_whole(compiled: CompiledScheme, stem: str) -> bool:
    """Whether a name is a number and nothing but its revision and day: `SPEC-100 rev B`."""
    name = fold(stem).text
    ends = (match.end() for pattern in compiled.patterns if (match := pattern.match(name)))
    return any(end == len(name) or _MARKED.fullmatch(name, end) for end in ends)


def _in_name(spot: Spot, where: str) -> IdentifierFound:
    evidence = Evidence(quote=spot.written, where=where)
    return IdentifierFound(
        spot.scheme, spot.written, spot.key, spot.groups, evidence, rule=spot.rule
    )
