"""E-documents say their facts and references by tables of paths, whatever their prefixes."""

from __future__ import annotations

import pytest

from archive.reading import FactFound, MentionFound
from archive.vocabulary import KINDS, PARTY_ROLES, RELATIONS, SINGLE_FACTS
from indexer.extract.edocuments import FORMATS, EDocument, read_edocument, render
from indexer.extract.edocuments.relations import BY_KIND
from indexer.extract.edocuments.values import iso_date, plain_amount

UBL_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)

UBL_BODY = """
 <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
 <cbc:ID>INV-77</cbc:ID><cbc:IssueDate>2024-03-05</cbc:IssueDate>
 <cbc:DueDate>2024-04-04</cbc:DueDate>
 <cbc:Note>Thank you for trying our pumps.</cbc:Note>
 <cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>
 <cac:OrderReference>
  <cbc:ID>PO-2024-113</cbc:ID><cbc:SalesOrderID>SO 9</cbc:SalesOrderID>
 </cac:OrderReference>
 <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-70</cbc:ID>
 </cac:InvoiceDocumentReference></cac:BillingReference>
 <cac:ContractDocumentReference><cbc:ID>FA-2021-7</cbc:ID></cac:ContractDocumentReference>
 <cac:AdditionalDocumentReference><cbc:ID>T-1</cbc:ID>
  <cbc:DocumentTypeCode>50</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
 <cac:AdditionalDocumentReference><cbc:ID>timesheet</cbc:ID>
  <cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="hours.csv">
   YTtiCjE7Mgo=</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>
 </cac:AdditionalDocumentReference>
 <cac:AccountingSupplierParty><cac:Party>
  <cac:PartyName><cbc:Name>Norrby Pumpar AB</cbc:Name></cac:PartyName>
  <cac:PostalAddress><cbc:CityName>Norrby</cbc:CityName></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>SE556036079301</cbc:CompanyID></cac:PartyTaxScheme>
 </cac:Party></cac:AccountingSupplierParty>
 <cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity>
  <cbc:RegistrationName>Vik Kommun</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
 </cac:AccountingCustomerParty>
 <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="SEK">1000</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="SEK">1250</cbc:TaxInclusiveAmount>
  <cbc:PrepaidAmount currencyID="SEK">250</cbc:PrepaidAmount>
  <cbc:PayableAmount currencyID="SEK">1000</cbc:PayableAmount></cac:LegalMonetaryTotal>
 <cac:{line}><cbc:ID>1</cbc:ID><cac:OrderLineReference><cbc:LineID>1</cbc:LineID>
  <cac:OrderReference><cbc:ID>PO-2024-113</cbc:ID></cac:OrderReference>
  </cac:OrderLineReference><cac:Item><cbc:Name>Pump X100</cbc:Name></cac:Item></cac:{line}>
 <cac:{line}><cbc:ID>2</cbc:ID><cac:OrderLineReference><cbc:LineID>1</cbc:LineID>
  <cac:OrderReference><cbc:ID>PO-2024-114</cbc:ID></cac:OrderReference>
  </cac:OrderLineReference></cac:{line}>
"""


def ubl(root: str = "Invoice") -> bytes:
    spaces = UBL_NAMESPACES.replace("{root}", root)
    return f"<{root} {spaces}>{UBL_BODY.replace('{line}', root + 'Line')}</{root}>".encode()


def key_of(scheme: str, number: str) -> tuple[str, str]:
    return number.upper().replace(" ", ""), number


def read(data: bytes) -> EDocument:
    edocument = read_edocument(data, key_of)
    assert edocument is not None
    return edocument


def value(edocument: EDocument, name: str) -> str | None:
    return next((fact.value for fact in edocument.facts if fact.name == name), None)


def party(edocument: EDocument, role: str) -> FactFound | None:
    return next((fact for fact in edocument.facts if fact.role == role), None)


def cited(edocument: EDocument) -> list[tuple[str, str, str]]:
    return [(m.scheme, m.identifier, m.relation) for m in edocument.mentions]


