"""A paper of the story, before it becomes bytes, and what every format shows of it.

Text is small Markdown: `## heading`, `- item`, `| cell | cell |`, else paragraphs; `!curve 0,12
4,9` and `!housing 96,164` are pictures, `!page` starts a page, `¬` a line. A citation is a mark:
`[[PO-2024-113|bills|PO 2024 113]]` prints `PO 2024 113` and says that PO-2024-113 must be found
here with the relation `bills`; relation (else `cites`) and spelling are optional.
`[[104711@Bergslunda]]` names whose number it is, unprinted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date as Date
from decimal import Decimal
from typing import Final

from demo.cast import ALMVINGE, Party

MARK: Final = re.compile(
    r"\[\[(?P<id>[^\]|@]+)(?:@(?P<of>\w+))?(?:\|(?P<rel>[\w-]*))?(?:\|(?P<as>[^\]]+))?\]\]"
)


@dataclass(frozen=True, slots=True)
class Cite:
    """What one mark says: the number, how it is related, whose it is."""

    identifier: str
    relation: str
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an order or invoice; `price` is for one unit, without VAT."""

    article: str
    text: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. A path `MAIL!/NAME` is an attachment of that mail.

    `references` are (role, mark), where role is a key of words.REFERENCE.
    """

    path: str
    kind: str
    number: str | None
    date: str
    title: str
    body: str = ""
    issuer: Party = ALMVINGE
    to: Party | None = None
    language: str = "en"
    revision: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    vat_percent: int = 25
    currency: str = "SEK"
    due: str | None = None
    scanned: bool = False
    locked: bool = False

    @property
    def net(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        return (self.net * self.vat_percent / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        return self.net + self.vat

    def day(self, iso: str) -> str:
        """A date as the issuer writes it in this paper's language."""
        style = "%Y-%m-%d" if self.language == "sv" else self.issuer.dates
        return Date.fromisoformat(iso).strftime(style)

    def money(self, amount: Decimal) -> str:
        if self.language == "sv":
            return f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",")
        return f"{amount:,.2f}"

    def marked(self) -> tuple[str, ...]:
        """Every piece of its text that may hold marks."""
        pairs = self.fields + self.references
        return (
            self.title,
            self.body,
            *(value for _, value in pairs),
            *(x.text for x in self.lines),
        )


def plain(text: str) -> str:
    """The text as people read it, marks replaced by their spelling."""
    return MARK.sub(lambda mark: mark["as"] or mark["id"], text)


def cites(text: str) -> list[Cite]:
    """The citations that the text makes, in order."""
    return [Cite(m["id"], m["rel"] or "cites", m["of"]) for m in MARK.finditer(text)]


def unmarked(paper: Paper) -> Paper:
    """The same paper with its marks printed, for a renderer."""
    return replace(
        paper,
        title=plain(paper.title),
        body=plain(paper.body),
        fields=tuple((label, plain(value)) for label, value in paper.fields),
        references=tuple((role, plain(value)) for role, value in paper.references),
        lines=tuple(replace(line, text=plain(line.text)) for line in paper.lines),
    )


Block = tuple[str, list[list[str]]]


def blocks(body: str) -> list[Block]:
    """(kind, rows of cells) of an unmarked body: heading, text, item, table, or after `!`."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        head, _, rest = part.strip().partition("\n")
        if head.startswith("## "):
            found += [("heading", [[head[3:]]]), *blocks(rest)]
        elif head.startswith("|"):
            rows = part.strip().split("\n")
            found.append(
                ("table", [[c.strip() for c in row.strip()[1:-1].split("|")] for row in rows])
            )
        elif head.startswith("!"):
            name, *points = head[1:].split()
            found.append((name, [point.split(",") for point in points]))
        elif head.startswith("- "):
            items = re.split(r"\n- ", "\n" + part.strip())[1:]
            found.append(("item", [[" ".join(item.split())] for item in items]))
        elif head:
            found.append(("text", [[" ".join(part.split("\n")).strip().replace("¬", "\n")]]))
    return found
