"""Labels that say what the value behind them is, in Swedish, English, German and French as data.

A label is looked for by its words, whatever stands between them (`Invoice-date:`). Labels in STRICT
are common words and count only where a label stands: at the start of a line or column.
"""

from __future__ import annotations

from typing import Final

_ORDERS: Final = frozenset({"purchase-order", "order-change", "order-cancellation"})
_INVOICES: Final = frozenset({"invoice", "credit-note", "reminder", "receipt"})

#: The document's own date. With kinds: on others the label names somebody else's date.
OWN_DATE: Final[tuple[tuple[tuple[str, ...], frozenset[str] | None], ...]] = (
    (("invoice date", "date of invoice", "fakturadatum", "rechnungsdatum", "date de facture",
      "date de la facture", "date facture", "factuurdatum", "fakturans datum", "bill date",
      "tax point", "data wystawienia", "credit note date", "kreditdatum"), _INVOICES),
    (("order date", "date of order", "orderdatum", "beställningsdatum", "bestelldatum", "po date",
      "purchase order date", "date de commande", "orderdate"), _ORDERS),
    (("quotation date", "quote date", "offertdatum", "anbudsdatum", "angebotsdatum",
      "date of quotation"), frozenset({"quotation"})),
    (("confirmation date", "order confirmation date", "date of confirmation", "confirmed on",
      "acknowledgement date", "acknowledgment date", "order acknowledgement date",
      "erkännandedatum", "bekräftelsedatum", "orderbekräftelsedatum", "bestätigungsdatum",
      "auftragsbestätigungsdatum", "date de confirmation"),
     frozenset({"order-response"})),
    (("delivery note date", "dispatch date", "despatch date", "shipping date", "ship date",
      "följesedelsdatum", "lieferscheindatum", "leveransdatum", "delivery date"),
     frozenset({"delivery-note"})),
    (("meeting date", "date of meeting", "mötesdatum", "sammanträdesdatum", "date of the meeting"),
     frozenset({"minutes"})),
    (("report date", "rapportdatum", "date of report", "inspection date", "kontrolldatum"),
     frozenset({"quality-report", "return-report", "sales-report"})),
    (("agreement date", "date of agreement", "contract date", "avtalsdatum", "vertragsdatum",
      "date of contract"), frozenset({"contract", "amendment"})),
    (("issue date", "date of issue", "issued on", "date issued", "issued", "utfärdad", "utfärdat",
      "utfärdandedatum", "utställd", "document date", "dokumentdatum", "created", "creation date",
      "date created", "skapad", "upprättad", "daterad", "dated", "date raised", "raised on",
      "publication date", "published", "publicerad", "publiceringsdatum", "release date",
      "utgivningsdatum", "ausstellungsdatum", "date d émission", "receipt date", "payment date",
      "statement date", "utskriftsdatum"), None),
)  # fmt: skip
#: The barest label; any better one goes before it.
BARE_DATE: Final = ("date", "datum", "dato", "belegdatum")

#: Dates of other things: named so that `date` inside them is not taken.
OTHER_DATE: Final = (
    "order date", "orderdatum", "delivery date", "leveransdatum", "leveransdag", "lieferdatum",
    "leistungsdatum", "liefer und leistungsdatum", "service date", "ship date", "print date",
    "utskriftsdatum", "date of birth", "reference date", "your date", "ert datum",
    "requested delivery date", "invoice date", "fakturadatum", "last updated", "delivery",
    "date de livraison", "date range", "review date", "next review date", "orderdate",
    "beställningsdatum", "betalningsdatum", "value date", "tax point", "warranty",
)  # fmt: skip

DUE_DATE: Final = (
    "due date", "payment due", "payment due date", "due by", "due on", "pay by", "pay before",
    "please pay by", "payable by", "payment date due", "förfallodatum", "förfallodag", "förfaller",
    "förfaller till betalning", "betalas senast", "sista betalningsdag", "att betala senast",
    "betalas senast den", "oss tillhanda senast", "oss tillhanda", "fällig am", "fälligkeitsdatum",
    "fälligkeit", "zahlbar bis", "überweisen sie bis zum", "netto bis", "date d échéance",
    "échéance", "vervaldatum", "forfallsdato", "eräpäivä", "closing date", "sista anbudsdag",
    "sista dag för anbud", "sista svarsdag", "submission deadline", "tender deadline", "deadline",
    "anbud senast", "svar senast", "senast", "reply by", "answer by", "response due",
    "sista ansökningsdag",
)  # fmt: skip

