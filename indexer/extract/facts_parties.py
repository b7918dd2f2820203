"""Who writes and who is meant: parties behind labels and in the letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.reading import FactFound, PageText
from indexer.extract.fact_labels import Label
from indexer.extract.fact_words import BUYER_ISSUES, CONTRACTS, PARTY_LABELS, TRADE
from indexer.extract.facts_trade import evidence
from indexer.extract.parties import Organisation, organisations, party_numbers
from indexer.extract.phrases import first_written

#: A party stands in the first lines behind its label.
BLOCK_LINES: Final = 5
#: The letterhead and the foot of page one.
LETTERHEAD_CHARS: Final = 6_000
NUMBER_NEAR: Final = 300
#: How sure a labelled name is that bears no company form.
PERSON: Final = 0.6
#: Labels of a role behind which the company's person stands, where another one names the company.
CONTACTS: Final = frozenset({"beställare", "ordered by", "att", "attention", "auftraggeber"})
CONTACT_RULE: Final = "label of a contact"

_LINE: Final = re.compile(r"[^\S\n]*+\S[^\n]*")
_NAMED: Final = re.compile(r"(?i)^(?:name|namn|firma|company|företag|nom)\s*:\s*")
#: "12345 Stadt", "599 14 Almvinge", "SW1A 1AA", "PA 18503", "1234 AB Utrecht" as a line's beginning
#: or, in English, its end.
_POSTAL: Final = re.compile(
    r"^\W*(?:[A-Z]{1,2}[- ])?(?:\d{3} \d{2}|\d{4,5}(?: [A-Z]{2})?) +[A-ZÅÄÖÉ][^\d:]{2,40}$"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|\b[A-Z]{2},? \d{5}(?:-\d{4})?(?:,? [A-Z]+)?$"
)
#: "Acme AB, Storgatan 1, …", "Acme AB\nStorgatan 1, 123 45 …": a sender's address on one line.
_INLINE: Final = re.compile(r" ?[,|·•●–-] ?[^\n]*\d|\n[^\n]{3,40}\d[^\n]{0,6}, ?[^\n]*\d")
#: "Värmeverket Norra. Märk godset …": the stop behind a longer word is no abbreviation's.
_SENTENCE_END: Final = re.compile(r"(?<=[^\W\d_]{5})\.(?=\s|$)")
_MADE_WITH: Final = re.compile(
    r"(?i)(?:\(c\)|©|copyright|powered by|printed by|source:)[\s\w]{0,12}$"
)
_TITLE: Final = re.compile(
    r"(?i)^(?:invoice|purchase order|order|quotation|delivery note|credit note|faktura|rechnung|"
    r"offert|följesedel|beställning|inköpsorder|lieferschein|angebot|facture|avoir|page|sida)\b"
)
#: The role behind a name, in brackets or between dashes: `Acme Ltd (the Seller)`, `- Käufer -`.
_OPENED: Final = re.compile(
    r"(?i)(?<=\S)\s?(?P<sign>\((?:[^()\n]{0,40}\s)?|\s[-–—]\s)"
    r"(?:the |der |die |le |la |l['’])?[“”\"„«]?\s?$"
)
_CLOSED: Final = re.compile(r"\s?[“”\"»]?\s?(?:genannt\s?)?(?:\)|\s?[-–—](?=\s))(?!\s?[:\t;|])")
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
        if not _introduces(label):
            continue
        closed = _closed(label)
        found = _name_behind(label) if closed is None else _name_before(label, closed)
        if found is not None:
            where = evidence(label.page, found.start, found.end)
            sure = 0.9 if role not in ("addressee", "issuer") else 0.8
            if next(organisations(found.name + " "), None) is None:
                sure = PERSON  # "Buyer: Karin Lindvall" is who signs for the buyer
            said = label.page.text[label.label_start : label.label_end].casefold()
            rule = CONTACT_RULE if sure == PERSON and said in CONTACTS else "label"
            yield FactFound(
                "party", found.name, where, confidence=sure, role=role_of(role, kind), rule=rule
            )


def _introduces(label: Label) -> bool:
    """`Kund: …`, `Kund;…` and `Kund` alone on its line do; `Kunden AG`, `unsere Käufer:` don't.

    A label of several words, `Bill to`, needs no colon.
    """
    if label.is_over:
        return True
    text = label.page.text
    line = text.rfind("\n", 0, label.label_start) + 1
    if text[label.label_start].islower() and text[line : label.label_start].strip():
        return False
    strict = any(meaning.strict for meaning in label.meanings)
    between = text[label.label_end : label.start]
    is_cell = between.startswith(("\t", ";", ",", '"'))
    return not strict or label.below is not None or ":" in between or is_cell or len(between) > 1


def _closed(label: Label) -> int | None:
    """Where the bracket opens in which the label stands behind others: `Acme Ltd (Seller) and …`.

    `Name (Seller): …` and `Name (Seller)` alone on its line are labels all the same.
    """
    text = label.page.text
    line = text.rfind("\n", 0, label.label_start) + 1
    opens = _OPENED.search(text, line, label.label_start)
    if opens is None or not _CLOSED.match(text, label.label_end):
        return None
    if next(organisations(text, line, opens.start()), None) is None:
        ends_line = not text[label.label_end :].partition("\n")[0].strip(" )")
        return None if ends_line or "(" not in opens["sign"] else opens.start()
    return opens.start()


def _name_before(label: Label, end: int) -> Organisation | None:
    """The last company before the bracket on its line."""
    text = label.page.text
    line = text.rfind("\n", 0, label.label_start) + 1
    return next(iter(list(organisations(text, line, end))[-1:]), None)


def _name_behind(label: Label) -> Organisation | None:
    """A name with a company form in the block, else its first line that can be a name."""
    text = label.page.text
    cell = _cell_below(label)
    if cell is not None:
        return next(organisations(text, *cell), None) or _plain_name(text, *cell, named=False)
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
            return _to_line_end(text, company, end)
        first = first or _plain_name(text, start, end, bool(named))
        beside = position == label.start and label.below is None
        if first and (named or beside):
            return first
        if beside and not _NO_NAME.search(text[start:end]):
            return None
        position = line.end()
        if (
            not text[position : position + 2].strip("\n")
            and "\n\n" in text[position : position + 2]
        ):
            break
    return first


def _cell_below(label: Label) -> tuple[int, int] | None:
    """The cell under a label that heads a column: both rows have the same number of cells.

    An empty one where both are rows of a table and have not.
    """
    text = label.page.text
    line = text.rfind("\n", 0, label.label_start) + 1
    line_end = text.find("\n", label.label_end)
    sign = next((sign for sign in ";\t" if sign in text[line:line_end]), None)
    if label.below is None or line_end < 0 or sign is None:
        return None
    below = text[line_end + 1 :].partition("\n")[0].split(sign)
    place = text[line : label.label_start].count(sign)
    heads = text[line:line_end].count(sign) + 1
    if len(below) != heads:  # one of the values is missing, and nobody knows which
        return (line_end, line_end) if min(len(below), heads) > 2 else None
    start = line_end + 1 + sum(len(cell) + 1 for cell in below[:place])
    cell = below[place]
    start += len(cell) - len(cell.lstrip(' "'))
    return start, start + len(cell.strip(' "'))


def _to_line_end(text: str, company: Organisation, end: int) -> Organisation:
    """`Kunden AG Mitte` alone on its line is the name; `Kunden AG, Storgatan 1` goes on."""
    rest = text[company.end : end].rstrip()
    if re.fullmatch(r"(?: [A-ZÅÄÖ&][\w&.-]*){1,3}", rest):
        stop = company.end + len(rest)
        return Organisation(company.start, stop, " ".join(text[company.start : stop].split()))
    return company


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
    cell = re.split(r"""\s{3,}|["\t;]|,(?=[^\W\d_])""", line)[0].rstrip(" ,;")
    cell = _SENTENCE_END.split(cell)[0]
    letters = sum(char.isalpha() for char in cell)
    if not 3 <= len(cell) <= 70 or letters < 0.6 * len(cell) or not cell[0].isupper():
        return None
    return Organisation(start + shift, start + shift + len(cell), cell)


