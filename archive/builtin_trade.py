"""Numbers of buying and selling: orders, invoices, contracts, quotations, deliveries."""

from __future__ import annotations

from typing import Final

from archive.builtin_parts import GAP, RUNNING, cited, labels, starts
from archive.scheme_types import ANY_NUMBER, Scheme

TRADE: Final = (
    Scheme(
        name="purchase-order",
        starts=starts("po pos p.o."),
        value=ANY_NUMBER,
        bearer="purchase-order",
        patterns=(rf"\b(?-i:POs?|P\.O\.s?|po|Po){GAP}(?P<number>{RUNNING})",),
        key="PO{number}",
        own_labels=labels(
            "purchase order, purchase order no, p.o. no, po no, po, order no, order, "
            "inköpsorder, inköpsordernr, beställning, beställningsnr, best nr, ordernr, "
            "bestellung, bestell nr, einkaufsbestellung, bon de commande, "
            "numéro de commande, commande n°, n° de commande"
        ),
        cite_labels=cited(
            "your order, your order no, your purchase order, your po, customer order no, "
            "customer po, buyer's order no, order reference, order ref, er order, "
            "er beställning, er beställnings nr, ert ordernr, ert order nr, kundens ordernr, "
            "kundorder nr, er inköpsorder, köparens ordernr, ihre bestellung, "
            "ordern, ordrar, ordrarna, ordrar nr, inköpsordern, inköpsordrar, beställningen, "
            "beställningar, beställningarna, bestellungen, bestellungen nr, commandes, "
            "bons de commande, "
            "ihre bestell nr, kundenbestell nr, votre commande, votre commande n°"
        ),
        issuer=True,
        examples=(
            ("as agreed in PO-2024-113.", "PO2024113"),
            ("Purchase order no.: 4500012345", "PO4500012345"),
            ("Er beställning: 4711", "PO4711"),
            ("PO-2024-113/114", "PO2024114"),
            ("po 2024–113", "PO2024113"),
            ("Bestellnummer 4500-77", "PO450077"),
            ("PO-118/1", "PO1181"),
            ("PO 2024 - 113", "PO2024113"),
            ("Purchase orders: 4500012345, 4500012346", "PO4500012346"),
            ("Ordrar: 4500012345, 4500012346", "PO4500012346"),
            ("POs 4500012345 and 4500012346", "PO4500012346"),
        ),
        counter_examples=(
            "P.O. Box 1234",
            "DEPO-4411",
            "in order to 20 people",
            "Order date: 2024-03-05",
            "order 3 pieces",
            "PO-12",
            "Order: 2024",
            "Purchase order of 12000 pcs",
        ),
    ),
    Scheme(
        name="sales-order",
        starts=starts("so sos"),
        value=ANY_NUMBER,
        bearer="order-response",
        patterns=(rf"\b(?-i:SOs?){GAP}(?P<number>{RUNNING})",),
        key="SO{number}",
        own_labels=labels(
            "sales order, sales order no, our order, our order no, order confirmation, "
            "order confirmation no, order acknowledgement no, vår order, vårt ordernr, "
            "vårt order nr, försäljningsorder, säljorder, ordererkännande, orderbekräftelse, "
            "auftrag nr, auftragsbestätigung, unsere auftrags nr, notre commande, "
            "confirmation de commande"
        ),
        cite_labels=cited("ordererkännanden, orderbekräftelser, aufträge, aufträge nr"),
        short_labels=labels(
            "confirmation no, our confirmation no, acknowledgement no, acknowledgment no, "
            "order response no, bekräftelse nr, vår bekräftelse nr, erkännande nr, "
            "bestätigung nr, confirmation n°, n° de confirmation, numéro de confirmation"
        ),
        issuer=True,
        examples=(
            ("Vårt ordernr: 8123", "SO8123"),
            ("Order confirmation no 8123-1", "SO81231"),
            ("Confirmation no: OC-881", "SOOC881"),
            ("Bekräftelsenummer: OC-881", "SOOC881"),
            ("Bestätigungs-Nr. 77120", "SO77120"),
        ),
        counter_examples=(
            "so 2024 was good",
            "our order of 12 March",
        ),
    ),
    Scheme(
        name="invoice",
        starts=starts("inv"),
        value=ANY_NUMBER,
        bearer="invoice",
        patterns=(rf"\b(?P<number>(?-i:INV|inv){GAP}{RUNNING}|(?-i:INV)-\d{{1,2}}(?![\w-]))",),
        own_labels=labels(
            "invoice, invoice no, inv no, bill no, faktura, fakturanr, fakturans nr, "
            "rechnung, rechnung nr, facture, facture n°, numéro de facture, n° de facture, "
            "tax invoice no, handelsrechnung nr, teilrechnung nr, schlussrechnung nr, "
            "abschlagsrechnung nr, samlingsfaktura nr, delfaktura nr, slutfaktura nr, "
            "factuur nr, beleg nr, re nr, rg nr"
        ),
        cite_labels=cited(
            "original invoice no, preceding invoice, preceding invoice no, "
            "ursprunglig faktura, avser faktura, avser fakturanr, kredit av faktura, "
            "facture d'origine, facture liée, ursprungsrechnung, fakturan, fakturor, fakturorna, "
            "fakturor nr, rechnungen, rechnungen nr, factures, factures n°"
        ),
        issuer=True,
        examples=(
            ("Invoice No. INV-77", "INV77"),
            ("Fakturanr 20240077", "20240077"),
            ("Invoice No: 2024/0077", "20240077"),
            ("Rechnungs-Nr.: RE-2024-001", "RE2024001"),
            ("see INV-2024-0077", "INV20240077"),
            ("Numéro de facture : F-0012", "F0012"),
            ("Invoices: 104711, 104712", "104712"),
            ("Fakturor: 104711, 104712", "104712"),
            ("Rechnungen Nr. 104711", "104711"),
        ),
        counter_examples=(
            "Invoice date: 2024-03-05",
            "Invoice: 2024-03-05",
            "invoice 30 days net",
            "invoice no later than 2024",
            "Invoice 1 250,00",
        ),
    ),
    Scheme(
        name="credit-note",
        bearer="credit-note",
        own_labels=labels(
            "credit note, credit note no, credit memo, credit memo no, kreditfaktura, "
            "kreditfakturanr, kreditnota, gutschrift, gutschrift nr, avoir, avoir n°, "
            "rechnungskorrektur nr, note de crédit, numéro d'avoir"
        ),
        issuer=True,
        examples=(
            ("Credit note no: CN-12", "CN12"),
            ("Kreditfaktura nr 881", "881"),
        ),
        counter_examples=("credit note of 5 days",),
    ),
    Scheme(
        name="contract",
        bearer="contract",
        own_labels=labels(
            "contract, contract no, agreement, agreement no, framework agreement, "
            "framework agreement no, framework contract, call-off contract no, avtal, "
            "avtalsnr, avtalets nr, avtals id, ramavtal, ramavtalsnr, kontrakt, kontraktsnr, "
            "kontrakts id, vertrag, vertrag nr, rahmenvertrag, rahmenvertrag nr, contrat, "
            "contrat n°, numéro de contrat, accord-cadre, contract reference, contract ref"
        ),
        cite_labels=cited(
            "avtalet nr, avtalen nr, kontraktet nr, kontrakten nr, ramavtalet nr, ramavtalen, "
            "verträge nr, rahmenverträge nr, contrats n°"
        ),
        examples=(
            ("Avtalsnr: 2024-001", "2024001"),
            ("framework agreement FA-2023-07", "FA202307"),
            ("under Contract No. C-2024-001", "C2024001"),
            ("Vertrag Nr. 77/2020", "772020"),
            ("enligt avtalet nr 2024-001", "2024001"),
        ),
        counter_examples=(
            "this agreement dated 2024-03-05",
            "contract 12 months",
            "Avtal 2024",
            "Agreement 3.1 applies",
            "avtalet löper 36 månader",
        ),
    ),
    Scheme(
        name="quotation",
        bearer="quotation",
        own_labels=labels(
            "quotation, quotation no, quote no, quote, offer no, proposal no, offert, "
            "offertnr, anbud nr, anbudsnr, angebot, angebot nr, devis, devis n°, "
            "numéro de devis, pricing proposal no"
        ),
        cite_labels=cited("your quotation, your offer, er offert, ihr angebot, votre devis"),
        issuer=True,
        examples=(
            ("Quotation no. Q-2024-15", "Q202415"),
            ("Offertnr: 5512", "5512"),
        ),
        counter_examples=(
            "quotation valid 30 days",
            "Offert giltig t.o.m. 2024-03-05",
        ),
    ),
    Scheme(
        name="request-for-quotation",
        starts=starts("rfq rfqs rfp rfps"),
        value=ANY_NUMBER,
        bearer="request-for-quotation",
        patterns=(rf"\b(?-i:RFQs?|RFPs?){GAP}(?P<number>{RUNNING})",),
        key="RFQ{number}",
        own_labels=labels(
            "request for quotation, request for quotation no, rfq no, rfq, inquiry, "
            "inquiry no, enquiry, enquiry no, offertförfrågan, förfrågan, förfrågan nr, "
            "anfrage, anfrage nr, demande de devis, appel d'offres n°"
        ),
        issuer=True,
        examples=(
            ("RFQ-2024-007", "RFQ2024007"),
            ("Offertförfrågan nr 2231", "RFQ2231"),
        ),
        counter_examples=("inquiry about 3 items",),
    ),
    Scheme(
        name="tender",
        bearer="request-for-quotation",
        own_labels=labels(
            "tender no, tender reference, tender, invitation to tender no, upphandling nr, "
            "upphandlings id, anbudsförfrågan nr, ausschreibung nr, vergabe nr, "
            "avis de marché n°"
        ),
        examples=(
            ("Tender no: T-2024/55", "T202455"),
            ("Upphandlings-ID 23-10245", "2310245"),
        ),
        counter_examples=("tender opening 10:30",),
    ),
    Scheme(
        name="delivery-note",
        bearer="delivery-note",
        own_labels=labels(
            "delivery note, delivery note no, packing slip no, packing list no, "
            "despatch advice, despatch advice no, dispatch note no, shipment no, waybill no, "
            "följesedel, följesedelsnr, fraktsedel nr, leveransnr, lieferschein, lieferavis, "
            "lieferschein nr, bon de livraison, bon de livraison n°, numéro de livraison"
        ),
        issuer=True,
        examples=(
            ("Följesedel nr: 30115", "30115"),
            ("Delivery note DN-2024-9", "DN20249"),
        ),
        counter_examples=("delivery note of 5 pages",),
    ),
    Scheme(
        name="receipt-advice",
        bearer="receipt-advice",
        own_labels=labels(
            "receipt advice, goods receipt no, inleveransnr, wareneingang nr, bon de réception, "
            "bon de réception n°, avis de réception, avis de réception n°"
        ),
        issuer=True,
        examples=(
            ("Goods receipt no 50001", "50001"),
            ("Bon de réception n° 50001", "50001"),
            ("Avis de réception : BR-2024-15", "BR202415"),
        ),
        counter_examples=("goods receipt of 5 pallets",),
    ),
)
