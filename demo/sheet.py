"""What a paper shows, in the order people read it; every format draws this."""

from __future__ import annotations

from dataclasses import dataclass

from demo.paper import Block, Paper, blocks, unmarked
from demo.words import FORMS, REFERENCE, WORDS

PRICED = ("purchase-order", "order-response", "invoice", "credit-note", "quotation")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Plain text only; no marks are left."""

    title: str
    language: str
    letterhead: tuple[str, ...]  # name first
    to: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]


def sheet_of(marked: Paper) -> Sheet:
    """Lay the paper out."""
    paper = unmarked(marked)
    words, party = WORDS[paper.language], paper.issuer
    registered = f"{words['registered']} {party.identifier}   " if party.country == "SE" else ""
    body = blocks(paper.body)
    if paper.lines:
        body = [("table", _rows(paper)), *_totals(paper), *body]
    return Sheet(
        title=paper.title,
        language=paper.language,
        letterhead=(party.name, party.street, party.place),
        to=(paper.to.name, paper.to.street, paper.to.place) if paper.to else (),
        fields=_fields(paper),
        blocks=tuple(body),
        foot=(
            party.name,
            f"{registered}VAT {party.vat}",
            f"{party.phone}   info@{party.host}   {party.account}",
        ),
    )


def _fields(paper: Paper) -> tuple[tuple[str, str], ...]:
    words = WORDS[paper.language]
    fields: list[tuple[str, str]] = []
    if paper.number:
        fields.append((FORMS[paper.language][paper.kind][1], paper.number))
    if paper.revision:
        fields.append((words["revision"], paper.revision))
    fields.append((words["date"], paper.day(paper.date)))
    fields += [(REFERENCE[paper.language][role], value) for role, value in paper.references]
    if paper.due:
        fields.append((words["due"], paper.day(paper.due)))
    return (*fields, *paper.fields)


def _rows(paper: Paper) -> list[list[str]]:
    words = WORDS[paper.language]
    if paper.kind not in PRICED:
        return [
            [words["article"], words["text"], words["quantity"]],
            *([line.article, line.text, str(line.quantity)] for line in paper.lines),
        ]
    return [
        [words[key] for key in ("article", "text", "quantity", "price", "amount")],
        *(
            [x.article, x.text, str(x.quantity), paper.money(x.price), paper.money(x.amount)]
            for x in paper.lines
        ),
    ]


def _totals(paper: Paper) -> list[Block]:
    if paper.kind not in PRICED:
        return []
    words = WORDS[paper.language]
    total = words["to pay" if paper.kind == "invoice" else "total"]
    rows = [
        [words["net"], paper.money(paper.net)],
        [f"{words['vat']} {paper.vat_percent} %", paper.money(paper.vat)],
        [f"{total} {paper.currency}", paper.money(paper.total)],
    ]
    return [("totals", rows)]