EFFECTIVE_FROM: Final = (
    "effective date", "effective from", "effective as of", "valid from", "gäller från",
    "gäller från och med", "giltig från", "giltigt från", "giltig fr o m", "gäller fr o m",
    "start date", "commencement date", "startdatum", "avtalsstart", "träder i kraft",
    "ikraftträdande", "gültig ab", "gültig vom", "valable à partir du", "avtalet gäller från",
    "in force from", "ikraft",
)  # fmt: skip

EXPIRES_ON: Final = (
    "expiration date", "expiry date", "expires on", "expires", "valid until", "valid to",
    "valid through", "valid till", "gäller till", "gäller till och med", "gäller t o m",
    "giltig till", "giltigt till", "giltig till och med", "giltig t o m", "giltighetstid till",
    "offerten gäller till", "offerten är giltig till", "avtalet gäller till", "slutdatum",
    "end date", "termination date", "gültig bis", "valable jusqu au", "upphör", "best before",
    "avtalet löper till",
)  # fmt: skip

#: Totals with tax, best first. `total` alone may be without; what is excluded is never one.
TOTALS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (4, ("total incl vat", "total including vat", "total inc vat", "total incl tax",
         "total inc gst", "total including gst", "total incl gst", "total with tax",
         "total amount incl vat", "total amount including vat", "total inkl moms",
         "totalt inkl moms", "summa inkl moms", "totalbelopp inkl moms", "belopp inkl moms",
         "total ttc", "montant ttc", "net à payer ttc", "gesamtbetrag brutto", "bruttobetrag",
         "bruttosumme", "rechnungssumme brutto", "gesamtsumme brutto", "gesamt brutto",
         "rechnungsbetrag", "bedrag incl btw", "totaal incl btw", "totaalbedrag incl btw",
         "invoice total", "invoice amount", "total invoice amount", "fakturabelopp",
         "fakturasumma", "fakturatotal", "order total", "total order value", "ordersumma",
         "orderbelopp", "ordervärde", "grand total", "gross total", "gross amount",
         "total sales inclusive of gst", "total sales inclusive gst", "total rounded",
         "rounded total", "net total rounded", "nett total rounded", "total after rounding",
         "total inclusive of gst", "total inclusive gst", "total sales incl gst",
         "total amt incl gst", "total amt payable", "amt payable", "total amount payable",
         "round total", "total payable", "slutsumma", "wartość brutto", "total credit",
         "credit total", "summa att kreditera", "rechnungssumme inkl ust", "endbetrag")),
    (3, ("total amount", "total", "totalt", "total sum", "totalsumma", "totalbelopp", "summa",
         "summa totalt", "total price", "gesamtbetrag", "gesamtsumme", "gesamt", "gesamtpreis",
         "montant total", "totaal", "totaalbedrag", "total sales", "total amt", "razem",
         "order value", "contract value", "avtalsvärde", "totalpris", "sum total")),
    (2, ("amount due", "balance due", "total due", "total amount due", "amount payable",
         "att betala", "summa att betala", "belopp att betala", "to pay", "zahlbetrag",
         "zu zahlen", "zu zahlender betrag", "net à payer", "solde à payer", "te betalen",
         "payable amount", "please pay", "att erhålla", "do zapłaty", "balance", "nett total")),
    (1, ("net total",)),  # of receipts alone; on invoices it is without tax
)  # fmt: skip
#: What a till prints around the total.
TENDERED: Final = ("cash", "cash tendered", "tendered", "paid amount", "amount paid", "cash paid",
                   "kontant", "kontanter", "mottaget", "erhållet")  # fmt: skip
CHANGE: Final = ("change", "change due", "växel", "tillbaka")
ROUNDING: Final = ("rounding", "rounding adj", "rounding adjustment", "rounding amt",
                   "öresavrundning", "öresutjämning", "avrundning")  # fmt: skip
#: These look like totals and are not.
NO_TOTAL: Final = (
    "subtotal", "sub total", "total excl vat", "total excluding vat", "total ex vat",
    "total net", "total excl tax", "total before tax", "total ht", "total hors taxes",
    "nettobetrag", "nettosumme", "delsumma", "summa exkl moms", "total exkl moms",
    "totalt exkl moms", "summa netto", "netto", "total tax", "total vat", "total taxes",
    "moms totalt", "summa moms", "total moms", "total gst", "gst total", "total tva",
    "ust gesamt", "steuerbetrag", "total qty", "total quantity", "totalt antal", "total weight",
    "total items", "total item", "total discount", "summa rabatt", "rechnungssumme netto",
    "rechnungssumme ohne", "subtotaal", "total hors", "total without", "total exclusive",
    "total sales excluding gst", "total sales exclusive", "tax total", "total pages",
    "page total", "total savings", "total paid", "total price excl", "total units",
    "zwischensumme", "positionssumme", "gesamtbetrag netto", "gesamt netto", "total hours",
    "gesamtbetrag der", "summe netto", "total returned", "total shipped",
)  # fmt: skip

