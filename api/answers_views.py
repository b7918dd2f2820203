"""What the API answers with, field by field: views over many references."""

from __future__ import annotations

from api.answers import Answer, ReferenceTold


class WantedNumber(Answer):
    """A number that is cited and borne by nothing, as it is written where it was read first.

    `oldest` is the first date of the `documents` that cite it; `cited_by` are a few of them.
    `issuer` is the party whose number it is, as far as those say. Two numbers of one key, and one
    number of two parties, are two; these have `marks`, by which they are told apart.
    `is_of_entries`: an entry of a register would bear it, no document. `borne_by` are documents
    that bear it and are not meant, because they are of other parties.
    """

    scheme: str
    key: str
    identifier: str | None
    issuer: str | None
    marks: tuple[str, str] | None
    documents: int
    oldest: str | None
    since: str
    is_of_entries: bool
    cited_by: list[ReferenceTold]
    borne_by: list[str]


class WantedScheme(Answer):
    """How many numbers of a scheme are wanted."""

    scheme: str
    count: int
    is_of_entries: bool


class WantedTold(Answer):
    """Some of the numbers that are wanted, how many there are, and how many of each scheme."""

    items: list[WantedNumber]
    total: int
    schemes: list[WantedScheme]


class ChainReason(Answer):
    """Where a document names the one that it belongs to."""

    relation: str
    identifier: str | None
    target: str | None
    quote: str | None
    page: int | None
    start: int | None
    end: int | None
    where: str | None


class ChainDocument(Answer):
    """A document of a chain, with what its total is."""

    document: str
    version: int
    kind: str | None
    number: str | None
    title: str | None
    date: str | None
    currency: str | None
    total: str | None
    because: ChainReason | None = None


class ChainFigures(Answer):
    """What was ordered, billed and credited; `balance` is billed less credited."""

    ordered: str
    billed: str
    credited: str
    balance: str


class ChainSum(ChainFigures):
    """The same in a currency, as it is written; `net` without tax, where every paper says that."""

    currency: str
    net: ChainFigures | None


class ChainOrder(ChainDocument):
    """An order with what confirms, delivers, bills and credits it.

    `state`: its total `agrees` with what bills it (before or after credits), or that is `more` or
    `less`; it is `not-billed`, billed `together` with others, or `unknown`: a total is missing, in
    another currency, or with tax on one side only. `compared` are totals without tax (`net`), with
    it (`gross`), or as they are `written`, where the papers don't say which.
    """

    state: str
    compared: str | None
    sums: list[ChainSum]
    papers: list[ChainDocument]
    invoices: list[ChainDocument]
    credits: list[ChainDocument]


class ChainAlone(ChainDocument):
    """An invoice or credit note without an order that is there; `bills`: the numbers it names."""

    bills: list[str]


class ChainTold(Answer):
    """Contract, orders, invoices: some of the orders, how many there are, sums over all of them."""

    document: str
    contracts: list[ChainDocument]
    orders: list[ChainOrder]
    total: int
    states: dict[str, int]
    sums: list[ChainSum]
    without_order: list[ChainAlone]
    as_of: str | None
    on: str | None


class GraphNode(Answer):
    """A document or entry, so many steps away; `parent` is the one that it hangs on."""

    type: str
    id: str
    kind: str | None
    number: str | None
    title: str | None
    date: str | None
    depth: int
    parent: str | None


class GraphEdge(Answer):
    """A reference between two nodes."""

    source: str
    target_type: str | None
    target: str | None
    relation: str
    identifier: str | None
    quote: str | None
    page: int | None
    where: str | None


class GraphTold(Answer):
    """What is around a document; `left_out` nodes within reach are over the limit."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    left_out: int
    depth: int
    as_of: str | None
    on: str | None
