"""What the API answers with, field by field: views over many references."""

from __future__ import annotations

from api.answers import Answer, ReferenceTold


class WantedNumber(Answer):
    """A number that is cited and borne by nothing, as it is written where it was read first.

    `oldest` is the first date of the `documents` that cite it; `cited_by` are a few of them.
    `is_of_entries`: an entry of a register would bear it, no document.
    """

    scheme: str
    key: str
    identifier: str | None
    documents: int
    oldest: str | None
    since: str
    is_of_entries: bool
    cited_by: list[ReferenceTold]


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