def letterhead(
    pages: Sequence[PageText],
    known: Sequence[FactFound],
    kind: str,
    labels: Sequence[Label],
) -> Iterator[FactFound]:
    """Issuer and addressee where no label names them, by how a letter is laid out on page one.

    The issuer is named in the letterhead and the foot, with its numbers; the addressee heads a
    block of lines that ends in a postal code.
    """
    page = first_written(pages)
    if page is None or kind not in TRADE | CONTRACTS:
        return
    issuer, addressee = role_of("issuer", kind), role_of("addressee", kind)
    taken = {_folded(fact.value) for fact in known if fact.role != "party"}
    blocks = [block for block in _address_blocks(page, labels) if _folded(block.name) not in taken]
    has = {fact.role for fact in known}
    sure = {fact.role for fact in known if fact.confidence > PERSON}
    wrote = None if issuer in sure else _issuer(page, taken, blocks)
    if wrote is not None:
        where = evidence(page, wrote.start, wrote.end)
        yield FactFound("party", wrote.name, where, confidence=0.7, role=issuer, rule="letterhead")
        taken.add(_folded(wrote.name))
    if addressee not in has and (wrote is not None or issuer in has):
        to = next((block for block in blocks if _folded(block.name) not in taken), None)
        if to is not None:
            where = evidence(page, to.start, to.end)
            yield FactFound("party", to.name, where, confidence=0.7, role=addressee, rule="address")


