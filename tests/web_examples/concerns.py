"""Quality concerns on the pages of a document and a product, and one on its own."""

from __future__ import annotations

from dataclasses import replace

from tests.web_examples.story import INVOICE
from web.views.common import Thing
from web.views.concerns import ConcernBlock, ConcernLine, ConcernsCard
from web.views.register import EntryPage

LEAK = Thing("concern", "QC-000977-1", "/concerns/QC-000977-1", "The seal leaks", is_register=True)


def concern_lines() -> tuple[ConcernLine, ...]:
    return (
        ConcernLine(LEAK, "The seal <leaks>", "open", "Eva Berg", "2024-07-01", is_late=True,
                    version=1),
        ConcernLine(LEAK, "A title that is long " * 8, "closed", "", "", is_late=False, version=2),
    )  # fmt: skip


def concerns_card() -> ConcernsCard:
    return ConcernsCard(concern_lines(), may_report=True, products="PX-200;PX-300", version=1)


def concern_page(product: EntryPage) -> EntryPage:
    """The page of a concern, made of that of a product."""
    block = ConcernBlock(
        state="open", owner="Eva Berg", due="2024-07-01", is_late=True, answered_by="",
        answered_on="", phases=(("PX-200", "launched"), ("PX-300", "")),
        moves=("answer",), document=INVOICE, version=1,
    )  # fmt: skip
    return replace(
        product, thing=LEAK, register="concern", path=LEAK.href, title="The seal leaks", summary="",
        state="open", fields=(("seen", "Water below the flange."), ("due_on", "2024-07-01")),
        drawing=None, party=None, change=None, needs=None, plan=None, in_force=None, timeline=None,
        concerns=(), concern=block,
    )  # fmt: skip
