"""UBL 2.0 to 2.4 (ISO/IEC 19845): where each thing stands.

Business terms are those of EN 16931-1 (BT-13 is the buyer's order); code lists UNTDID 1001.
"""

from __future__ import annotations

from typing import Final

from indexer.extract.edocuments.model import Borne, Cited, Format, PartyPlace

KINDS: Final = {
    "Invoice": "invoice",
    "SelfBilledInvoice": "invoice",
    "FreightInvoice": "invoice",
    "UtilityStatement": "statement",
    "DebitNote": "invoice",
    "CreditNote": "credit-note",
    "SelfBilledCreditNote": "credit-note",
    "Order": "purchase-order",
    "OrderResponse": "order-response",
    "OrderResponseSimple": "order-response",
    "OrderChange": "order-change",
    "OrderCancellation": "order-cancellation",
    "DespatchAdvice": "delivery-note",
    "Waybill": "delivery-note",
    "BillOfLading": "delivery-note",
    "PackingList": "delivery-note",
    "ReceiptAdvice": "receipt-advice",
    "Quotation": "quotation",
    "Tender": "quotation",
    "RequestForQuotation": "request-for-quotation",
    "CallForTenders": "request-for-quotation",
    "Reminder": "reminder",
    "Statement": "statement",
    "Catalogue": "catalogue",
    "RemittanceAdvice": "remittance",
    "ApplicationResponse": "message",
    "DigitalAgreement": "contract",
}

#: UNTDID 1001. A corrected invoice (384), prepayment (386) or debit note (383) is an invoice.
CREDIT_CODES: Final = dict.fromkeys(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"),
    "credit-note",
)

#: UNTDID 1001 → scheme, for documents that are cited with a type code.
TYPE_SCHEMES: Final = {
    "50": "tender",
    "105": "purchase-order",
    "130": "document",
    "220": "purchase-order",
    "221": "purchase-order",
    "226": "purchase-order",
    "231": "order-response",
    "310": "quotation",
    "311": "request-for-quotation",
    "315": "contract",
    "351": "delivery-note",
    "270": "delivery-note",
    "380": "invoice",
    "384": "invoice",
    "381": "credit-note",
    "9": "catalogue",
}

FACTS: Final = (
    ("date", "IssueDate"),
    ("due_date", "DueDate"),
    ("due_date", "PaymentMeans/PaymentDueDate"),
    ("due_date", "PaymentTerms/PaymentDueDate"),
    ("due_date", "SubmissionDueDate"),
    ("currency", "DocumentCurrencyCode"),
    ("currency", "PricingCurrencyCode"),
    ("total", "LegalMonetaryTotal/TaxInclusiveAmount"),
    ("total", "AnticipatedMonetaryTotal/TaxInclusiveAmount"),
    ("total", "RequestedMonetaryTotal/TaxInclusiveAmount"),
    ("total", "QuotedMonetaryTotal/TaxInclusiveAmount"),
    ("total", "AnticipatedMonetaryTotal/PayableAmount"),
    ("total", "QuotedMonetaryTotal/PayableAmount"),
    ("total", "TotalPaymentAmount"),
    ("net_total", "LegalMonetaryTotal/TaxExclusiveAmount"),
    ("net_total", "AnticipatedMonetaryTotal/TaxExclusiveAmount"),
    ("net_total", "RequestedMonetaryTotal/TaxExclusiveAmount"),
    ("net_total", "QuotedMonetaryTotal/TaxExclusiveAmount"),
    ("effective_from", "ValidityPeriod/StartDate"),
    ("expires_on", "ValidityPeriod/EndDate"),
    ("title", "Name"),
    ("revision", "VersionID"),
)

PARTIES: Final = (
    PartyPlace("seller", "AccountingSupplierParty/Party"),
    PartyPlace("seller", "SellerSupplierParty/Party"),
    PartyPlace("seller", "SellerSupplierParty"),
    PartyPlace("seller", "DespatchSupplierParty/Party"),
    PartyPlace("seller", "ProviderParty"),
    PartyPlace("buyer", "AccountingCustomerParty/Party"),
    PartyPlace("buyer", "BuyerCustomerParty/Party"),
    PartyPlace("buyer", "ContractorCustomerParty/Party"),
    PartyPlace("buyer", "DeliveryCustomerParty/Party"),
    PartyPlace("buyer", "ReceiverParty"),
    PartyPlace("seller", "SenderParty"),
    PartyPlace("payee", "PayeeParty"),
    PartyPlace("carrier", "Shipment/Consignment/CarrierParty"),
    PartyPlace("carrier", "CarrierParty"),
    PartyPlace("party", "OriginatorCustomerParty/Party"),
    PartyPlace("party", "TaxRepresentativeParty"),
    PartyPlace("party", "Delivery/DeliveryParty"),
)

