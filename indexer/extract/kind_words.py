"""The words by which documents say what they are, in Swedish, English, German and French.

A title is what stands at the head of such a document; `*avtal` is any word with that ending. A cue
is a phrase from its text or labels that makes the kind likelier by its weight; the same words on
other kinds are expected, so no single cue decides. Titles weigh about 3 (see kinds).
"""

from __future__ import annotations

from typing import Final

TITLES: Final[dict[str, tuple[str, ...]]] = {
    "invoice": (
        "invoice", "tax invoice", "sales invoice", "commercial invoice", "proforma invoice",
        "pro forma invoice", "invoice receipt", "debit note", "interest invoice", "bill",
        "faktura", "*faktura", "räkning", "rechnung", "*rechnung", "facture", "factuur", "fattura",
        "factura", "faktura vat",
    ),
    "credit-note": (
        "credit note", "credit memo", "credit memorandum", "credit invoice", "kreditfaktura",
        "kreditnota", "kreditering", "krediteringsfaktura", "gutschrift", "rechnungskorrektur",
        "avoir", "note de crédit", "facture d avoir", "creditnota", "nota di credito",
    ),
    "purchase-order": (
        "purchase order", "order", "call off", "call off order", "work order", "order form",
        "inköpsorder", "*inköpsorder", "beställning", "beställningsorder", "avrop", "avropsorder",
        "bestellung", "*bestellung", "auftrag", "bon de commande", "commande", "inkooporder",
    ),
    "order-response": (
        "order confirmation", "order acknowledgement", "order acknowledgment", "sales order",
        "purchase order confirmation", "purchase order acknowledgement", "order response",
        "confirmation of order", "ordererkännande", "orderbekräftelse", "beställningsbekräftelse",
        "auftragsbestätigung", "bestellbestätigung", "confirmation de commande",
    ),
    "order-change": (
        "order change", "change order", "purchase order change", "revised purchase order",
        "orderändring", "ändringsorder", "beställningsändring", "bestelländerung",
    ),
    "order-cancellation": (
        "order cancellation", "cancellation of order", "cancellation of purchase order",
        "purchase order cancellation", "avbeställning", "orderannullering", "stornierung",
    ),
    "delivery-note": (
        "delivery note", "delivery slip", "packing slip", "packing list", "packing note",
        "dispatch note", "despatch note", "despatch advice", "dispatch advice", "delivery advice",
        "advance shipping notice", "advance ship notice", "waybill", "air waybill",
        "consignment note", "bill of lading", "shipping note", "delivery order", "följesedel",
        "*följesedel", "leveranssedel", "packsedel", "packlista", "fraktsedel", "lieferschein",
        "*lieferschein", "frachtbrief", "bon de livraison", "lettre de voiture",
    ),
    "receipt-advice": (
        "goods receipt", "goods received note", "goods receipt note", "receiving report",
        "receipt advice", "goods receipt report", "inleveransrapport", "mottagningsrapport",
        "godsmottagning", "inleverans", "wareneingang", "wareneingangsschein",
        "bon de réception", "avis de réception",
    ),
    "quotation": (
        "quotation", "quote", "price quotation", "offer", "sales quote", "commercial proposal",
        "price proposal", "cost estimate", "bid", "offert", "*offert", "anbud", "prisförslag",
        "angebot", "*angebot", "kostenvoranschlag", "devis", "offre", "offerte", "preventivo",
    ),
    "request-for-quotation": (
        "request for quotation", "request for quote", "request for proposal",
        "request for proposals", "request for tender", "request for information",
        "invitation to tender", "invitation to bid", "call for tenders", "quotation request",
        "call off request", "rfq", "rfp", "offertförfrågan", "prisförfrågan", "avropsförfrågan",
        "anbudsförfrågan", "anbudsinbjudan", "förfrågningsunderlag", "upphandlingsdokument",
        "förfrågan", "anfrage", "angebotsanfrage", "preisanfrage", "ausschreibung",
        "demande de prix", "demande de devis", "appel d offres",
    ),
    "contract": (
        "agreement", "agreements", "contract", "framework agreement", "memorandum of understanding",
        "letter of intent", "heads of terms", "statement of work", "deed", "lease", "indenture",
        "avtal", "*avtal", "kontrakt", "*kontrakt", "vertrag", "*vertrag", "vereinbarung",
        "*vereinbarung", "contrat", "convention de prestation", "accord cadre",
    ),
    "amendment": (
        "amendment", "addendum", "supplemental agreement", "supplementary agreement",
        "contract amendment", "amendment agreement", "amending agreement", "contract supplement",
        "amended and restated amendment", "tilläggsavtal", "ändringsavtal", "avtalstillägg",
        "tillägg", "tillägg till avtal", "tillägg till ramavtal", "avtalsändring", "nachtrag",
        "avenant",
        "tilläggsöverenskommelse",
    ),
    "specification": (
        "specification", "specifications", "technical specification", "product specification",
        "requirements specification", "functional specification", "design specification",
        "interface specification", "system requirements", "software requirements", "data sheet",
        "datasheet", "technical data sheet", "product data sheet", "spec", "request for comments",
        "specifikation", "*specifikation", "kravställning", "datablad", "*datablad",
        "teknisk beskrivning", "kravdokument", "spezifikation", "*spezifikation", "lastenheft",
        "pflichtenheft",
        "datenblatt", "technisches datenblatt", "cahier des charges", "spécification",
        "spécification technique", "fiche technique", "improvement proposal",
        "enhancement proposal",
    ),
    "drawing": (
        "drawing", "assembly drawing", "detail drawing", "general arrangement", "ritning",
        "*ritning", "zeichnung", "*zeichnung", "dessin", "plan d ensemble",
    ),
    "change-request": (
        "change request", "engineering change request", "engineering change proposal",
        "engineering change notice", "engineering change order", "change notice",
        "change proposal", "request for change", "product change notification",
        "product change notice", "change notification", "ändringsbegäran", "ändringsförfrågan",
        "ändringsanmälan", "ändringsmeddelande", "ändringsförslag", "produktändring",
        "änderungsantrag", "änderungsmitteilung", "änderungsanforderung",
        "demande de modification", "demande de changement",
    ),
    "minutes": (
        "minutes", "meeting minutes", "minutes of meeting", "minutes of the meeting",
        "meeting notes", "notes of meeting", "meeting report", "protokoll", "*mötesprotokoll",
        "sammanträdesprotokoll", "styrelseprotokoll", "mötesanteckningar", "minnesanteckningar",
        "besprechungsprotokoll", "sitzungsprotokoll", "compte rendu", "procès verbal",
    ),
    "plan": (
        "plan", "project plan", "life cycle plan", "lifecycle plan", "product plan", "test plan",
        "quality plan", "development plan", "delivery plan", "production plan", "release plan",
        "roadmap", "product roadmap", "time schedule", "project schedule", "timeline",
        "livscykelplan", "projektplan", "tidplan", "tidsplan", "handlingsplan", "testplan",
        "kvalitetsplan", "utvecklingsplan", "produktplan", "produktionsplan", "leveransplan",
        "färdplan", "milstolpsplan", "projektplanung", "zeitplan", "terminplan", "prüfplan",
        "plan de projet", "plan projet",
    ),
    "quality-report": (
        "quality report", "inspection report", "test report", "non conformance report",
        "nonconformance report", "non conformity report", "nonconformity report", "ncr",
        "deviation report", "8d report", "audit report", "quality assurance report",
        "certificate of conformity", "certificate of compliance", "inspection certificate",
        "test certificate", "measurement report", "acceptance test report", "test protocol",
        "inspection record", "kvalitetsrapport", "avvikelserapport", "*provningsrapport",
        "testrapport", "kontrollrapport", "inspektionsrapport", "besiktningsprotokoll",
        "provningsprotokoll", "mätprotokoll", "kontrollprotokoll", "testprotokoll",
        "revisionsrapport", "8d rapport", "materialintyg", "qualitätsbericht", "prüfbericht",
        "prüfprotokoll", "abweichungsbericht", "rapport de qualité", "rapport d essai",
    ),
    "return-report": (
        "return report", "returns report", "return note", "return slip", "rma",
        "return material authorization", "return authorization", "return authorisation",
        "returns analysis", "return merchandise authorization", "claim report",
        "complaint report", "customer complaint", "warranty claim", "field failure report",
        "returrapport", "retursedel", "returanmälan", "reklamation", "reklamationsrapport",
        "returanalys", "garantianspråk", "retourenbericht", "rücksendung", "retourenschein",
        "reklamationsbericht", "bon de retour",
    ),
    "sales-report": (
        "sales report", "sales statistics", "sales summary", "monthly sales report",
        "quarterly sales report", "sales figures", "sales forecast", "försäljningsrapport",
        "säljrapport", "försäljningsstatistik", "umsatzbericht", "verkaufsbericht",
        "rapport de ventes",
    ),
    "reminder": (
        "reminder", "payment reminder", "reminder notice", "dunning notice", "dunning letter",
        "overdue notice", "final notice", "first reminder", "second reminder", "past due notice",
        "betalningspåminnelse", "påminnelse", "kravbrev", "inkassokrav", "mahnung", "*mahnung",
        "zahlungserinnerung", "rappel", "lettre de relance", "herinnering",
    ),
    "statement": (
        "statement", "statement of account", "account statement", "statement of accounts",
        "bank statement", "kontoutdrag", "reskontrautdrag", "saldobesked", "kontoauszug",
        "relevé de compte", "monthly statement",
    ),
    "catalogue": (
        "catalogue", "catalog", "price list", "product catalogue", "product catalog",
        "parts list", "spare parts list", "prislista", "katalog", "*katalog", "artikellista",
        "reservdelslista", "preisliste", "catalogue de prix", "tarif",
    ),
    "remittance": (
        "remittance advice", "remittance", "payment advice", "payment notification",
        "betalningsavi", "utbetalningsbesked", "betalningsbesked", "zahlungsavis",
        "avis de paiement",
    ),
    "receipt": (
        "receipt", "cash receipt", "sales receipt", "payment receipt", "cash bill", "cash sale",
        "official receipt", "kvitto", "kassakvitto", "quittung", "kassenbon", "reçu",
        "ticket de caisse",
    ),
    "letter": (
        "letter", "memo", "memorandum", "brev", "promemoria", "pm", "cover letter",
        "letter of complaint", "missiv", "följebrev", "schreiben", "lettre",
    ),
}  # fmt: skip

