"""UN/CEFACT Cross Industry Invoice (D16B to D22B: Factur-X, ZUGFeRD 2, XRechnung), ZUGFeRD 1
(CrossIndustryDocument) and Order-X (SCRDMCCBDACIOMessageStructure): where each thing stands.

The three differ in a handful of names, so one table with alternatives serves all.
"""

from __future__ import annotations

from typing import Final

from indexer.extract.edocuments.model import Cited, Format, PartyPlace
from indexer.extract.edocuments.ubl import CREDIT_CODES, TYPE_SCHEMES

_DOCUMENT: Final = "ExchangedDocument|HeaderExchangedDocument"
_DEAL: Final = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_DEAL}/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY: Final = f"{_DEAL}/ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_PAYMENT: Final = f"{_DEAL}/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS: Final = (
    f"{_PAYMENT}/SpecifiedTradeSettlementHeaderMonetarySummation"
    "|SpecifiedTradeSettlementMonetarySummation"
)
_LINE: Final = f"{_DEAL}/IncludedSupplyChainTradeLineItem"
_LINE_AGREEMENT: Final = f"{_LINE}/SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
_LINE_DELIVERY: Final = f"{_LINE}/SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
_LINE_PAYMENT: Final = f"{_LINE}/SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
_ID: Final = "IssuerAssignedID|ID"

#: UNTDID 1001 of orders, beside the invoices' credit codes.
TYPE_KINDS: Final = CREDIT_CODES | {
    "220": "purchase-order",
    "221": "purchase-order",
    "226": "purchase-order",
    "230": "order-change",
    "231": "order-response",
}

FACTS: Final = (
    ("date", f"{_DOCUMENT}/IssueDateTime/DateTimeString|DateTime"),
    ("date", f"{_DOCUMENT}/IssueDateTime"),
    ("due_date", f"{_PAYMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString|DateTime"),
    ("due_date", f"{_PAYMENT}/SpecifiedTradePaymentTerms/DueDateDateTime"),
    ("currency", f"{_PAYMENT}/InvoiceCurrencyCode|OrderCurrencyCode"),
    ("total", f"{_SUMS}/GrandTotalAmount"),
    ("net_total", f"{_SUMS}/TaxBasisTotalAmount"),
)

PARTIES: Final = (
    PartyPlace("seller", f"{_AGREEMENT}/SellerTradeParty"),
    PartyPlace("buyer", f"{_AGREEMENT}/BuyerTradeParty"),
    PartyPlace("buyer", f"{_PAYMENT}/InvoiceeTradeParty"),
    PartyPlace("payee", f"{_PAYMENT}/PayeeTradeParty"),
    PartyPlace("party", f"{_AGREEMENT}/SellerTaxRepresentativeTradeParty"),
    PartyPlace("party", f"{_AGREEMENT}/ProductEndUserTradeParty"),
    PartyPlace("party", f"{_DELIVERY}/ShipToTradeParty"),
)

CITED: Final = (
    Cited(f"{_AGREEMENT}/BuyerOrderReferencedDocument/{_ID}", "purchase-order"),
    Cited(f"{_AGREEMENT}/SellerOrderReferencedDocument/{_ID}", "sales-order"),
    Cited(f"{_AGREEMENT}/PreviousOrderReferencedDocument/{_ID}", "purchase-order"),
    Cited(f"{_AGREEMENT}/PreviousOrderChangeReferencedDocument/{_ID}", "order-change"),
    Cited(f"{_AGREEMENT}/PreviousOrderResponseReferencedDocument/{_ID}", "order-response"),
    Cited(f"{_AGREEMENT}/UltimateCustomerOrderReferencedDocument/{_ID}", "purchase-order"),
    Cited(f"{_AGREEMENT}/QuotationReferencedDocument/{_ID}", "quotation"),
    Cited(f"{_AGREEMENT}/ContractReferencedDocument/{_ID}", "contract"),
    Cited(f"{_AGREEMENT}/CustomerOrderReferencedDocument/{_ID}", "purchase-order"),
    Cited(f"{_AGREEMENT}/BlanketOrderReferencedDocument/{_ID}", "contract"),
    Cited(f"{_AGREEMENT}/RequisitionReferencedDocument/{_ID}", "document"),
    Cited(f"{_AGREEMENT}/CatalogueReferencedDocument/{_ID}", "catalogue"),
    Cited(f"{_AGREEMENT}/SpecifiedProcuringProject/ID", "project"),
    Cited(f"{_AGREEMENT}/AdditionalReferencedDocument/{_ID}", "document", "TypeCode"),
    Cited(f"{_DELIVERY}/DespatchAdviceReferencedDocument/{_ID}", "delivery-note"),
    Cited(f"{_DELIVERY}/DeliveryNoteReferencedDocument/{_ID}", "delivery-note"),
    Cited(f"{_DELIVERY}/ReceivingAdviceReferencedDocument/{_ID}", "receipt-advice"),
    Cited(f"{_PAYMENT}/InvoiceReferencedDocument/{_ID}", "invoice", "TypeCode"),
    Cited(f"{_LINE_AGREEMENT}/BuyerOrderReferencedDocument/{_ID}", "purchase-order"),
    Cited(f"{_LINE_AGREEMENT}/ContractReferencedDocument/{_ID}", "contract"),
    Cited(f"{_LINE_AGREEMENT}/QuotationReferencedDocument/{_ID}", "quotation"),
    Cited(f"{_LINE_DELIVERY}/DespatchAdviceReferencedDocument/{_ID}", "delivery-note"),
    Cited(f"{_LINE_DELIVERY}/DeliveryNoteReferencedDocument/{_ID}", "delivery-note"),
    Cited(f"{_LINE_DELIVERY}/ReceivingAdviceReferencedDocument/{_ID}", "receipt-advice"),
    Cited(f"{_LINE_PAYMENT}/InvoiceReferencedDocument/{_ID}", "invoice", "TypeCode"),
    Cited(f"{_LINE_PAYMENT}/AdditionalReferencedDocument/{_ID}", "document", "TypeCode"),
)

CII: Final = Format(
    name="CII",
    namespaces=(
        "urn:un:unece:uncefact:data:",
        "urn:ferd:CrossIndustryDocument:",
        "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:",
    ),
    kinds={
        "CrossIndustryInvoice": "invoice",
        "CrossIndustryDocument": "invoice",
        "SCRDMCCBDACIOMessageStructure": "purchase-order",
        "CrossIndustryOrder": "purchase-order",
        "CrossIndustryOrderResponse": "order-response",
        "CrossIndustryOrderChange": "order-change",
        "CrossIndustryDespatchAdvice": "delivery-note",
        "CrossIndustryQuotation": "quotation",
    },
    type_code=f"{_DOCUMENT}/TypeCode",
    type_kinds=TYPE_KINDS,
    number=f"{_DOCUMENT}/ID",
    facts=FACTS,
    own=(),
    parties=PARTIES,
    party_names=("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
    party_identifiers=(
        "SpecifiedTaxRegistration/ID", "SpecifiedLegalOrganization/ID", "GlobalID", "ID",
    ),
    cited=CITED,
    type_schemes=TYPE_SCHEMES,
    technical=frozenset({"ExchangedDocumentContext", "SpecifiedExchangedDocumentContext"}),
    containers=frozenset(
        name for path in (_DEAL, _AGREEMENT, _DELIVERY, _PAYMENT)
        for name in path.replace("/", "|").split("|")
    ),
    embedded=frozenset({"AttachmentBinaryObject"}),
)  # fmt: skip
