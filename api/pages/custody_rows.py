"""Custodians as the page of their matter shows them."""

from __future__ import annotations

from archive.custodian_views import CustodianView
from web.views.custody import CustodianNoticeRow, CustodianRow


def custodian_row(one: CustodianView, hold: int) -> CustodianRow:
    """A custodian of a hold, with what was sent to them and what is to be sent."""
    is_open = one.ended_at is None
    return CustodianRow(
        one.id, one.name, one.address, one.state, one.named_at, one.who, one.text,
        one.acknowledged_on, one.recorded_by,
        is_open and one.acknowledged_on is None and not one.answers_here, is_open,
        tuple(
            CustodianNoticeRow(
                it.id, it.what, it.sent_at, it.who, it.failure,
                f"/api/v1/holds/{hold}/notices/{it.id}/message",
            )
            for it in one.notices
            if not it.is_idle
        ),
    )  # fmt: skip