CURRENCY: Final = ("currency", "valuta", "währung", "rechnungswährung", "devise", "munt",
                   "invoice currency", "fakturavaluta")  # fmt: skip

REVISION: Final = ("revision", "rev", "version", "utgåva", "edition", "ausgabe", "issue no", "utg",
                   "revision no", "rev no", "revisionsnr", "document version", "index",
                   "ändringsindex", "revisionsstand")  # fmt: skip

#: Parties by role; `addressee` and `issuer` are seller or buyer by the kind of document.
PARTY_LABELS: Final[dict[str, tuple[str, ...]]] = {
    "seller": (
        "seller", "supplier", "vendor", "sold by", "säljare", "leverantör", "säljaren",
        "leverantören", "verkäufer", "lieferant", "rechnungssteller", "rechnungsersteller",
        "vendeur", "fournisseur", "verkoper", "sprzedawca", "service provider", "provider",
        "contractor", "anbudsgivare", "invoice from", "invoiced by", "manufacturer",
    ),
    "buyer": (
        "buyer", "customer", "purchaser", "client", "bill to", "billed to", "invoice to",
        "invoiced to", "sold to", "bill to address", "billing address", "köpare", "kund",
        "beställare", "köparen", "beställaren", "kunden", "fakturaadress", "faktureringsadress",
        "faktureras", "fakturamottagare", "käufer", "käufer leistungsempfänger", "kunde",
        "rechnungsempfänger", "leistungsempfänger", "auftraggeber", "acheteur", "client facturé",
        "facturé à", "adresse de facturation", "koper", "nabywca", "ordered by",
        "customer name", "kundnamn", "upphandlande myndighet", "upphandlande organisation",
    ),
    "addressee": ("to", "till", "an", "mottagare", "att", "attention", "recipient", "empfänger"),
    "issuer": ("from", "från", "avsändare", "issuer", "issued by", "utfärdare", "sender"),
    "payee": ("payee", "betalningsmottagare", "zahlungsempfänger", "pay to", "remit to"),
    "carrier": ("carrier", "transportör", "speditör", "spediteur", "frachtführer", "transporteur",
                "shipped by", "haulier", "fraktförare"),
    "authority": ("authority", "myndighet", "tillsynsmyndighet", "behörde"),
    "party": ("ship to", "deliver to", "delivery address", "leveransadress", "lieferadresse",
              "lieferanschrift", "abweichender warenempfänger", "warenempfänger",
              "adresse de livraison", "godsmottagare", "consignee", "shipping address"),
}  # fmt: skip

#: Common words: labels only where a label stands.
STRICT: Final = frozenset(
    {*BARE_DATE, "total", "totalt", "summa", "gesamt", "to", "till", "an", "att", "from", "från",
     "kund", "kunde", "customer", "client", "seller", "buyer", "supplier", "vendor", "leverantör",
     "säljare", "köpare", "köparen", "säljaren", "beställaren", "kunden", "leverantören",
     "provider", "contractor", "manufacturer", "carrier", "authority", "myndighet", "rev",
     "version", "index", "edition", "revision", "issued", "created", "published", "expires",
     "upphör", "senast", "förfaller", "deadline", "netto", "delivery", "attention", "recipient",
     "lieferant", "devise", "balance", "sender", "issuer", "payee", "purchaser", "utg", "razem",
     "warranty", "dated", "ikraft", "skapad", "att betala", *TENDERED, *CHANGE, *ROUNDING,
     "net total"}
)  # fmt: skip

#: Kinds whose issuer is the buyer; of all others it is the seller.
BUYER_ISSUES: Final = frozenset(
    {"purchase-order", "order-change", "order-cancellation", "request-for-quotation",
     "receipt-advice", "remittance"}
)  # fmt: skip
#: Kinds that pass between a seller and a buyer: who wrote them has a role.
TRADE: Final = BUYER_ISSUES | {
    "invoice", "credit-note", "order-response", "delivery-note", "quotation", "reminder",
    "statement", "catalogue", "receipt",
}  # fmt: skip
#: Kinds that two parties make between them.
CONTRACTS: Final = frozenset({"contract", "amendment"})
