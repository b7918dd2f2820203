"""Who authorises a change request: the rule of the configuration that fits it, and who approved.

Costs that are not in the currency of a rule's amount count as over it: nobody can tell that they
are not. Families are those of the products in the collection of the change request, so that a
rule fits the same for all who read it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.config import MailSection
from archive.config_rules import AuthorityRule
from archive.messages import Counted, Message
from archive.models import Account, Approval, Entry, EntryValue, Identifier
from archive.schemes import Schemes
from archive.then import standing

DEFAULT: Final = AuthorityRule()
IN_CHUNK: Final = 500
MADE_IT: Final = Message(
    "Nobody authorises their own request, and you made this entry. Somebody else has to approve it."
)
ASKS_FOR_IT: Final = Message(
    "Nobody authorises their own request, and you are its requester. Somebody else has to "
    "approve it."
)
NO_ACCOUNT: Final = Message("Only a person with an account approves or rejects a change request.")
OTHER_ROLE: Final = Message(
    "The role %(role)s may not authorise this change request; %(roles)s may."
)
APPROVED_IT: Final = Message("You have approved it already; another person has to.")


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What the configuration says of change requests: who authorises, how numbers look, mail."""

    authority: tuple[AuthorityRule, ...]
    schemes: Schemes
    mail: MailSection = field(default_factory=MailSection)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One person's word, as it stands or stood."""

    id: int
    user_id: int
    who: str
    role: str
    decision: str  # approve | reject
    reason: str
    happened_on: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Authority:
    """What a change request needs to be authorised, and what it has."""

    persons: int
    roles: tuple[str, ...]
    approved_by: tuple[ApprovalView, ...]  # those that count, the first first

    @property
    def missing(self) -> int:
        """How many more persons have to approve."""
        return max(0, self.persons - len(self.approved_by))

    @property
    def lack(self) -> Message:
        """What is missing, as a sentence."""
        people = Counted("%(num)s person", "%(num)s persons", self.missing)
        return Message(
            "%(people)s more of role %(roles)s must approve it.",
            people=people,
            roles=", ".join(self.roles),
        )


def rule_for(
    session: Session,
    entry: Entry,
    values: Mapping[str, str],
    rules: ChangeRules,
) -> AuthorityRule:
    """The first rule that fits a change request with these values."""
    families: set[str] | None = None
    for rule in rules.authority:
        if rule.families and families is None:
            families = _families(session, entry.collection_id, values, rules.schemes)
        wanted = {_plain(family) for family in rule.families}
        if (not wanted or wanted & (families or set())) and _is_over(rule, values):
            return rule
    return DEFAULT


def _is_over(rule: AuthorityRule, values: Mapping[str, str]) -> bool:
    amount = values.get("cost_amount")
    if not rule.over:
        return True
    if amount is None:
        return False
    is_other = values.get("cost_currency") != rule.currency
    return Decimal(amount) > (0 if is_other else Decimal(str(rule.over)))


def _families(
    session: Session, collection_id: int, values: Mapping[str, str], schemes: Schemes
) -> set[str]:
    codes = [code for code in values.get("products", "").split(";") if code]
    keys = {schemes.key_of("product", code)[0] for code in codes}
    rows = session.execute(
        select(Entry.fields)
        .join(Identifier, Identifier.entry_id == Entry.id)
        .where(
            Entry.register == "product",
            Entry.collection_id == collection_id,
            Identifier.scheme == "product",
            Identifier.key.in_(keys),
            Identifier.retracted_at.is_(None),
        )
    )
    return {_plain(fields["family"]) for (fields,) in rows if fields.get("family")}


def authority_of(
    session: Session,
    entry: Entry,
    values: Mapping[str, str],
    rule: AuthorityRule,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> Authority:
    """What the rule asks for, and whose approvals count for it: nobody's for their own request."""
    counting: dict[int, ApprovalView] = {}
    maker = maker_of(session, entry)
    for one in approvals(session, entry.id, as_of=as_of, on=on):
        is_own = one.user_id == maker or is_requester(one.who, values)
        if one.decision == "approve" and one.role in rule.roles and not is_own:
            counting.setdefault(one.user_id, one)
    return Authority(rule.persons, rule.roles, tuple(counting.values()))


def approvals(
    session: Session, entry_id: int, *, as_of: datetime | None = None, on: date | None = None
) -> tuple[ApprovalView, ...]:
    """The approvals and rejections that stand (stood then; held that day), the first first."""
    statement = (
        select(Approval, Account.name)
        .join(Account, Account.id == Approval.user_id)
        .where(Approval.entry_id == entry_id, standing(Approval, as_of))
        .order_by(Approval.id)
    )
    if on is not None:
        statement = statement.where(Approval.happened_on <= on.isoformat())
    return tuple(
        ApprovalView(
            row.id, row.user_id or 0, name, row.role, row.decision, row.reason,
            row.happened_on, row.recorded_at,
        )
        for row, name in session.execute(statement)
    )  # fmt: skip


def may_not(
    session: Session,
    viewer: Viewer,
    entry: Entry,
    values: Mapping[str, str],
    move: str,
    authority: Authority,
) -> Message | None:
    """Why this viewer may not approve or reject; None where they may."""
    if viewer.account_id is None:
        return NO_ACCOUNT
    if viewer.role not in authority.roles:
        return Message(OTHER_ROLE, role=viewer.role, roles=", ".join(authority.roles))
    if move == "reject":
        return None
    if viewer.account_id == maker_of(session, entry):
        return MADE_IT
    if is_requester(viewer.name, values):
        return ASKS_FOR_IT
    if any(one.user_id == viewer.account_id for one in authority.approved_by):
        return APPROVED_IT
    return None


def maker_of(session: Session, entry: Entry) -> int | None:
    """The account that made the entry: whose value is the first of it."""
    first = select(EntryValue.user_id).where(EntryValue.entry_id == entry.id)
    return session.scalars(first.order_by(EntryValue.id).limit(1)).first()


def is_requester(name: str, values: Mapping[str, str]) -> bool:
    """Is a change request with these values asked for by the person of that name?"""
    return bool(name) and _plain(name) == _plain(values.get("requester", ""))


def keep_approval(
    session: Session, viewer: Viewer, entry_id: int, decision: str, reason: str, day: str,
    at: datetime,
) -> None:  # fmt: skip
    """Record a person's word."""
    session.add(
        Approval(
            entry_id=entry_id, decision=decision, role=viewer.role, reason=reason,
            happened_on=day, user_id=viewer.account_id, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()


def retract_approvals(session: Session, entry_ids: Iterable[int], at: datetime) -> None:
    """What was said of these change requests counts no more; it stays in their history."""
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), IN_CHUNK):
        chunk = Approval.entry_id.in_(wanted[start : start + IN_CHUNK])
        session.execute(
            update(Approval).where(chunk, Approval.retracted_at.is_(None)).values(retracted_at=at)
        )


def _plain(text: str) -> str:
    """Names that differ in case, spaces and width of letters are one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
