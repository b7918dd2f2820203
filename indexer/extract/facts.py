"""The facts of a plain text: kind, dates, parties, total, currency, revision, title, language.

Each has its place and its exact words. What two readings of the document would disagree about is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.reading import Evidence, FactFound, PageText, ReadingContext
from indexer.extract import facts_contracts, facts_parties, facts_till, facts_trade
from indexer.extract.approval import approval
from indexer.extract.contract_dates import contract_dates, signatures
from indexer.extract.contract_notice import notice_and_renewal
from indexer.extract.contract_period import said_period
from indexer.extract.contract_sums import contract_sum
from indexer.extract.contract_terms import Start, expiry
from indexer.extract.dates import find_dates
from indexer.extract.document_title import find_title
from indexer.extract.fact_labels import Label, find_labels
from indexer.extract.fact_words import CONTRACTS
from indexer.extract.facts_trade import Dates, evidence
from indexer.extract.governing_law import governing_law
from indexer.extract.heads import Heads
from indexer.extract.kinds import kind_of
from indexer.extract.language import language_of, telling_line
from indexer.extract.net_totals import net_total
from indexer.extract.phrases import file_name
from indexer.extract.undecided import due_after, undecided_date

#: Kinds that carry sums; elsewhere a total is a total of something else.
WITH_TOTAL: Final = frozenset(
    {"invoice", "credit-note", "purchase-order", "order-response", "order-change", "quotation",
     "receipt", "reminder", "statement", "remittance", "other", "contract", "amendment"}
)  # fmt: skip
#: Those of which totals are compared with and without tax.
WITH_NET: Final = frozenset(
    {"invoice", "credit-note", "purchase-order", "order-response", "order-change", "quotation"}
)
DATE_FACTS: Final = ("date", "due_date", "effective_from", "expires_on")


def find_facts(
    pages: Sequence[PageText],
    context: ReadingContext,
    properties: Sequence[tuple[str, str]] = (),
    *,
    title: str | None = None,
    kind: FactFound | None = None,
) -> tuple[FactFound, ...]:
    """All facts of a text but its own number, which schemes know.

    `title` is that of the file, else the one among its `properties`; `kind` saves finding it twice.
    Single facts come once (a date that the document does not decide in both readings, marked as
    undecided), parties once in each role. Evidence of page text quotes it exactly. Of
    a page that we made from data ourselves only title and language are read. Nothing is raised.
    """
    title = title or dict(properties).get("title")
    heads = Heads(pages)
    kind = kind_of(heads, context) if kind is None else kind
    found = _find(heads, context, title, kind)
    return tuple(replace(fact, evidence=heads.as_written(fact.evidence)) for fact in found)


def _find(
    heads: Heads, context: ReadingContext, title: str | None, kind: FactFound
) -> list[FactFound]:
    pages = heads.pages
    language = _language(pages)
    dates = Dates(pages, language.value if language else None)
    named = find_title(pages, context, title, kind)
    if pages and all(page.source == "data" for page in pages):
        return [fact for fact in (named, language) if fact is not None]
    labels = [label for page in _labelled_pages(pages) for label in find_labels(heads.of(page))]
    preamble = facts_contracts.find_preamble(pages) if kind.value in CONTRACTS else None
    facts = [kind]
    facts += _dates(dates, context, labels, kind, preamble)
    facts += _parties(pages, labels, kind.value, preamble)
    facts += _money(pages, labels, dates.language, kind.value)
    law = governing_law(pages) if kind.value in CONTRACTS else None
    said = (law, facts_trade.revision(labels), approval(_labelled_pages(pages)), named, language)
    facts += [fact for fact in said if fact is not None]
    facts += notice_and_renewal(pages) if kind.value in CONTRACTS else ()
    return facts


def _labelled_pages(pages: Sequence[PageText]) -> list[PageText]:
    """The first two pages with text and the last."""
    written = [page for page in pages if page.text and not page.text.isspace()]
    return written[:2] + written[2:][-1:]


def _language(pages: Sequence[PageText]) -> FactFound | None:
    """By the first pages; the quote is the line of them that shows it best."""
    read = _labelled_pages(pages)
    found = language_of("\n".join(page.text[:4_000] for page in read))
    if found is None:
        return None
    language, confidence, rule = found
    where = Evidence()
    for page in read:
        span = telling_line(page.text[:4_000], language)
        if span is not None:
            where = evidence(page, *span)
            break
    return FactFound("language", language, where, confidence=confidence, rule=rule)


def _dates(
    dates: Dates,
    context: ReadingContext,
    labels: Sequence[Label],
    kind: FactFound,
    preamble: facts_contracts.Preamble | None,
) -> Iterator[FactFound]:
    """Own date, due date, day of effect and expiry: a contract's by its clauses, else by labels."""
    pages = dates.pages
    found: dict[str, FactFound] = {}
    for name in DATE_FACTS:
        fact = facts_trade.labelled_date(labels, dates, kind.value, name)
        if fact is not None:
            found[name] = fact
    if kind.value in CONTRACTS:
        found = _contract_dates(dates, found, preamble)
    if "date" not in found:
        title_end = kind.evidence.end if kind.rule == "title" else None
        own = (
            facts_trade.numbered_date(pages, dates, kind.value)
            or facts_trade.head_date(pages, labels, dates, title_end)
            or _name_date(context)
        )
        if own is not None and all(one.evidence != own.evidence for one in found.values()):
            found["date"] = own
    yield from found.values()
    for name in DATE_FACTS:
        if name not in found:
            readings = undecided_date(labels, dates, kind.value, name)
            is_due = name == "due_date"
            yield from due_after(readings, found.get("date"), kind.value) if is_due else readings