def mention(edocument: EDocument, number: str) -> MentionFound:
    return next(m for m in edocument.mentions if m.identifier == number)


def test_a_ubl_invoice_says_its_facts() -> None:
    invoice = read(ubl())
    names = ("kind", "date", "due_date", "currency", "total")
    said = [value(invoice, name) for name in names]
    assert said == ["invoice", "2024-03-05", "2024-04-04", "SEK", "1250.00"]
    assert invoice.identifiers[0].identifier == "INV-77"
    assert invoice.identifiers[0].scheme == "invoice"
    seller, buyer = party(invoice, "seller"), party(invoice, "buyer")
    assert seller is not None and buyer is not None
    assert (seller.value, seller.identifier) == ("Norrby Pumpar AB", "SE556036079301")
    assert (buyer.value, buyer.identifier) == ("Vik Kommun", None)


def test_an_invoice_cites_by_scheme_and_relation_each_number_once() -> None:
    assert cited(read(ubl())) == [
        ("purchase-order", "PO-2024-113", "bills"),
        ("sales-order", "SO 9", "bills"),
        ("invoice", "INV-70", "cites"),
        ("contract", "FA-2021-7", "under"),
        ("tender", "T-1", "cites"),
        ("document", "timesheet", "cites"),
        ("purchase-order", "PO-2024-114", "bills"),
    ]


def test_a_credit_note_credits_the_invoice_that_it_names() -> None:
    assert mention(read(ubl("CreditNote")), "INV-70").relation == "credits"


def test_evidence_is_an_xpath_in_the_documents_own_prefixes() -> None:
    invoice = read(ubl())
    places = [mention(invoice, number).evidence.where for number in ("PO-2024-113", "PO-2024-114")]
    assert places == [
        "/Invoice/cac:OrderReference/cbc:ID",
        "/Invoice/cac:InvoiceLine[2]/cac:OrderLineReference/cac:OrderReference/cbc:ID",
    ]
    assert mention(invoice, "SO 9").evidence.quote == "SO 9"
    assert mention(invoice, "SO 9").key == "SO9"


def test_it_is_shown_as_a_page_and_not_as_tags() -> None:
    (page,) = render(read(ubl()))
    assert page.startswith("Invoice INV-77\nDate: 2024-03-05\nDue date: 2024-04-04\n")
    for words in (
        "Seller: Norrby Pumpar AB (SE556036079301)",
        "Thank you for trying our pumps.",
        "Postal address: Norrby",
        "Tax exclusive amount: 1000 SEK",
        "Pump X100",
    ):
        assert words in page
    for noise in ("urn:", "YTtiCjE7Mgo", "<", "cbc"):
        assert noise not in page


@pytest.mark.parametrize(
    ("root", "kind"),
    [
        ("Order", "purchase-order"),
        ("OrderResponseSimple", "order-response"),
        ("OrderCancellation", "order-cancellation"),
        ("DespatchAdvice", "delivery-note"),
        ("Quotation", "quotation"),
        ("ApplicationResponse", "message"),
        ("Forecast", "other"),
    ],
)
def test_the_root_says_the_kind(root: str, kind: str) -> None:
    assert value(read(ubl(root)), "kind") == kind


@pytest.mark.parametrize(("code", "relation"), [("AP", "confirms"), ("RE", "responds-to")])
def test_an_order_response_confirms_only_what_it_accepts(code: str, relation: str) -> None:
    said = f"<cbc:OrderResponseCode>{code}</cbc:OrderResponseCode><cac:OrderReference>".encode()
    data = ubl("OrderResponse").replace(b"<cac:OrderReference>", said, 1)
    assert mention(read(data), "PO-2024-113").relation == relation


@pytest.mark.parametrize(
    ("root", "is_borne"),
    [("Order", False), ("OrderChange", False), ("OrderResponse", True)],
)
def test_the_sellers_number_of_an_order_is_borne_by_what_the_seller_writes(
    root: str, is_borne: bool
) -> None:
    said = b"<cbc:SalesOrderID>SO-1</cbc:SalesOrderID><cac:OrderReference>"
    found = read(ubl(root).replace(b"<cac:OrderReference>", said, 1))
    assert ("SO-1" in [one.identifier for one in found.identifiers]) == is_borne
    assert ("SO-1" in [number for _, number, _ in cited(found)]) != is_borne