PARTY_NAMES: Final = (
    "PartyName/Name",
    "PartyLegalEntity/RegistrationName",
    "PartyTaxScheme/RegistrationName",
    "Person/FamilyName",
)

PARTY_IDENTIFIERS: Final = (
    "PartyTaxScheme/CompanyID",
    "PartyLegalEntity/CompanyID",
    "PartyIdentification/ID",
    "EndpointID",
)

_LINE: Final = "|".join(
    f"{name}Line"
    for name in (
        "Invoice", "CreditNote", "DebitNote", "Order", "Despatch", "Receipt", "Quotation",
        "RequestForQuotation", "Reminder", "Statement", "RemittanceAdvice", "Catalogue",
    )
)  # fmt: skip

CITED: Final = (
    Cited("SalesOrderID", "sales-order"),
    Cited("OrderReference/ID", "purchase-order"),
    Cited("OrderReference/SalesOrderID", "sales-order"),
    Cited("BillingReference/InvoiceDocumentReference/ID", "invoice"),
    Cited("BillingReference/SelfBilledInvoiceDocumentReference/ID", "invoice"),
    Cited("BillingReference/DebitNoteDocumentReference/ID", "invoice"),
    Cited("BillingReference/CreditNoteDocumentReference/ID", "credit-note"),
    Cited("BillingReference/SelfBilledCreditNoteDocumentReference/ID", "credit-note"),
    Cited("BillingReference/ReminderDocumentReference/ID", "reminder"),
    Cited("BillingReference/AdditionalDocumentReference/ID", "document", "DocumentTypeCode"),
    Cited("DespatchDocumentReference/ID", "delivery-note"),
    Cited("ReceiptDocumentReference/ID", "receipt-advice"),
    Cited("StatementDocumentReference/ID", "statement"),
    Cited("OriginatorDocumentReference/ID", "tender"),
    Cited("ContractDocumentReference/ID", "contract"),
    Cited("Contract/ID", "contract"),
    Cited("ReferencedContract/ID", "contract"),
    Cited("ProjectReference/ID", "project"),
    Cited("QuotationDocumentReference/ID", "quotation"),
    Cited("OrderDocumentReference/ID", "purchase-order"),
    Cited("CatalogueReference/ID", "catalogue"),
    Cited("RequestForQuotationDocumentReference/ID", "request-for-quotation"),
    Cited("OrderChangeDocumentReference/ID", "order-change"),
    Cited("InvoiceDocumentReference/ID", "invoice"),
    Cited("DocumentResponse/DocumentReference/ID", "document", "DocumentTypeCode"),
    Cited("AdditionalDocumentReference/ID", "document", "DocumentTypeCode"),
    Cited(f"{_LINE}/OrderLineReference/OrderReference/ID", "purchase-order"),
    Cited(f"{_LINE}/OrderLineReference/OrderReference/SalesOrderID", "sales-order"),
    Cited(f"{_LINE}/OrderReference/ID", "purchase-order"),
    Cited(f"{_LINE}/BillingReference/InvoiceDocumentReference/ID", "invoice"),
    Cited(f"{_LINE}/BillingReference/CreditNoteDocumentReference/ID", "credit-note"),
    Cited(f"{_LINE}/DespatchLineReference/DocumentReference/ID", "delivery-note"),
    Cited(f"{_LINE}/ReceiptLineReference/DocumentReference/ID", "receipt-advice"),
    Cited(f"{_LINE}/QuotationLineReference/DocumentReference/ID", "quotation"),
    Cited(f"{_LINE}/CatalogueLineReference/DocumentReference/ID", "catalogue"),
    Cited(
        f"{_LINE}/RequestForQuotationLineReference/DocumentReference/ID", "request-for-quotation"
    ),
    Cited(f"{_LINE}/DocumentReference/ID", "document", "DocumentTypeCode"),
)

UBL: Final = Format(
    name="UBL",
    namespaces=("urn:oasis:names:specification:ubl:schema:xsd:",),
    kinds=KINDS,
    type_code="InvoiceTypeCode",
    type_kinds=CREDIT_CODES,
    number="ID",
    facts=FACTS,
    # the seller's number for an order: a buyer's order repeats it, as an order change does
    own=(Borne("SalesOrderID", "sales-order", frozenset({"order-response"})),),
    parties=PARTIES,
    party_names=PARTY_NAMES,
    party_identifiers=PARTY_IDENTIFIERS,
    cited=CITED,
    type_schemes=TYPE_SCHEMES,
    technical=frozenset(
        {"UBLExtensions", "UBLVersionID", "CustomizationID", "ProfileID", "ProfileExecutionID",
         "Signature", "UUID"}
    ),
    containers=frozenset(),
    embedded=frozenset({"EmbeddedDocumentBinaryObject"}),
    other_kinds=True,
)  # fmt: skip