def _contract_dates(
    dates: Dates, labelled: dict[str, FactFound], preamble: facts_contracts.Preamble | None
) -> dict[str, FactFound]:
    """The dates by labels, and those that a contract's clauses and signatures say."""
    pages = dates.pages
    found = dict(labelled)
    block = signatures(pages)
    if "date" in found and block and _stands_in(found["date"], block):
        del found["date"]  # of one signature, perhaps not of the last
    for fact in contract_dates(pages, preamble, dates):
        if fact.name not in found or fact.confidence > found[fact.name].confidence:
            found[fact.name] = fact
    period = {fact.name: fact for fact in said_period(pages, dates)}
    if "date" in found and any(fact.evidence == found["date"].evidence for fact in period.values()):
        del found["date"]  # a day of the term, not of the agreement
    found = period | found
    made, effective = found.get("date"), found.get("effective_from")
    start = Start(made.value if made else None, effective.value if effective else None)
    ends = expiry(pages, dates, start)
    if ends is not None:
        found["expires_on"] = ends
    return found


def _stands_in(fact: FactFound, block: tuple[PageText, int, int]) -> bool:
    page, start, end = block
    return fact.evidence.page == page.number and start <= (fact.evidence.start or 0) < end


def _name_date(context: ReadingContext) -> FactFound | None:
    """An ISO date in the file's name, where the text has none: `2024-03-05 Protokoll.pdf`."""
    name = file_name(context.path)
    for date in find_dates(name.replace("_", " ")):
        if date.iso and name[date.start : date.end].startswith(date.iso[:4]):
            where = Evidence(where="name", quote=name[date.start : date.end])
            return FactFound("date", date.iso, where, confidence=0.6, rule="name")
    return None


def _parties(
    pages: Sequence[PageText],
    labels: Sequence[Label],
    kind: str,
    preamble: facts_contracts.Preamble | None,
) -> list[FactFound]:
    if preamble is not None:
        named = list(facts_contracts.contract_parties(preamble))
        return facts_parties.with_numbers(facts_parties.one_each(named), pages)
    known = facts_parties.one_each(list(facts_parties.labelled_parties(labels, kind)))
    known += facts_parties.letterhead(pages, known, kind, labels)
    return facts_parties.with_numbers(facts_parties.one_each(known), pages)


def _money(
    pages: Sequence[PageText], labels: Sequence[Label], language: str | None, kind: str
) -> list[FactFound]:
    if kind not in WITH_TOTAL and not facts_till.is_receipt(labels):
        return []
    found = list(contract_sum(pages, language)) if kind in CONTRACTS else []
    found = found or list(facts_trade.total(labels, language))
    if not any(fact.name == "currency" for fact in found):
        written = facts_trade.currency(pages, labels, language)
        found += [written] if written else []
    if kind not in WITH_NET:
        return found
    total = next((fact for fact in found if fact.name == "total"), None)
    net = net_total(_labelled_pages(pages), total)
    return [*found, net] if net else found