#: What may stand between a title and its number, or after it, without making it a mere label.
TITLE_TAILS: Final = frozenset({
    "no", "nr", "number", "num", "nummer", "nos", "ref", "id", "of", "for", "to", "between",
    "with", "regarding", "re", "concerning", "dated", "as", "from", "från", "för", "om",
    "avseende", "till", "mellan", "med", "gällande", "angående", "den", "der", "des", "die",
    "das", "von", "für", "zu", "über", "zwischen", "du", "de", "la", "le", "pour", "entre", "n°",
    "copy", "original", "kopia", "draft", "utkast", "final", "revision", "rev", "version",
    "utgåva", "and", "och", "und", "et", "by", "vom",
})  # fmt: skip

#: Labels of an invoice that begin with its own title. Of other kinds such labels say nothing:
#: "Order date" stands on invoices, "Contract period" on orders.
LABEL_KINDS: Final = frozenset({"invoice", "credit-note"})
LABEL_WORDS: Final = frozenset({"date", "datum", "total", "amount", "period", "issued"})

CUES: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    "invoice": (
        ("invoice no", 0.8), ("invoice number", 0.8), ("invoice #", 0.8), ("invoice date", 0.8),
        ("fakturanummer", 0.8), ("fakturanr", 0.8), ("faktura nr", 0.8), ("fakturadatum", 0.8),
        ("rechnungsnummer", 0.8), ("rechnungsnr", 0.8), ("rechnungsdatum", 0.8),
        ("rechnung nr", 0.8), ("numéro de facture", 0.8), ("date de facture", 0.8),
        ("factuurnummer", 0.8), ("due date", 0.4), ("förfallodatum", 0.6), ("förfallodag", 0.6),
        ("payment due", 0.4), ("amount due", 0.6), ("balance due", 0.6), ("att betala", 0.6),
        ("zahlbar", 0.4), ("bankgiro", 0.3), ("plusgiro", 0.3), ("iban", 0.3), ("bill to", 0.5),
        ("invoice to", 0.5), ("dröjsmålsränta", 0.3), ("ocr", 0.2), ("net 30", 0.2),
        ("rechnungsbetrag", 0.6), ("zahlungsbedingungen", 0.2), ("f-skatt", 0.3),
    ),
    "credit-note": (("credit for invoice", 1.0), ("avser faktura", 0.3), ("krediteras", 0.5)),
    "purchase-order": (
        ("ship to", 0.3), ("deliver to", 0.3), ("please supply", 0.8), ("please deliver", 0.6),
        ("requested delivery", 0.5), ("önskad leverans", 0.5), ("leveransadress", 0.2),
        ("we hereby order", 1.0), ("vi beställer", 1.0), ("härmed beställer", 1.0),
        ("order date", 0.2), ("orderdatum", 0.2), ("beställningsdatum", 0.5),
        ("hiermit bestellen", 1.0), ("vendor:", 0.3),
    ),
    "order-response": (
        ("we confirm your order", 1.0), ("thank you for your order", 0.8),
        ("tack för er order", 0.8), ("tack för er beställning", 0.8),
        ("bekräftar härmed", 0.5), ("we hereby confirm", 0.5), ("confirmed delivery", 0.5),
        ("vielen dank für ihre bestellung", 0.8),
    ),
    "delivery-note": (
        ("qty shipped", 0.6), ("quantity shipped", 0.6), ("shipped qty", 0.6),
        ("gross weight", 0.4), ("packages", 0.3), ("kolli", 0.5), ("bruttovikt", 0.5),
        ("carrier", 0.2),
        ("transportör", 0.3), ("levererat antal", 0.6), ("quantity delivered", 0.6),
        ("godsmärkning", 0.3), ("bruttogewicht", 0.4),
    ),
    "quotation": (
        ("valid until", 0.4), ("validity of", 0.4), ("we are pleased to offer", 1.0),
        ("pleased to quote", 1.0), ("offerten gäller", 0.8), ("giltig till", 0.4),
        ("giltighetstid", 0.4), ("vi har nöjet att offerera", 1.0), ("härmed offererar", 1.0),
        ("tack för er förfrågan", 0.8), ("thank you for your enquiry", 0.8),
        ("thank you for your inquiry", 0.8), ("freibleibend", 0.4), ("bieten wir", 0.6),
    ),
    "request-for-quotation": (
        ("please quote", 1.0), ("sista anbudsdag", 1.0), ("lämna anbud", 0.8),
        ("lämna offert", 0.8), ("submit your quotation", 0.8), ("submit a tender", 0.6),
        ("closing date for", 0.4), ("anbudsgivare", 0.5), ("avropssvar", 0.6),
        ("invite you to quote", 1.0), ("avropsförfrågan", 0.8), ("utvärderingskriterier", 0.4),
    ),
    "contract": (
        ("by and between", 1.0), ("whereas", 0.8), ("now, therefore", 0.8),
        ("in witness whereof", 1.0), ("hereinafter", 0.6), ("the parties hereto", 0.8),
        ("the parties agree", 0.6), ("governing law", 0.5), ("governed by", 0.3),
        ("termination of this", 0.6), ("this agreement", 1.0), ("entered into", 0.6),
        ("force majeure", 0.3), ("confidential information", 0.3), ("each party", 0.3),
        ("detta avtal", 1.0), ("mellan parterna", 0.5), ("parterna", 0.3), ("nedan kallad", 0.8),
        ("avtalstid", 0.4), ("uppsägning", 0.3), ("har denna dag träffats", 1.0),
        ("träffat följande avtal", 1.0), ("tvist", 0.2), ("undertecknat", 0.2),
        ("dieser vertrag", 0.8), ("diesem vertrag", 0.8), ("vertragspartner", 0.4),
        ("nachstehend", 0.4), ("le présent contrat", 0.8),
    ),
    "amendment": (
        ("hereby amended", 0.8), ("is amended", 0.5), ("this amendment", 1.2),
        ("amend the agreement", 0.8), ("detta tillägg", 1.0), ("detta tilläggsavtal", 1.2),
        ("except as amended", 0.8), ("ändras till att lyda", 0.8), ("i övrigt gäller", 0.3),
    ),
    "specification": (
        ("request for comments:", 2.0), ("normative references", 0.8), ("table of contents", 0.2),
        ("requirements", 0.2), ("this document specifies", 1.0), ("this specification", 1.0),
        ("this document describes", 0.6), ("specification", 0.3), ("denna specifikation", 1.0),
        ("kravnr", 0.5), ("ska-krav", 0.5), ("shall be", 0.3), ("backwards compatibility", 0.5),
        ("security considerations", 0.5), ("rationale", 0.2), ("tolerance", 0.3),
        ("tolerans", 0.3), ("non-goals", 0.5), ("graduation criteria", 0.5),
        ("## specification", 1.2), ("## abstract", 0.6),
        ("## motivation", 0.6), ("## rationale", 0.4), ("standards track", 0.6),
    ),
    "drawing": (("drawn by", 0.6), ("ritad av", 0.6), ("scale 1:", 0.6), ("skala 1:", 0.6),
                ("sheet 1 of", 0.3), ("third angle", 0.6)),
    "change-request": (
        ("reason for change", 1.0), ("proposed change", 0.8), ("affected documents", 0.8),
        ("skäl till ändring", 1.0), ("föreslagen ändring", 0.8), ("berörda dokument", 0.8),
        ("orsak till ändring", 1.0), ("change description", 0.6), ("requested by", 0.2),
        ("impact", 0.2), ("description of change", 0.8), ("beslut om ändring", 0.8),
    ),
    "minutes": (
        ("attendees", 0.8), ("present:", 0.8), ("närvarande", 0.8), ("deltagare", 0.5),
        ("justerare", 0.8), ("justeras", 0.5), ("action items", 0.6), ("next meeting", 0.6),
        ("nästa möte", 0.6), ("sekreterare", 0.3), ("vid protokollet", 0.8), ("apologies", 0.3),
        ("dagordning", 0.6), ("frånvarande", 0.5), ("participants", 0.3), ("teilnehmer", 0.4),
    ),
    "plan": (
        ("milestones", 0.4), ("milstolpe", 0.4), ("milstolpar", 0.4), ("end of life", 0.4),
        ("last time buy", 0.4), ("phase-out", 0.3), ("utfasning", 0.4), ("livscykel", 0.4),
        ("gantt", 0.6), ("work packages", 0.4),
    ),
    "quality-report": (
        ("non-conformity", 0.5), ("nonconformity", 0.5), ("non-conformance", 0.5),
        ("avvikelse", 0.3), ("root cause", 0.5), ("rotorsak", 0.5), ("grundorsak", 0.5),
        ("corrective action", 0.5), ("korrigerande åtgärd", 0.5), ("inspected", 0.3),
        ("measured value", 0.5), ("uppmätt", 0.4), ("sample size", 0.3), ("ppm", 0.2),
        ("test result", 0.4), ("provresultat", 0.4), ("kassation", 0.3),
    ),
    "return-report": (
        ("returned units", 0.6), ("units returned", 0.6), ("returnerade", 0.5), ("rma no", 0.6),
        ("returned goods", 0.6), ("fault found", 0.5), ("no fault found", 0.5), ("felorsak", 0.4),
        ("felbeskrivning", 0.4), ("warranty", 0.2),
    ),
    "sales-report": (
        ("units sold", 0.6), ("sålda enheter", 0.6), ("omsättning", 0.3), ("turnover", 0.3),
        ("revenue", 0.2), ("sålda", 0.3), ("försäljning", 0.4),
    ),
    "reminder": (
        ("has not been paid", 0.8), ("not yet received", 0.4), ("overdue", 0.5),
        ("förfallen", 0.5), ("har inte betalats", 0.8), ("påminnelseavgift", 1.0),
        ("ännu inte betald", 0.8), ("remains unpaid", 0.8), ("reminder fee", 0.8),
        ("mahngebühr", 1.0), ("zahlungseingang", 0.4),
    ),
    "statement": (("opening balance", 0.8), ("closing balance", 0.8), ("ingående saldo", 0.8),
                  ("utgående saldo", 0.8), ("balance brought forward", 0.8)),
    "catalogue": (("list price", 0.3), ("listpris", 0.3), ("prices valid from", 0.6),
                  ("priserna gäller från", 0.6), ("per unit price", 0.2)),
    "receipt": (("cashier", 0.6), ("change due", 0.6), ("thank you for shopping", 0.8),
                ("kassör", 0.6), ("växel", 0.3), ("please come again", 0.6), ("cash", 0.2),
                ("goods sold are not", 0.6), ("öppet köp", 0.6)),
    "letter": (
        ("dear ", 1.2), ("yours sincerely", 1.2), ("yours faithfully", 1.2), ("best regards", 0.8),
        ("kind regards", 0.8), ("med vänlig hälsning", 1.2), ("med vänliga hälsningar", 1.2),
        ("vänliga hälsningar", 0.3), ("sehr geehrte", 1.2), ("mit freundlichen grüßen", 1.0),
        ("sincerely,", 0.6),
    ),
}  # fmt: skip

