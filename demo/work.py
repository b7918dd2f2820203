"""What Almvinge's people do with what is filed: a change decided by two, a plan, concerns.

All of it happened on the days of the story; it is learnt when the demo is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from api.plan_answers import standing_of_product
from api.service import Services
from archive import accounts, asides, attention, change_moves, concerns, planning, registers
from archive.access import Viewer, operator, viewer_of
from archive.change_authority import ChangeRules
from archive.change_status import status_of
from archive.concerns import Reported
from archive.config import Config
from archive.documents import find_document
from archive.messages import counted
from archive.models import Account
from archive.need_documents import Then
from archive.plan_templates import plan_named, plans_of
from archive.records import file_number
from archive.register_fields import REGISTERS
from archive.registers import EntryView
from archive.schemes import Schemes
from archive.trade_discrepancies import WHATS, find_discrepancies
from indexer.stage_settings import schemes_of

CHANGE: Final = "CR-030"
PLANNED: Final = "AV-200"  # the product of the plan
PLAN: Final = "engineering-change"
COORDINATOR: Final = "karin.lindvall"
QUALITY: Final = "mehwish.rana"

#: What the request says, as the coordinator enters it.
REVIEW: Final = MappingProxyType(
    {
        "cause": "Supplier",
        "relevance": "Deliveries under KA-2023-11 stop in February 2025 without it.",
        "risks": "Noise may rise by 1 to 2 dB(A); to be measured on ten pumps.",
        "benefits": "Lead time eight weeks; price 11 % lower.",
        "costs": "SEK 64,000 once for the type test.",
        "cost_amount": "64000",
        "cost_currency": "SEK",
        "cost_kind": "one-off",
        "affects": "SP-200;SP-310",
    }
)
#: Who moved it, how, on which day, and why.
MOVES: Final = (
    (COORDINATOR, "review", date(2024, 10, 28), ""),
    (COORDINATOR, "present", date(2024, 11, 4), ""),
    ("eva.sandmark", "approve", date(2024, 11, 11), "26 weeks for a bearing stops the launch."),
    (QUALITY, "approve", date(2024, 11, 12), "After the type test on ten pumps."),
)
#: How two needs of the plan stand, since when, and who answers for them.
SAID: Final = (
    ("Risks looked through", date(2024, 11, 1), "Mehwish Rana"),
    ("Reviewer", date(2024, 10, 28), "Mehwish Rana"),
)
#: The order that was billed over its sum, and what the coordinator says of it.
EXPLAINED: Final = (
    "PO-2023-087",
    "The surcharge of EUR 560 is not accepted; a credit note is asked for.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A quality concern of the story, and what came of it: the answer, and the days of both."""

    document: str
    said: Reported
    answer: str = ""
    answered_on: date | None = None
    closed_on: date | None = None


