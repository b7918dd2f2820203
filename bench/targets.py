"""What the figures of ../shared/score.py have to reach; the tables that the issues give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bench.figures import Figure, at_least, at_most

_ORDER: Final = (1, "Order_Example.xml aside: its total is wrong in the truth")
#: Rows of which the truth is wrong, by figure: right answers that are counted as wrong ones.
SLIPS: Final[Mapping[str, tuple[int, str]]] = {
    "trade-chains, xmldocs: total: precision": _ORDER,
    "trade-chains, xmldocs: total: recall": _ORDER,
    "Swedish statutes: precision": (
        3,
        "brottsbalken in 1944:133 and 1972:66 and rättegångsbalken in 1993:1617 aside: the texts "
        "name them, the truth does not",
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What the values of the figures with this title have to be, by their names."""

    title: re.Pattern[str]
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    counts: bool = False  # how many came to what: what none came to is not said, and counts as 0


_EXACT: Final = {"precision": 1.0, "recall": 1.0}

#: What no number of a chain may come to.
_WRONG: Final = {"wrong": 0, "missed": 0, "one chosen": 0}

#: Of readings with all that the files hold.
READING: Final = (
    Target(
        re.compile(
            r".*, (?:xmldocs|zugferd_fields): (?:kind|number|date|currency|total|seller|buyer)"
        ),
        _EXACT,
    ),
    Target(
        re.compile("references in e-documents"),
        {"recall": 1.0, "of the right scheme": 0.99, "additional documents": 0.95},
        {"numbers said a document": 3.0},
    ),
    Target(re.compile("contracts-cuad: kind"), {"recall": 0.97}),
    Target(re.compile("contracts-cuad: each party"), {"recall": 0.88}),
    Target(re.compile("contracts-cuad: names said"), {"precision": 0.85}),
    Target(re.compile("contracts-cuad: date"), {"precision": 0.93, "recall": 0.93}),
    Target(re.compile("contracts-cuad: effective_from"), {"precision": 0.93, "recall": 0.90}),
    Target(re.compile("contracts-cuad: expires_on"), {"precision": 0.85, "recall": 0.75}),
    Target(re.compile("called a contract in sets without any"), most={"wrong": 0.01}),
    Target(re.compile("chains, one fits"), {"right": 15}, _WRONG, counts=True),
    Target(re.compile("chains, several fit"), {"ambiguous": 26}, _WRONG, counts=True),
    Target(re.compile("chains, none fits"), most={"linked": 0}, counts=True),
    Target(re.compile("chains, only other parties'"), most={"linked": 0}, counts=True),
    Target(
        re.compile("Swedish statutes"), {"recall": 0.99, "precision": 0.99, "only named": 0.80}
    ),
)  # fmt: skip

#: Of invoices whose XML was taken out.
WITHOUT_XML: Final = tuple(
    Target(re.compile(rf".*, zugferd_fields: {name}"), {"precision": 0.90, "recall": recall})
    for name, recall in
    {"number": 0.90, "date": 0.90, "seller": 0.85, "buyer": 0.80, "total": 0.90}.items()
)  # fmt: skip


def judged(title: str, found: Mapping[str, Any], targets: tuple[Target, ...]) -> list[Figure]:
    """Each share and number of one line of score.py as a figure, with its target if it has one."""
    target = next((one for one in targets if one.title.fullmatch(title)), None)
    figures = []
    silent = (*target.least, *target.most) if target and target.counts else ()
    for name, value in {**dict.fromkeys(silent, 0), **found}.items():
        if isinstance(value, dict):
            if value.get("share") is None:
                continue
            slips, slip = SLIPS.get(f"{title}: {name}", (0, ""))
            good, of = value["good"], value["of"] - slips
            share, note = good / of if slips and of else value["share"], f"{good} of {of}"
            figures.append(
                _figure(title, name, share, "share", target, f"{note}, {slip}" if slip else note)
            )
        elif isinstance(value, int | float):
            figures.append(_figure(title, name, value, "", target, ""))
    return figures


def _figure(
    title: str, name: str, value: float, unit: str, target: Target | None, note: str
) -> Figure:
    full = f"{title}: {name}"
    if target and name in target.least:
        return at_least(full, value, unit, target.least[name], note=note)
    if target and name in target.most:
        return at_most(full, value, unit, target.most[name], note=note)
    return Figure(full, value, unit, note=note)