def _issuer(page: PageText, taken: set[str], blocks: Sequence[Organisation]) -> Organisation | None:
    """The organisation that page one names most, those with a number of their own first.

    One that only heads an address block is whom the letter is for.
    """
    found = [
        one
        for one in organisations(page.text, 0, LETTERHEAD_CHARS)
        if _folded(one.name) not in taken
        and not _MADE_WITH.search(page.text, max(0, one.start - 20), one.start)
    ]
    if not found:
        return None
    numbers = list(party_numbers(page.text, 0, LETTERHEAD_CHARS))
    heads = {block.start for block in blocks}
    weights: dict[str, float] = {_folded(found[0].name): 0.5}
    for one, following in zip(found, [*found[1:], None], strict=True):
        stop = min(one.end + NUMBER_NEAR, following.start if following else len(page.text))
        between = page.text.find("\n\n", one.end, stop)
        stop = between if between >= 0 else stop
        numbered = any(one.end <= number.start < stop for number in numbers)
        addressed = bool(_INLINE.match(page.text, one.end))
        weight = 0.3 if one.start in heads else 1.0
        key = _folded(one.name)
        weights[key] = weights.get(key, 0.0) + weight + numbered + addressed
    return max(found, key=lambda one: weights[_folded(one.name)])


def _address_blocks(page: PageText, labels: Sequence[Label]) -> Iterator[Organisation]:
    """The first line of each block of two to five lines that ends in a postal code."""
    text = page.text
    labelled = [(label.label_start, label.label_end) for label in labels if label.page is page]
    lines = list(_LINE.finditer(text, 0, LETTERHEAD_CHARS))
    for index, line in enumerate(lines):
        if not _POSTAL.search(line.group()):
            continue
        above: list[Organisation] = []
        for before in reversed(lines[max(0, index - 4) : index]):
            if any(before.start() <= start < before.end() for start, _ in labelled):
                break
            company = next(organisations(text, *before.span()), None)
            if company is not None and not text[before.start() : company.start].strip():
                above.append(company)
                break
            plain = _plain_name(text, *before.span(), named=False)
            if plain is not None and not _TITLE.search(plain.name):
                above.append(plain)
            elif above or not any(char.isdigit() for char in before.group()):
                break
        if above:
            yield above[-1]


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
    """Each name once in a role; what has a role of its own is no mere party too.

    Who stands behind a label of contacts is nobody's second party.
    """
    seen: set[tuple[str | None, str]] = set()
    kept = []
    for fact in sorted(parties, key=lambda fact: (fact.role == "party", -fact.confidence)):
        key = fact.role, _folded(fact.value)
        if key in seen or (fact.role == "party" and any(name == key[1] for _, name in seen)):
            continue
        if fact.rule == CONTACT_RULE and any(role == fact.role for role, _ in seen):
            continue
        seen.add(key)
        kept.append(fact)
    return kept