CII = """<rsm:CrossIndustryInvoice
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocument><ram:ID>471102</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20180305</udt:DateTimeString>
  </ram:IssueDateTime></rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Lieferant GmbH</ram:Name></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Kunden AG</ram:Name></ram:BuyerTradeParty>
   <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>B-1</ram:IssuerAssignedID>
   </ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeDelivery/>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:GrandTotalAmount>529.87</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
   <ram:InvoiceReferencedDocument><ram:IssuerAssignedID>471000</ram:IssuerAssignedID>
   </ram:InvoiceReferencedDocument></ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


@pytest.mark.parametrize(
    ("code", "kind", "relation"), [("380", "invoice", "cites"), ("381", "credit-note", "credits")]
)
def test_a_cross_industry_invoice_is_told_by_its_type_code(
    code: str, kind: str, relation: str
) -> None:
    found = read(CII.replace("{code}", code).encode())
    said = [value(found, name) for name in ("kind", "date", "currency", "total")]
    assert said == [kind, "2018-03-05", "EUR", "529.87"]
    assert found.identifiers[0].scheme == kind
    assert mention(found, "471000").relation == relation
    assert "Buyer: Kunden AG" in render(found)[0]


def test_zugferd_1_has_other_names_for_the_same_things() -> None:
    old = CII.replace("{code}", "380").replace("CrossIndustryInvoice:100", "X", 1)
    for new, was in (
        ("urn:un:unece:uncefact:data:standard:X", "urn:ferd:CrossIndustryDocument:invoice:1p0"),
        ("rsm:CrossIndustryInvoice", "rsm:CrossIndustryDocument"),
        ("rsm:ExchangedDocument", "rsm:HeaderExchangedDocument"),
        ("rsm:SupplyChainTradeTransaction", "rsm:SpecifiedSupplyChainTradeTransaction"),
        ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
        ("SettlementHeaderMonetary", "SettlementMonetary"),
        ("ram:IssuerAssignedID", "ram:ID"),
    ):
        old = old.replace(new, was)
    found = read(old.encode())
    assert (value(found, "total"), value(found, "date")) == ("529.87", "2018-03-05")
    assert mention(found, "B-1").relation == "bills"


SVEFAKTURA = """<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"
 xmlns:cac="urn:sfti:CommonAggregateComponents:1:0"
 xmlns:cbc="urn:oasis:names:tc:ubl:CommonBasicComponents:1:0"><ID>15</ID>
 <cbc:IssueDate>2003-09-11</cbc:IssueDate><InvoiceTypeCode>381</InvoiceTypeCode>
 <InvoiceCurrencyCode>SEK</InvoiceCurrencyCode>
 <cac:SellerParty><cac:Party><cac:PartyName><cbc:Name>Moderna Produkter AB</cbc:Name>
 </cac:PartyName></cac:Party></cac:SellerParty>
 <cac:LegalTotal><cbc:TaxInclusiveTotalAmount amountCurrencyID="SEK">7781.25
 </cbc:TaxInclusiveTotalAmount></cac:LegalTotal>
 <InitialInvoiceDocumentReference><cac:ID>14</cac:ID></InitialInvoiceDocumentReference>
 </Invoice>"""


def test_a_svefaktura_is_found_in_its_envelope() -> None:
    envelope = f'<e:Envelope xmlns:e="urn:sfti:documents:Env:1:0"><e:Objects>{SVEFAKTURA}'
    found = read(f"{envelope}</e:Objects></e:Envelope>".encode())
    assert [value(found, name) for name in ("kind", "total")] == ["credit-note", "7781.25"]
    place = mention(found, "14").evidence.where
    assert place == "/e:Envelope/e:Objects/Invoice/InitialInvoiceDocumentReference/cac:ID"


def test_a_fatturapa_invoice_is_read() -> None:
    found = read(b"""<p:FatturaElettronica
     xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
     <FatturaElettronicaHeader><CedentePrestatore><DatiAnagrafici>
     <IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234567890</IdCodice></IdFiscaleIVA>
     <Anagrafica><Denominazione>ALPHA SRL</Denominazione></Anagrafica></DatiAnagrafici>
     </CedentePrestatore></FatturaElettronicaHeader><FatturaElettronicaBody><DatiGenerali>
     <DatiGeneraliDocumento><TipoDocumento>TD04</TipoDocumento><Divisa>EUR</Divisa>
     <Data>2014-12-18</Data><Numero>123</Numero></DatiGeneraliDocumento>
     <DatiFattureCollegate><IdDocumento>99</IdDocumento></DatiFattureCollegate>
     </DatiGenerali></FatturaElettronicaBody></p:FatturaElettronica>""")
    assert value(found, "kind") == "credit-note"
    assert cited(found) == [("invoice", "99", "credits")]
    seller = party(found, "seller")
    assert seller is not None and seller.identifier == "01234567890"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not XML",
        b"<Invoice><note/></Invoice>",
        b"<html><body>Invoice</body></html>",
        ubl()[:300],
        b'<!DOCTYPE Invoice [<!ENTITY a "b">]>' + ubl(),
        b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1/x.dtd">' + ubl(),
    ],
)
def test_what_is_no_e_document_or_refused_is_nothing(data: bytes) -> None:
    assert read_edocument(data, key_of) is None


def test_dates_and_amounts_of_data_are_brought_to_one_form() -> None:
    dates = ["2024-03-05", "2024-03-05+01:00", "20240305", "202403051130", "2024-02-30", "5.3.2024"]
    assert [iso_date(text) for text in dates] == ["2024-03-05"] * 4 + [None, None]
    amounts = ["1250", "12.5", "-0.125", "1e3", "NaN", "", "12,50", "9" * 5000, "²"]
    expected = ["1250.00", "12.50", "-0.125", "1000.00", None, None, None, None, None]
    assert [plain_amount(text) for text in amounts] == expected


@pytest.mark.parametrize("amount", ["1E-99999999", "1E+999999999", "1e15", "1e-99", "Infinity"])
def test_an_exponent_does_not_write_out_a_million_zeros_nor_lose_what_else_is_said(amount) -> None:
    data = ubl().replace(b">1000</cbc:Pay", f">{amount}</cbc:Pay".encode())
    said = {fact.name: fact.value for fact in read(data).facts}
    assert said["kind"] == "invoice" and said["date"] == "2024-03-05"
    assert all(len(value) < 100 for value in said.values())


@pytest.mark.parametrize(("mark", "taken"), [("3", "3"), ("2 ²", None), ("9" * 5000, None)])
def test_a_revision_of_data_is_a_mark_as_people_give_them(mark, taken) -> None:
    data = ubl().replace(
        b"</cbc:ID>", f"</cbc:ID><cbc:VersionID>{mark}</cbc:VersionID>".encode(), 1
    )
    said = {fact.name: fact.value for fact in read(data).facts}
    assert said.get("revision") == taken


def test_the_tables_use_the_words_of_the_vocabulary() -> None:
    for shape in FORMATS:
        assert {*shape.kinds.values(), *shape.type_kinds.values()} <= {*KINDS}
        assert {fact for fact, _ in shape.facts} <= {*SINGLE_FACTS}
        assert {place.role for place in shape.parties} <= {*PARTY_ROLES}
    assert set(BY_KIND) <= {*KINDS}
    assert {means for table in BY_KIND.values() for means in table.values()} <= {*RELATIONS}


FATTURA = """<p:FatturaElettronica versione="FPA12"
 xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
 <FatturaElettronicaHeader><CedentePrestatore><DatiAnagrafici><Anagrafica><Nome>Anna</Nome>
 <Cognome>De Luca</Cognome></Anagrafica></DatiAnagrafici></CedentePrestatore>
 </FatturaElettronicaHeader>{bodies}</p:FatturaElettronica>"""
FATTURA_BODY = """<FatturaElettronicaBody><DatiGenerali>
 <DatiGeneraliDocumento><TipoDocumento>TD01</TipoDocumento><Divisa>EUR</Divisa>
 <Data>2024-12-0{n}</Data><Numero>12{n}/A</Numero>
 <ImportoTotaleDocumento>{n}00.00</ImportoTotaleDocumento></DatiGeneraliDocumento>
 <DatiOrdineAcquisto><IdDocumento>66{n}</IdDocumento><CodiceCUP>C17F24000010002</CodiceCUP>
 <CodiceCIG>A012345{n}BC</CodiceCIG></DatiOrdineAcquisto></DatiGenerali>
 <Allegati><NomeAttachment>a{n}.txt</NomeAttachment><Attachment>YQ==</Attachment></Allegati>
 </FatturaElettronicaBody>"""


def fattura(*numbers: int) -> bytes:
    bodies = "".join(FATTURA_BODY.format(n=number) for number in numbers)
    return FATTURA.format(bodies=bodies).encode()


def test_a_person_in_a_fattura_is_called_by_both_names() -> None:
    found = read(fattura(1))
    seller = party(found, "seller")
    assert seller is not None and seller.value == "Anna De Luca"
    assert (seller.evidence.quote, (seller.evidence.where or "").rpartition("/")[2]) == (
        "Anna De Luca", "Anagrafica",
    )  # fmt: skip


def test_the_tender_and_the_project_of_a_fattura_are_cited() -> None:
    found = read(fattura(1))
    assert cited(found) == [
        ("purchase-order", "661", "bills"),
        ("tender", "A0123451BC", "cites"),
        ("project", "C17F24000010002", "concerns"),
    ]
    place = mention(found, "A0123451BC")
    assert (place.evidence.where or "").endswith("/DatiOrdineAcquisto/CodiceCIG")
    assert place.rule == "DatiOrdineAcquisto"


def test_each_invoice_of_a_lot_is_a_document_of_its_own() -> None:
    lot = read(fattura(1, 2))
    assert (lot.kind, lot.identifiers, cited(lot)) == ("other", (), [])
    assert [value(lot, name) for name in ("number", "date", "total")] == [None] * 3
    assert [child.name for child in lot.children] == ["1 - 121-A.xml", "2 - 122-A.xml"]
    invoices = [read(child.data) for child in lot.children]
    assert [value(one, "total") for one in invoices] == ["100.00", "200.00"]
    assert [one.identifiers[0].identifier for one in invoices] == ["121/A", "122/A"]
    assert [[child.name for child in one.children] for one in invoices] == [["a1.txt"], ["a2.txt"]]
    assert all(party(one, "seller") for one in (lot, *invoices))
    assert "122/A" in "\n".join(render(lot))


def test_an_invoice_with_a_large_file_inside_says_its_facts() -> None:
    data = ubl().replace(b"YTtiCjE7Mgo=", b"JVBERi0xLjQK" * 900_000)
    assert ("kind", "invoice") in [(fact.name, fact.value) for fact in read(data).facts]


def test_an_order_cites_on_its_lines_the_quotation_and_the_catalogue_that_they_follow() -> None:
    lines = "".join(
        f"<cac:OrderLine><cac:{name}LineReference><cbc:LineID>1</cbc:LineID><cac:DocumentReference>"
        f"<cbc:ID>{number}</cbc:ID></cac:DocumentReference></cac:{name}LineReference>"
        "</cac:OrderLine>"
        for name, number in (("Quotation", "Q-77"), ("Catalogue", "CAT-5"))
    )
    spaces = UBL_NAMESPACES.replace("{root}", "Order")
    found = read(f"<Order {spaces}><cbc:ID>PO-9</cbc:ID>{lines}</Order>".encode()).mentions
    assert [(one.scheme, one.identifier, one.relation) for one in found] == [
        ("quotation", "Q-77", "responds-to"), ("catalogue", "CAT-5", "under")
    ]  # fmt: skip
