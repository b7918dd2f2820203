"""Svefaktura 1.0 (SFTI Basic Invoice, built on UBL 1.0 Beta), bare or in an SFTI ObjectEnvelope."""

from __future__ import annotations

from typing import Final

from indexer.extract.edocuments.model import Cited, Format, PartyPlace

SVEFAKTURA: Final = Format(
    name="Svefaktura",
    namespaces=("urn:sfti:documents:",),
    kinds={"Invoice": "invoice"},
    type_code="InvoiceTypeCode",
    type_kinds={"381": "credit-note"},
    number="ID",
    facts=(
        ("date", "IssueDate"),
        ("due_date", "PaymentMeans/DuePaymentDate"),
        ("currency", "InvoiceCurrencyCode"),
        ("total", "LegalTotal/TaxInclusiveTotalAmount"),
        ("net_total", "LegalTotal/TaxExclusiveTotalAmount"),
    ),
    own=(),
    parties=(
        PartyPlace("seller", "SellerParty/Party"),
        PartyPlace("buyer", "BuyerParty/Party"),
    ),
    party_names=("PartyName/Name",),
    party_identifiers=("PartyTaxScheme/CompanyID", "PartyIdentification/ID"),
    cited=(
        Cited("InitialInvoiceDocumentReference/ID", "invoice"),
        Cited("OrderReference/BuyersID|ID", "purchase-order"),
        Cited("InvoiceLine/OrderLineReference/OrderReference/BuyersID|ID", "purchase-order"),
        Cited("InvoiceLine/DespatchLineReference/DespatchAdviceReference/ID", "delivery-note"),
        Cited("AdditionalDocumentReference/ID", "document"),
    ),
    type_schemes={},
    technical=frozenset(),
    containers=frozenset(),
    embedded=frozenset({"EncodedData"}),  # of an ObjectEnvelope beside the invoice
)
