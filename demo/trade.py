"""Who ordered what from whom: reads papers/deals.toml and makes each deal's chain of papers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from demo.cast import CAST
from demo.paper import Line, Paper
from demo.words import FORMS

#: What each kind of paper cites, as which role, and the relation that makes.
CITED: Final = {
    "purchase-order": (("quotation", "cites"), ("contract", "under")),
    "order-response": (("order", "confirms"),),
    "delivery-note": (("order", "delivers"),),
    "invoice": (("order", "bills"), ("delivery", "cites"), ("contract", "under")),
    "credit-note": (("invoice", "credits"), ("order", "cites")),
    "quotation": (("request", "quotes-for"),),
}
CREDIT_DAYS: Final = 30

Table = Mapping[str, Any]  # as TOML gives it


def trade_papers() -> Iterator[Paper]:
    """Every paper of every deal, in the order of the file."""
    for deal in _deals():
        for step in deal["step"]:
            yield _paper(deal, step)


def late_paper(order: str, step: Table) -> Paper:
    """One more paper of the deal with that order number."""
    return _paper(next(deal for deal in _deals() if deal["order"] == order), step)


def _deals() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "papers" / "deals.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["deal"]
    return found


def _paper(deal: Table, step: Table) -> Paper:
    kind, language = step["kind"], deal.get("language", "en")
    buyer, seller = CAST[deal["buyer"]], CAST[deal["seller"]]
    day = date.fromisoformat(step["date"])
    return Paper(
        path=step["path"],
        kind=kind,
        number=step["number"],
        date=step["date"],
        title=FORMS[language][kind][0],
        body=step.get("body", ""),
        issuer=buyer if kind == "purchase-order" else seller,
        to=seller if kind == "purchase-order" else buyer,
        language=language,
        references=_references(deal, step),
        lines=tuple(
            Line(article, text, quantity, Decimal(price))
            for article, text, quantity, price in step.get("lines", deal["lines"])
        ),
        vat_percent=deal.get("vat_percent", 25),
        currency=deal.get("currency", "SEK"),
        due=(day + timedelta(CREDIT_DAYS)).isoformat() if kind == "invoice" else None,
        scanned=step.get("scanned", False),
    )


def _references(deal: Table, step: Table) -> tuple[tuple[str, str], ...]:
    """The numbers that the paper cites, as (role, mark)."""
    numbers = {other["kind"]: other["number"] for other in deal["step"]}
    cited = {
        "order": deal["order"],
        "contract": deal.get("contract"),
        "quotation": deal.get("quotation"),
        "request": deal.get("request"),
        "delivery": deal.get("delivery", numbers.get("delivery-note")),
        "invoice": f"{numbers['invoice']}@{deal['seller']}" if "invoice" in numbers else None,
    }
    spelled = {"order": f"|{step['spelled']}"} if "spelled" in step else {}
    return tuple(
        (role, f"[[{cited[role]}|{relation}{spelled.get(role, '')}]]")
        for role, relation in CITED[step["kind"]]
        if cited[role]
    )