#: Short forms that say a kind in a file's name, and nowhere else.
NAME_WORDS: Final[dict[str, str]] = {
    "inv": "invoice", "fakt": "invoice", "po": "purchase-order", "oc": "order-response",
    "dn": "delivery-note", "fs": "delivery-note", "rfq": "request-for-quotation",
    "rfp": "request-for-quotation", "nda": "contract", "msa": "contract", "sow": "contract",
    "spec": "specification", "cr": "change-request", "ecr": "change-request",
    "ecn": "change-request", "eco": "change-request", "mom": "minutes", "ncr": "quality-report",
    "rma": "return-report", "dwg": "drawing", "agmt": "contract", "rfc": "specification",
    "cn": "credit-note", "8d": "quality-report",
}  # fmt: skip

#: Endings of files that are one kind whatever they say.
SUFFIXES: Final[dict[str, str]] = {
    ".eml": "message", ".msg": "message", ".mbox": "message",
    ".dwg": "drawing", ".dxf": "drawing",
}  # fmt: skip

#: Endings of plurals as folders are called, and what stands for them in the singular: Invoices,
#: Fakturor, Offerter, Ritningar, Rechnungen. The whole word is tried first.
PLURALS: Final[tuple[tuple[str, str], ...]] = (
    ("", ""), ("s", ""), ("ies", "y"), ("or", "a"), ("er", ""), ("ar", ""), ("lar", "el"),
    ("en", ""), ("e", ""), ("es", ""),
)  # fmt: skip
