"""Trade papers as UBL 2.1, as Peppol BIS dresses them (billing, ordering, despatch: 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lxml import etree

from demo.cast import Party
from demo.paper import Line, Paper, plain

NS: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{NS}CommonAggregateComponents-2}}", f"{{{NS}CommonBasicComponents-2}}"
_BILLING: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_ORDERING: Final = "urn:fdc:peppol.eu:poacc:trns:"
_ACCOUNTS: Final = ("AccountingSupplierParty", "AccountingCustomerParty")
_TRADERS: Final = ("SellerSupplierParty", "BuyerCustomerParty")


@dataclass(frozen=True, slots=True)
class Dress:
    """What UBL calls the parts of one kind of paper."""

    root: str
    specification: str
    line: str
    quantity: str
    parties: tuple[str, str]  # the seller's and the buyer's element
    code: tuple[str, str] | None = None


DRESSES: Final = {
    "invoice": Dress(
        "Invoice", _BILLING, "InvoiceLine", "InvoicedQuantity", _ACCOUNTS,
        ("InvoiceTypeCode", "380"),
    ),
    "purchase-order": Dress("Order", _ORDERING + "order:3", "OrderLine", "Quantity", _TRADERS),
    "order-response": Dress(
        "OrderResponse", _ORDERING + "order_response:3", "OrderLine", "Quantity", _TRADERS,
        ("OrderResponseCode", "AP"),
    ),
    "delivery-note": Dress(
        "DespatchAdvice", _ORDERING + "despatch_advice:3", "DespatchLine", "DeliveredQuantity",
        ("DespatchSupplierParty", "DeliveryCustomerParty"),
    ),
}  # fmt: skip

#: role of a reference → the element around its ID
CARRIER: Final = {
    "order": "OrderReference",
    "delivery": "DespatchDocumentReference",
    "contract": "ContractDocumentReference",
    "quotation": "QuotationDocumentReference",
}


def document(paper: Paper) -> bytes:
    """The paper as XML, elements in the order of the schema."""
    dress = DRESSES[paper.kind]
    namespaces = {None: f"{NS}{dress.root}-2", "cac": CAC[1:-1], "cbc": CBC[1:-1]}
    root = etree.Element(f"{{{NS}{dress.root}-2}}{dress.root}", nsmap=namespaces)  # type: ignore[arg-type]  # None is the default namespace
    _set(root, "CustomizationID", dress.specification)
    _set(root, "ID", paper.number or "")
    _set(root, "IssueDate", paper.date)
    if paper.due:
        _set(root, "DueDate", paper.due)
    if dress.code:
        _set(root, *dress.code)
    if paper.body:
        _set(root, "Note", " ".join(plain(paper.body).split()))
    if paper.kind != "delivery-note":
        _set(root, "DocumentCurrencyCode", paper.currency)
    for role, value in paper.references:
        in_order = paper.kind == "purchase-order" and role == "contract"
        around = "Contract" if in_order else CARRIER[role]
        _set(_nest(root, around), "ID", plain(value))
    is_buyers = paper.kind == "purchase-order"
    parties = (paper.to, paper.issuer) if is_buyers else (paper.issuer, paper.to)
    for name, party in zip(dress.parties, parties, strict=True):
        if party:
            _party(_nest(root, name, "Party"), party)
    _amounts(root, paper)
    for at, line in enumerate(paper.lines, 1):
        _line(_nest(root, dress.line), dress.quantity, paper, (at, line))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _amounts(root: etree._Element, paper: Paper) -> None:
    if paper.kind == "invoice":
        _payment(root, paper)
        _totals(root, paper)
    elif paper.kind == "purchase-order":
        _money(_nest(root, "AnticipatedMonetaryTotal"), "PayableAmount", paper, paper.total)


def _party(at: etree._Element, party: Party) -> None:
    scheme = "0007" if party.country == "SE" else "9930"
    _set(at, "EndpointID", party.identifier.replace("-", "")).set("schemeID", scheme)
    _set(_nest(at, "PartyName"), "Name", party.name)
    address = _nest(at, "PostalAddress")
    code, _, city = party.place.rpartition(" ")
    _set(address, "StreetName", party.street)
    _set(address, "CityName", city)
    _set(address, "PostalZone", code)
    _set(_nest(address, "Country"), "IdentificationCode", party.country)
    tax = _nest(at, "PartyTaxScheme")
    _set(tax, "CompanyID", party.vat)
    _set(_nest(tax, "TaxScheme"), "ID", "VAT")
    legal = _nest(at, "PartyLegalEntity")
    _set(legal, "RegistrationName", party.name)
    _set(legal, "CompanyID", party.identifier.replace("-", "")).set("schemeID", scheme)


def _payment(root: etree._Element, paper: Paper) -> None:
    means = _nest(root, "PaymentMeans")
    _set(means, "PaymentMeansCode", "30")
    _set(means, "PaymentID", paper.number or "")
    account = _nest(means, "PayeeFinancialAccount")
    _set(account, "ID", re.sub(r"\D", "", paper.issuer.account))
    _set(_nest(account, "FinancialInstitutionBranch"), "ID", "SE:BANKGIRO")


def _totals(root: etree._Element, paper: Paper) -> None:
    tax = _nest(root, "TaxTotal")
    _money(tax, "TaxAmount", paper, paper.vat)
    part = _nest(tax, "TaxSubtotal")
    _money(part, "TaxableAmount", paper, paper.net)
    _money(part, "TaxAmount", paper, paper.vat)
    _tax(_nest(part, "TaxCategory"), paper)
    total = _nest(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", paper.net), ("TaxExclusiveAmount", paper.net),
        ("TaxInclusiveAmount", paper.total), ("PayableAmount", paper.total),
    ):  # fmt: skip
        _money(total, name, paper, amount)


def _line(at: etree._Element, quantity: str, paper: Paper, numbered: tuple[int, Line]) -> None:
    position, line = numbered
    if paper.kind in ("purchase-order", "order-response"):
        at = _nest(at, "LineItem")
    _set(at, "ID", str(position))
    _set(at, quantity, str(line.quantity)).set("unitCode", "C62")
    if paper.kind == "delivery-note":
        _set(_nest(at, "OrderLineReference"), "LineID", str(position))
    else:
        _money(at, "LineExtensionAmount", paper, line.amount)
    if paper.kind in ("purchase-order", "order-response"):
        _money(_nest(at, "Price"), "PriceAmount", paper, line.price)
    item = _nest(at, "Item")
    _set(item, "Name", plain(line.text))
    _set(_nest(item, "SellersItemIdentification"), "ID", line.article)
    if paper.kind == "invoice":
        _tax(_nest(item, "ClassifiedTaxCategory"), paper)
        _money(_nest(at, "Price"), "PriceAmount", paper, line.price)


def _tax(at: etree._Element, paper: Paper) -> None:
    _set(at, "ID", "S" if paper.vat_percent else "AE")
    _set(at, "Percent", str(paper.vat_percent))
    _set(_nest(at, "TaxScheme"), "ID", "VAT")


def _nest(at: etree._Element, *names: str) -> etree._Element:
    for name in names:
        at = etree.SubElement(at, CAC + name)
    return at


def _set(at: etree._Element, name: str, value: str) -> etree._Element:
    element = etree.SubElement(at, CBC + name)
    element.text = value
    return element


def _money(at: etree._Element, name: str, paper: Paper, amount: Decimal) -> None:
    _set(at, name, str(amount)).set("currencyID", paper.currency)
