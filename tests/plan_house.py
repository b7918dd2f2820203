"""A small archive with a product, and plans of its milestones."""

from __future__ import annotations

from datetime import date

from archive import planning, registers
from archive.access import Viewer, operator
from archive.completeness import Completeness, NeedView
from archive.milestone_standing import milestones_of, standing_of
from archive.need_documents import Then
from archive.plan_risks import load_milestones
from archive.plan_templates import PlannedNeed, PlanSection, plans_of
from archive.register_fields import REGISTERS
from archive.registers import EntryView
from tests.register_house import RegisterHouse


def plan(*milestones: dict) -> PlanSection:
    """A plan of the test's own."""
    return PlanSection(name="own", milestones=milestones)


def gate(code: str = "G1", days: int = 0, *needs: dict, after: str = "") -> dict:
    """One milestone of a plan."""
    return {"code": code, "name": f"The gate {code}", "days": days, "needs": needs, "after": after}


def document(kind: str = "specification", state: str = "present", **more: str) -> dict:
    """A need for a document."""
    return {"name": more.pop("name", f"A {kind}"), "kind": kind, "state": state, **more}


class PlanHouse(RegisterHouse):
    """One product, AV-200, in `general`."""

    def product(self, code: str = "AV-200", collection: str = "general") -> EntryView:
        return self.register("product", collection, code=code, name=f"Pump {code}")

    def planned(
        self, *milestones: dict, anchor: date = date(2026, 6, 1), product: EntryView | None = None
    ) -> list[int]:
        """A new product (unless one is given) with a plan of these milestones applied to it."""
        return self.apply(plan(*milestones), anchor, product or self.product())

    def apply(
        self, known: PlanSection, anchor: date, product: EntryView, by: Viewer | None = None,
        prefix: str = "",
    ) -> list[int]:  # fmt: skip
        self.clock.step()
        with self.database.write() as session:
            return planning.apply_plan(
                session, by or operator(session), product, known, anchor, self.clock(),
                schemes=self.schemes, prefix=prefix,
            )  # fmt: skip

    def builtin(self, name: str) -> PlanSection:
        return plans_of(())[name]

    def replan(
        self, code: str, day: date, reason: str = "the tool is late", **more: date
    ) -> EntryView:
        self.clock.step()
        known = self.get("milestone", code)
        with self.database.write() as session:
            return planning.replan(
                session, operator(session), known, day, self.clock(), reason=reason,
                schemes=self.schemes, revision=known.revision, **more,
            )  # fmt: skip

    def say(self, code: str, need_id: int, state: str, **more) -> None:
        self.clock.step()
        known = self.get("milestone", code)
        with self.database.write() as session:
            planning.say_state(
                session, operator(session), known, need_id, state, self.clock(), **more
            )

    def add_need(self, code: str, **said: str) -> int:
        self.clock.step()
        known = self.get("milestone", code)
        with self.database.write() as session:
            need = PlannedNeed(**said)
            return planning.add_need(session, operator(session), known, need, self.clock())

    def then(self, **times) -> Then:
        return Then(self.clock().date(), times.get("as_of"), times.get("on"))

    def needs(self, code: str, viewer: Viewer | None = None, **times) -> tuple[NeedView, ...]:
        then = self.then(**times)
        with self.database.read() as session:
            by = viewer or operator(session)
            known = registers.get(
                session, by, planning.MILESTONES, code, schemes=self.schemes, **times
            )
            return standing_of(session, by, [known], then).needs_of(known.id)

    def states(self, code: str, viewer: Viewer | None = None, **times) -> list[tuple]:
        """(status, document, reasons) of each need."""
        found = self.needs(code, viewer, **times)
        return [(need.status, need.document, need.reasons) for need in found]

    def completeness(
        self,
        *codes: str,
        viewer: Viewer | None = None,
        product: str = "AV-200",
        collection: str = "",
        **times,
    ) -> Completeness:
        """Of these milestones together; without any, of the product."""
        then = self.then(**times)
        with self.database.read() as session:
            by = viewer or operator(session)
            known = registers.get(
                session, by, REGISTERS["product"], product, schemes=self.schemes,
                collection=collection, **times,
            )  # fmt: skip
            named = (known.code, known.id)
            ids = milestones_of(session, by, {named}, then.as_of)[named]
            every = load_milestones(session, by, ids, then)
            chosen = [one for one in every if one.code in codes or not codes]
            stands = standing_of(session, by, chosen, then)
            return stands.completeness_of([one.id for one in chosen])
