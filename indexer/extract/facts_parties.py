"""Who writes and who is meant: parties behind labels and in the letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.reading import FactFound, PageText
from indexer.extract.fact_labels import Label
from indexer.extract.fact_words import BUYER_ISSUES, PARTY_LABELS, TRADE
from indexer.extract.facts_trade import evidence
from indexer.extract.parties import Organisation, organisations, party_numbers

#: A party stands in the first lines behind its label.
BLOCK_LINES: Final = 5
#: The letterhead and the foot of page one.
LETTERHEAD_CHARS: Final = 6_000
NUMBER_NEAR: Final = 300

_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
_NAMED: Final = re.compile(r"(?i)^(?:name|namn|firma|company|företag|nom)\s*:\s*")
_NO_NAME: Final = re.compile(
    r"@|www\.|http|^\W*\d|:\s*\S*\d|^(?:attn|att|tel|phone|fax|e-?mail|gln|org|vat|nr|no|nummer|ust|"
    r"globale|steuer|kund|adress|anschrift|address|page|sida|date|datum|dear|hej)\b|:\s*$",
    re.IGNORECASE,
)


def role_of(label_role: str, kind: str) -> str:
    """`addressee` and `issuer` as seller or buyer, by who writes such a document."""
    if label_role not in ("addressee", "issuer"):
        return label_role
    if kind not in TRADE:
        return "party"
    buyer = (kind in BUYER_ISSUES) == (label_role == "issuer")
    return "buyer" if buyer else "seller"


def labelled_parties(labels: Sequence[Label], kind: str) -> Iterator[FactFound]:
    """The party behind each label of a role; the first of a role wins later."""
    for label in labels:
        role = next((role for role in PARTY_LABELS if label.means(role, kind)), None)
        if role is None or (role in ("addressee", "issuer") and kind not in TRADE):
            continue
        found = _name_behind(label)
        if found is not None:
            where = evidence(label.page, found.start, found.end)
            sure = 0.9 if role not in ("addressee", "issuer") else 0.8
            yield FactFound(
                "party", found.name, where, confidence=sure, role=role_of(role, kind), rule="label"
            )


def _name_behind(label: Label) -> Organisation | None:
    """A name with a company form in the block, else its first line that can be a name."""
    text = label.page.text
    first: Organisation | None = None
    position = label.start
    for _ in range(BLOCK_LINES):
        line = _LINE.match(text, position) or _LINE.search(text, position)
        if line is None:
            break
        start, end = max(line.start(), position), line.end()
        if position == label.start and label.below is None:
            end = min(end, label.end)
        named = _NAMED.match(text[start:end].lstrip())
        company = next(organisations(text, start, end), None)
        if company is not None:
            return company
        first = first or _plain_name(text, start, end, bool(named))
        if named and first:
            return first
        position = line.end()
        if (
            not text[position : position + 2].strip("\n")
            and "\n\n" in text[position : position + 2]
        ):
            break
    return first


def _plain_name(text: str, start: int, end: int, named: bool) -> Organisation | None:
    """A line that can be a name: words with capitals, no digits to speak of, no label."""
    line = text[start:end]
    shift = len(line) - len(line.lstrip(" \t*:-"))
    line = line.strip(" \t*:-")
    if named:
        cut = _NAMED.match(line)
        shift, line = shift + (cut.end() if cut else 0), line[cut.end() if cut else 0 :]
    elif _NO_NAME.search(line):
        return None
    cell = re.split(r"\s{3,}|\t", line)[0].rstrip(" ,;")
    letters = sum(char.isalpha() for char in cell)
    if not 3 <= len(cell) <= 70 or letters < 0.6 * len(cell) or not cell[0].isupper():
        return None
    return Organisation(start + shift, start + shift + len(cell), cell)


def letterhead(
    pages: Sequence[PageText], known: Sequence[FactFound], kind: str
) -> FactFound | None:
    """The issuer, where no label names it: the organisation of page one that no label has.

    Of several the one with a VAT or organisation number near it, or named most often; a tie is
    left open unless one of them stands first on the page.
    """
    page = next((page for page in pages if page.text.strip()), None)
    if page is None or kind not in TRADE:
        return None
    taken = {_folded(fact.value) for fact in known}
    found = [
        found
        for found in organisations(page.text, 0, LETTERHEAD_CHARS)
        if _folded(found.name) not in taken
    ]
    if not found:
        return None
    weights: dict[str, float] = {}
    numbers = list(party_numbers(page.text, 0, LETTERHEAD_CHARS))
    for one in found:
        near = any(0 <= number.start - one.end <= NUMBER_NEAR for number in numbers)
        weights[_folded(one.name)] = weights.get(_folded(one.name), 0.0) + 1.0 + near
    weights[_folded(found[0].name)] += 0.5
    best = max(found, key=lambda one: weights[_folded(one.name)])
    role = role_of("issuer", kind)
    where = evidence(page, best.start, best.end)
    return FactFound("party", best.name, where, confidence=0.7, role=role, rule="letterhead")


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def with_numbers(parties: Sequence[FactFound], pages: Sequence[PageText]) -> list[FactFound]:
    """Each party with the first valid number that follows its name before the next party's."""
    texts = {page.number: page.text for page in pages}
    result = []
    for fact in parties:
        page, end = fact.evidence.page, fact.evidence.end
        if page is None or end is None:
            result.append(fact)
            continue
        later = [
            other.evidence.start
            for other in parties
            if other.evidence.page == page and (other.evidence.start or 0) > end
        ]
        stop = min([end + NUMBER_NEAR, *(start for start in later if start is not None)])
        number = next(party_numbers(texts[page], end, stop), None)
        result.append(fact if number is None else replace(fact, identifier=number.name))
    return result


def one_each(parties: Sequence[FactFound]) -> list[FactFound]:
    """Each name once in a role; what has a role of its own is no mere party too."""
    seen: set[tuple[str | None, str]] = set()
    kept = []
    for fact in parties:
        key = fact.role, _folded(fact.value)
        if key in seen or (fact.role == "party" and any(name == key[1] for _, name in seen)):
            continue
        seen.add(key)
        kept.append(fact)
    return kept
