"""A small archive with people who move change requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select

from archive import change_moves, registers
from archive.access import ROLES, Viewer, operator
from archive.change_authority import ChangeRules
from archive.change_moves import ChangeStatus
from archive.config_rules import AuthorityRule
from archive.models import Account, Collection
from archive.register_fields import register_of
from archive.registers import EntryView
from tests.conftest import SteppedClock
from tests.register_house import RegisterHouse

#: One of each role, and a second manager.
PEOPLE = {**{f"{role} one": role for role in ROLES}, "manager two": "manager"}


class ChangeHouse(RegisterHouse):
    """People of every role who may read and write in `general`."""

    def __init__(
        self, url: str, folder: Path, clock: SteppedClock, rules: Sequence[AuthorityRule] = ()
    ) -> None:
        super().__init__(url, folder, clock)
        self.rules = self.authority = tuple(rules)
        with self.database.write() as session:
            for name, role in PEOPLE.items():
                session.add(Account(name=name, role=role, created_at=clock()))

    def person(self, name: str, *collections: str) -> Viewer:
        with self.database.read() as session:
            user_id = session.scalar(select(Account.id).where(Account.name == name))
            wanted = select(Collection.id).where(Collection.name.in_(collections or ("general",)))
            seen = frozenset(session.scalars(wanted))
        return Viewer(f"user:{user_id}", PEOPLE[name], seen, seen, user_id, name)

    def ask(self, number: str = "CR-118", **written) -> EntryView:
        """A change request that the operator enters."""
        return self.register("change-request", number=number, title="Another seal", **written)

    def made_by(self, name: str, number: str = "CR-118") -> EntryView:
        """A change request that a person enters."""
        self.clock.step()
        with self.database.write() as session:
            return registers.create(
                session, self.person(name), register_of("change-request"),
                {"number": number, "title": "Another seal"}, self.clock(), schemes=self.schemes,
            )  # fmt: skip

    def move(
        self, entry: EntryView, name: str, by: str, reason: str = "because",
        happened_on: date | None = None,
    ) -> EntryView:  # fmt: skip
        self.clock.step()
        with self.database.write() as session:
            return change_moves.move(
                session, self.person(by), entry, name, self.clock(), reason=reason,
                rules=ChangeRules(self.rules, self.schemes), happened_on=happened_on,
                revision=self.get("change-request", str(entry.id)).revision,
            )  # fmt: skip

    def moved(self, entry: EntryView, *moves: str, by: str = "manager one") -> EntryView:
        for name in moves:
            entry = self.move(entry, name, by)
        return entry

    def status(self, entry: EntryView, **then) -> ChangeStatus:
        with self.database.read() as session:
            known = self.get("change-request", str(entry.id), operator(session), **then)
            return change_moves.status_of(
                session, known, rules=ChangeRules(self.rules, self.schemes), **then
            )