CONCERNS: Final = (
    Seen(
        "QR-2024-04",
        Reported(
            "Burrs in the seat of the wear ring",
            "Two of thirty housings of the pilot run had burrs in the seat of the wear ring.",
            ("AV-310",),
            "Mehwish Rana",
            date(2024, 7, 31),
            date(2024, 6, 28),
        ),
        "The tool was reground; the next fifty housings had none.",
        date(2024, 7, 22),
        date(2024, 9, 2),
    ),
    Seen(
        "CR-030",
        Reported(
            "Noise with bearings of the second maker",
            "To be measured on ten pumps before the first series.",
            ("AV-200", "AV-310"),
            "Mehwish Rana",
            date(2025, 1, 31),
            date(2024, 11, 12),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Acts:
    """One transaction of somebody of the demo."""

    session: Session
    viewer: Viewer
    config: Config
    at: datetime

    @property
    def schemes(self) -> Schemes:
        return schemes_of(self.config)

    @property
    def rules(self) -> ChangeRules:
        return ChangeRules(self.config.authority, self.schemes, self.config.mail)

    def entry(self, register: str, code: str) -> EntryView:
        known = REGISTERS[register]
        return registers.get(self.session, self.viewer, known, code, schemes=self.schemes)

    def document(self, name: str) -> int:
        return find_document(self.session, self.viewer, name)


def plan(session: Session, config: Config, at: datetime) -> None:
    """Apply the plan, before anything is filed: its milestones are looked for in what comes."""
    act = Acts(session, operator(session), config, at)
    template = plan_named(plans_of(config.plans), PLAN)
    product, anchor = act.entry("product", PLANNED), date(2024, 10, 21)
    planning.apply_plan(
        session, act.viewer, product, template, anchor, at, schemes=act.schemes, prefix=CHANGE
    )
    for name, day, responsible in SAID:
        milestone = act.entry("milestone", f"{CHANGE}-review")
        stands, _ = standing_of_product(session, act.viewer, product, Then(at.date()))
        need = next(one for one in stands.needs_of(milestone.id) if one.name == name)
        planning.say_state(
            session, act.viewer, milestone, need.id, "there", at, responsible=responsible,
            happened_on=day,
        )  # fmt: skip


@contextmanager
def acting(services: Services, config: Config, name: str) -> Iterator[Acts]:
    """What this person does, in one transaction."""
    with services.database.write() as session:
        account = session.get_one(Account, accounts.find(session, name).id)
        viewer = viewer_of(session, account, f"user:{account.id}")
        yield Acts(session, viewer, config, services.clock())


def work(services: Services, config: Config) -> None:
    """Review the change request and approve it, explain what does not agree, report concerns."""
    with acting(services, config, COORDINATOR) as act:
        entry = act.entry("change-request", CHANGE)
        registers.edit(
            act.session, act.viewer, entry, REVIEW, act.at, schemes=act.schemes,
            revision=entry.revision,
        )  # fmt: skip
        _explain(act)
    for name, move, day, reason in MOVES:
        with acting(services, config, name) as act:
            entry = act.entry("change-request", CHANGE)
            change_moves.move(
                act.session, act.viewer, entry, move, act.at, reason=reason, rules=act.rules,
                revision=entry.revision, happened_on=day,
            )  # fmt: skip
    with acting(services, config, QUALITY) as act:
        for one in CONCERNS:
            _report(act, one)


def _explain(act: Acts) -> None:
    order, reason = EXPLAINED
    found = find_discrepancies(act.session, act.viewer, act.at.date())
    wanted = next(one for one in found if one.document.id == act.document(order))
    attention.set_aside(act.session, act.viewer, wanted.item, act.at, reason=reason)


def _report(act: Acts, one: Seen) -> None:
    document = act.document(one.document)
    made = concerns.report(act.session, act.viewer, document, one.said, act.at, act.schemes)
    for move, day, text in (
        ("answer", one.answered_on, one.answer), ("close", one.closed_on, ""),
    ):  # fmt: skip
        if day is not None:
            made = concerns.move(
                act.session, act.viewer, made, move, act.at, text=text, revision=made.revision,
                schemes=act.schemes, happened_on=day,
            )  # fmt: skip


def told(session: Session, config: Config, at: datetime) -> Iterator[str]:
    """How all of it stands, as the archive has it; a line each."""
    act, today = Acts(session, operator(session), config, at), at.date()
    entry = act.entry("change-request", CHANGE)
    status = status_of(session, entry, rules=act.rules)
    by = ", ".join(one.who for one in status.authority.approved_by)
    left = [one.document for one in status.affected if not one.answer]
    yield f"{CHANGE} is {status.state} by {by}; {counted(len(left), 'document')} to carry it"
    product = act.entry("product", PLANNED)
    stands, milestones = standing_of_product(session, act.viewer, product, Then(today))
    ours = [one.id for one in milestones if one.code.startswith(f"{CHANGE}-")]
    whole, many = stands.completeness_of(ours), counted(len(ours), "milestone")
    yield f"the plan of {CHANGE}: {many}, {whole.there} of {whole.total} needs there"
    reasons = asides.reasons_of(session, WHATS)
    for found in find_discrepancies(session, act.viewer, today):
        because = f", explained: {reasons[found.item]}" if found.item in reasons else ""
        number = found.document.number or file_number(found.document.id)
        yield f"{found.what}: {number}{because}"
    for one in registers.list_entries(session, act.viewer, REGISTERS["concern"]).items:
        late = ", late" if concerns.is_late(one, today.isoformat()) else ""
        yield f"{one.code} is {one.values['state']}{late}: {one.name}"
