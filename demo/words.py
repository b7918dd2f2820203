"""The printed words of the trade papers, in both languages."""

from __future__ import annotations

from typing import Final

#: (title, label of its own number) for each kind that has a form of its own.
FORMS: Final = {
    "en": {
        "purchase-order": ("Purchase order", "Purchase order no."),
        "order-response": ("Order confirmation", "Order confirmation no."),
        "delivery-note": ("Delivery note", "Delivery note no."),
        "invoice": ("Invoice", "Invoice no."),
        "credit-note": ("Credit note", "Credit note no."),
        "quotation": ("Quotation", "Quotation no."),
        "request-for-quotation": ("Request for quotation", "RFQ no."),
        "contract": ("Framework agreement", "Contract no."),
        "amendment": ("Amendment", "Amendment no."),
        "specification": ("Specification", "Specification no."),
        "drawing": ("Drawing", "Drawing no."),
        "change-request": ("Change request", "Change request no."),
        "plan": ("Life-cycle plan", "Plan no."),
        "quality-report": ("Quality report", "Report no."),
        "return-report": ("Return report", "Return report no."),
        "minutes": ("Minutes", "Minutes no."),
        "letter": ("Letter", "Our ref."),
        "catalogue": ("Price list", "Price list no."),
    },
    "sv": {
        "purchase-order": ("Inköpsorder", "Inköpsorder nr"),
        "order-response": ("Ordererkännande", "Ordererkännande nr"),
        "delivery-note": ("Följesedel", "Följesedel nr"),
        "invoice": ("Faktura", "Fakturanummer"),
        "credit-note": ("Kreditfaktura", "Kreditfaktura nr"),
        "quotation": ("Offert", "Offert nr"),
        "request-for-quotation": ("Offertförfrågan", "Förfrågan nr"),
        "contract": ("Ramavtal", "Avtalsnummer"),
        "amendment": ("Tilläggsavtal", "Tillägg nr"),
        "specification": ("Kravspecifikation", "Specifikation nr"),
        "change-request": ("Ändringsbegäran", "Ändringsbegäran nr"),
        "plan": ("Livscykelplan", "Plan nr"),
        "quality-report": ("Kvalitetsrapport", "Rapport nr"),
        "return-report": ("Returrapport", "Returrapport nr"),
        "minutes": ("Protokoll", "Protokoll nr"),
        "reminder": ("Betalningspåminnelse", "Påminnelse nr"),
    },
}

#: The label before a cited number, by its role.
REFERENCE: Final = {
    "en": {
        "order": "Your order", "contract": "Framework agreement", "delivery": "Delivery note",
        "quotation": "Your quotation", "request": "Your request for quotation",
        "invoice": "Credit for invoice no.", "specification": "Specification",
    },
    "sv": {
        "order": "Er order", "contract": "Ramavtal", "delivery": "Följesedel",
        "quotation": "Er offert", "request": "Er förfrågan", "invoice": "Avser faktura",
        "specification": "Specifikation",
    },
}  # fmt: skip

#: The other words of a form.
WORDS: Final = {
    "en": {
        "date": "Date", "due": "Due date", "revision": "Revision", "article": "Article",
        "text": "Description", "quantity": "Qty", "price": "Unit price", "amount": "Amount",
        "net": "Subtotal", "vat": "VAT", "total": "Total", "to pay": "Total",
        "page": "Page",
        "registered": "Reg. no.", "terms": "Payment 30 days net. Interest on overdue payment 8 %.",
    },
    "sv": {
        "date": "Datum", "due": "Förfallodatum", "revision": "Utgåva", "article": "Artikel",
        "text": "Benämning", "quantity": "Antal", "price": "À-pris", "amount": "Belopp",
        "net": "Delsumma", "vat": "Moms", "total": "Summa", "to pay": "Att betala",
        "page": "Sida",
        "registered": "Org.nr", "terms": "Betalning 30 dagar netto. Dröjsmålsränta 8 %.",
    },
}  # fmt: skip
