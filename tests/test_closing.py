"""What came of a product: dates planned and kept, changes by cause with costs, quality by phase."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdfium2
import pytest

from api.closing_pdf import closing_pdf
from archive import registers
from archive.access import operator
from archive.closing import closing_of
from archive.config_rules import AuthorityRule
from archive.need_documents import Then
from archive.register_fields import REGISTERS
from tests.change_house import ChangeHouse
from tests.plan_house import PlanHouse, gate
from tests.rooms import Rooms
from tests.web_examples.closing import closing_page
from web.render import Pages

SEK = ("SEK", "")
BILL = "Invoice\nInvoice no: {number}\nDate: 2024-05-01\nRef: {ref}\nTotal: {total} SEK\n"


class ClosingHouse(ChangeHouse, PlanHouse):
    """Changes that people move, milestones that plans make."""

    def closing(self, viewer=None, code="AV-200", **times):
        with self.database.read() as session:
            by = viewer or operator(session)
            product = registers.get(
                session, by, REGISTERS["product"], code, schemes=self.schemes, **times
            )
            return closing_of(session, by, product, Then(self.clock().date(), **times))

    def bill(self, number, total, *changes, collection="general"):
        text = BILL.format(number=number, ref=" and ".join(changes), total=total)
        return self.put(f"bill {number}.txt", text, collection)


@pytest.fixture
def house(database_url, tmp_path, clock):
    rules = [AuthorityRule(roles=("manager",))]
    house = ClosingHouse(database_url, tmp_path, clock, rules)
    yield house
    house.close()


def test_a_milestone_is_told_with_its_first_and_last_plan_and_the_day_it_was_reached(house):
    house.planned(gate("G1"), gate("G2", 30), anchor=date(2026, 6, 1))
    house.replan("AV-200-G1", date(2026, 7, 1))
    house.replan("AV-200-G1", date(2026, 8, 1))
    house.edit(house.get("milestone", "AV-200-G1"), actual_on="2026-08-10")
    first, second = house.closing().milestones
    assert (second.first, second.planned, second.actual) == (
        "2026-06-01", "2026-08-01", "2026-08-10",
    )  # fmt: skip
    assert second.days_late == 70
    assert (first.first, first.actual, first.days_late) == ("2026-07-01", "", None)


def test_changes_are_counted_by_cause_with_what_they_cost_at_each_step(house):
    house.product()
    written = {"products": ["AV-200"], "cost_currency": "SEK"}
    entry = house.ask("CR-118", cause="Supplier", cost_amount="100", **written)
    entry = house.edit(house.get("change-request", "CR-118"), cost_amount="150")
    house.moved(entry, "review", "present", "approve")
    house.edit(house.get("change-request", "CR-118"), cost_amount="170")
    refused = house.ask("CR-119", cause="supplier", cost_amount="10", **written)
    house.moved(refused, "review", "present", "reject", "close")
    house.ask("CR-120", products=["AV-200"])
    house.bill("B-1", "160.00", "CR-118")
    found = house.closing()
    supplier, none = found.causes
    assert (supplier.changes, supplier.approved, supplier.rejected, supplier.open) == (2, 1, 1, 0)
    costs = supplier.costs
    assert (costs.estimated[SEK], costs.approved[SEK]) == (Decimal(110), Decimal(150))
    assert costs.invoiced[SEK] == Decimal("160.00")
    assert (none.cause, none.open) == ("", 1)
    assert found.total.changes == 3


def test_an_invoice_of_several_changes_counts_once_and_a_credit_note_is_taken_off(house):
    house.product()
    for number in ("CR-118", "CR-119"):
        house.ask(number, cause="Supplier", products=["AV-200"])
    house.bill("B-1", "160.00", "CR-118", "CR-119")
    text = "Credit note\nCredit note no: K-1\nDate: 2024-05-02\nRef: CR-118\nTotal: 60.00 SEK\n"
    house.put("credit.txt", text)
    found = house.closing()
    assert found.total.costs.invoiced[SEK] == Decimal("100.00")
    assert [one.costs.invoiced[SEK] for one in found.changes] == [
        Decimal("100.00"), Decimal("160.00"),
    ]  # fmt: skip


def test_reports_and_requests_are_told_by_the_phase_they_fall_into(house):
    product = house.product()
    product = house.edit(product, date(2023, 1, 1), phase="developing")
    house.edit(product, date(2024, 1, 1), phase="launched")
    for number, day in ((1, "2023-06-01"), (2, "2024-06-01"), (3, "2024-07-01")):
        text = f"Quality report QR-{number}\nDate: {day}\nProduct: AV-200\n"
        house.put(f"quality report {number}.txt", text)
    house.ask("CR-118", products=["AV-200"], received_on="2022-05-01")
    found = house.closing().phases
    assert [(one.phase, len(one.reports["quality-report"]), one.changes) for one in found] == [
        ("", 0, 1), ("developing", 1, 0), ("launched", 2, 0),
    ]  # fmt: skip
    assert [one.until for one in found] == ["2022-12-31", "2023-12-31", ""]
    on = house.closing(on=date(2023, 7, 1)).phases
    assert [one.phase for one in on] == ["", "developing"]


def test_what_is_hidden_changes_nothing_of_the_report(house):
    house.product()
    house.ask("CR-118", products=["AV-200"])
    viewer = house.person("manager one")
    before = house.closing(viewer)
    house.register(
        "change-request", "secret", number="CR-9", title="Hush", products=["AV-200"], cause="x"
    )
    house.bill("B-9", "10.00", "CR-118", collection="secret")
    assert house.closing(viewer) == before
    assert house.closing() != before


def test_the_report_of_then_tells_what_was_known_then(house):
    house.product()
    before = house.clock.step()
    house.ask("CR-118", products=["AV-200"], cost_amount="100", cost_currency="SEK")
    assert house.closing().total.costs.estimated[SEK] == Decimal(100)
    assert house.closing(as_of=before).total.changes == 0


def test_by_api_page_and_pdf_it_is_told(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    own = {"sec-fetch-site": "same-origin"}
    with rooms.client("cora") as cora:
        for path, fields in (
            ("/products", {"code": "AV-200", "name": "Aurora"}),
            ("/change-requests", {"number": "CR-1", "title": "Seal", "products": "AV-200",
                                  "cause": "Supplier", "cost_amount": "100",
                                  "cost_currency": "SEK"}),
        ):  # fmt: skip
            assert cora.post(path, data=fields, headers=own).status_code == 303
        told = cora.get("/api/v1/products/AV-200/closing").json()
        assert told["causes"][0]["cause"] == "Supplier"
        assert told["total"]["costs"]["estimated"] == [
            {"amount": "100", "currency": "SEK", "kind": ""}
        ]
        page = cora.get("/products/AV-200/closing").text
        assert "Supplier" in page and "/change-requests/CR-1" in page
        made = cora.get("/products/AV-200/closing.pdf")
        assert made.headers["content-type"] == "application/pdf"
        text = pypdfium2.PdfDocument(io.BytesIO(made.content))[0].get_textpage().get_text_bounded()
        assert "Supplier" in text and "100.00 SEK" in text
        assert "/products/AV-200/closing" in cora.get("/products/AV-200").text
    rooms.services.database.close()


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_long_report_is_set_on_several_pages_in_both_languages(language):
    page = closing_page()
    page = replace(page, changes=page.changes * 120, milestones=page.milestones * 20)
    made = closing_pdf(page, Pages().texts(language), datetime(2024, 3, 5, tzinfo=UTC))
    assert 3 <= len(pypdfium2.PdfDocument(io.BytesIO(made))) < 20
