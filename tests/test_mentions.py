"""Where numbers are cited: labels, lists, tables, page ends, names, and what is no number."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import Evidence, FactFound, MentionFound, Name, PageText, ReadingContext
from archive.schemes import compile_schemes, meets
from archive.vocabulary import MISREAD
from indexer.extract.mentions import find_mentions
from indexer.extract.names import find_names
from indexer.extract.own_numbers import find_own_numbers
from tests.number_schemes import EIPS, KEPS, schemes_of

SCHEMES = compile_schemes(BUILTIN_SCHEMES, schemes_of(EIPS + KEPS))
CONTEXT = ReadingContext("filing/a.txt")


def mentions(*pages: str, kind: str = "letter", path: str = "filing/a.txt", **more):
    texts = [PageText(number, text) for number, text in enumerate(pages, 1)]
    context = ReadingContext(path)
    own = find_own_numbers(texts, SCHEMES, kind=kind, context=context)
    found = find_mentions(texts, SCHEMES, kind=kind, context=context, own=own, **more)
    for mention in found:
        evidence = mention.evidence
        if evidence.page is not None:
            text = pages[evidence.page - 1]
            assert text[evidence.start : evidence.end] == evidence.quote
    return found


def keys(found: list[MentionFound]) -> list[tuple[str, str]]:
    return [(mention.scheme, mention.identifier) for mention in found]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (["Jordabalkens regler gäller, och 3 kap.\nrättegångsbalken."], ["1970:994", "1942:740"]),
        (["enligt plan- och bygglagen"], ["2010:900"]),
        (["köplagen (1990:931) gäller"], ["1990:931"]),
        (["enligt gamla köplagen"], ["1905:38"]),
        (["Aktiebolagslagen tillämpas.", "aktiebolagslagen (1975:1385)"],
         ["1975:1385", "1975:1385"]),
        (["köplagen (1990:931)", "köplagen (1905:38)", "köplagen"], ["1990:931", "1905:38"]),
        (["as told köplagen, and threshold\nköplagen"], ["1990:931", "1990:931"]),
        (["plan-  och bygglagen, plan-\noch bygglagen,\r\nplan- och \r\n  bygglagens"],
         ["2010:900", "2010:900", "2010:900"]),
        (["plan- och\n\nbygglagen"], []),
        (["norska avtalslagen, 1734 års rättegångsbalk, konsumentköplagen"], []),
    ],
)  # fmt: skip
def test_a_name_is_a_mention_of_the_number_that_it_means(pages, expected):
    assert [number for _, number in keys(mentions(*pages))] == expected


def test_a_statute_is_never_its_own_number_by_a_name():
    page = [PageText(1, "Köplagen\n\nEn kommentar.")]
    context = ReadingContext("filing/Köplagen.pdf")
    assert find_own_numbers(page, SCHEMES, kind="other", context=context, title="Köplagen") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Purchase order no.: 4500012345", [("purchase-order", "4500012345")]),
        ("Er beställning: 4711", [("purchase-order", "4711")]),
        ("Vårt ordernr: 8123", [("sales-order", "8123")]),
        ("Fakturanr 20240077", [("invoice", "20240077")]),
        ("Avtalsnr: 2024-001", [("contract", "2024-001")]),
        ("Ihre Bestellnummer: B-77123", [("purchase-order", "B-77123")]),
        ("N° de commande : 2024-88", [("purchase-order", "2024-88")]),
        ("your order confirmation AB-23-0518", [("sales-order", "AB-23-0518")]),
        ("SS-EN ISO 9001:2015", [("standard", "SS-EN ISO 9001:2015")]),
        ("Org.nr 556677-8899", [("organisation", "556677-8899")]),
        ("the tender no T-2024/55", [("tender", "T-2024/55")]),
    ],
)
def test_a_label_says_what_a_number_is(text, expected):
    assert keys(mentions(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Order date: 2024-03-05", "Invoice: 05/03/2024", "in order to 20 people", "order 3 pieces",
        "Contract 12 months", "Agreement 18.2 applies", "Order: 2024", "Invoice total 1 250,00",
        "the Agreement\n\n   4.1 Term", "P.O. Box 1234", "order 12000 kg", "contract ERC2Receiver",
        "prop. 2009:80", "kl. 2010:30:15", "Invoice no later than 20 March", "VAT 25 %",
    ],
)  # fmt: skip
def test_a_label_before_a_date_an_amount_or_words_says_nothing(text):
    assert keys(mentions(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO-2024-113/114", ["PO-2024-113", "PO-2024-114"]),
        ("PO-118/1", ["PO-118/1"]),
        ("Invoices no 1001, 1002 and 1004", ["1001", "1002", "1004"]),
        ("Invoice no: 1001, 12 pieces", ["1001"]),
        ("INV-101 to INV-103", ["INV-101", "INV-102", "INV-103"]),
        ("Fakturanr 1001 till 1003", ["1001", "1002", "1003"]),
        ("EIPs 1, 2 and 3", ["EIPs 1", "2", "3"]),
        ("RFCs 1111, 825", ["RFCs 1111", "825"]),
        ("EIP-20, 165 tokens", ["EIP-20"]),
    ],
)
def test_lists_slashes_and_ranges_cite_each_number(text, expected):
    found = mentions(text)
    assert sorted(m.identifier for m in found) == sorted(expected)
    assert len({m.key for m in found}) == len(expected)


def test_a_bare_number_after_requires_is_read_only_where_the_document_bears_such_a_number():
    text = "---\neip: 721\nrequires: 20,\n  165\n---\n\nRequires: 12 volts."
    found = mentions(text, kind="specification")
    assert [(m.key, m.relation) for m in found] == [("EIP20", "requires"), ("EIP165", "requires")]
    assert mentions("Requires: 20, 165", kind="specification") == []


def test_a_confirmation_number_is_an_orders_only_where_the_document_confirms_one():
    text = "Order confirmation no: OC-1\nConfirmation no: OC-880"
    assert keys(mentions(text, kind="order-response")) == [("sales-order", "OC-880")]
    assert mentions("Booking confirmation no: OC-880", kind="invoice") == []


def test_a_list_with_one_number_a_line_hangs_on_its_label():
    text = (
        '---\nkep-number: 7\nreplaces:\n  - "/keps/sig-a/12-old"\n  - /keps/sig-b/13-older\n---\n'
    )
    found = mentions(text, kind="specification")
    assert [(m.key, m.relation) for m in found] == [
        ("KEP12", "supersedes"),
        ("KEP13", "supersedes"),
    ]


def test_numbers_below_the_head_of_their_column_are_found():
    table = (
        "Invoice no\tDate\tYour order\n"
        "104711\t2024-03-05\tPO-2024-113\n104712\t2024-03-06\t4500012345"
    )
    assert keys(mentions(table)) == [
        ("invoice", "104711"), ("purchase-order", "PO-2024-113"),
        ("invoice", "104712"), ("purchase-order", "4500012345"),
    ]  # fmt: skip


def test_a_label_on_the_line_above_its_number_counts():
    assert keys(mentions("Your order no\n4711-2\nDate\n2024-03-05")) == [
        ("purchase-order", "4711-2")
    ]


def test_a_number_broken_over_lines_is_one_number_with_its_whole_quote():
    found = mentions("as agreed in PO-2024-\n113 and elsewhere")
    assert keys(found) == [("purchase-order", "PO-2024-113")]
    assert found[0].evidence.quote == "PO-2024-\n113"


def test_a_number_broken_over_a_page_end_has_a_second_span():
    pages = ("as agreed in PO-2024-\n", "\n113 of last year")
    found = mentions(*pages)
    assert [m.key for m in found] == ["PO2024113"]
    assert found[0].evidence == Evidence(1, 13, 21, "PO-2024-", more=((2, 1, 4),))
    number, start, end = found[0].evidence.more[0]
    assert pages[number - 1][start:end] == "113"


def test_what_is_left_of_a_number_at_a_page_end_is_no_number():
    assert mentions("The order PO-2024-", "Page 2\nof the letter") == []
    (found,) = mentions("The order PO-2024", "-113 is late")
    assert found.identifier == "PO-2024-113"
    assert (
        mentions("Order no: PO-2024-113\nAs in PO-", "2024-113 above", kind="purchase-order") == []
    )


@pytest.mark.parametrize("text", [
    "PO 2024 - 113", "PO-2024 -113", "PO2024 / 113", "PO - 2024 - 113", "PO⸺2024﹘113",
    "PO‐2024⁻113", "PO־2024︱113",
])  # fmt: skip
def test_a_number_is_the_same_with_whatever_dashes_and_spaces(text):
    assert [one.key for one in mentions(f"see {text} of May")] == ["PO2024113"]


def test_what_a_sentence_says_of_another_number_is_not_said_of_its_document():
    def relations(text, kind):
        return [(one.identifier, one.relation) for one in mentions(text, kind=kind)]

    said = "SPEC-200 supersedes SPEC-100 and SPEC-101."
    assert relations(said, "minutes") == [
        ("SPEC-200", "cites"), ("SPEC-100", "cites"), ("SPEC-101", "cites"),
    ]  # fmt: skip
    own = f"Specification no: SPEC-200\n\n{said}"
    of_ours = [("SPEC-100", "supersedes"), ("SPEC-101", "supersedes")]
    assert relations(own, "specification") == of_ours
    ours = "Beside SPEC-300 this specification supersedes SPEC-100."
    assert relations(ours, "specification") == [("SPEC-300", "cites"), ("SPEC-100", "supersedes")]
    gone = [("SPEC-100", "cites"), ("SPEC-200", "cites")]
    assert relations("SPEC-100 ersätts med SPEC-200.", "minutes") == gone
    gone = "Specification no: SPEC-100\n\nSPEC-100 is superseded by SPEC-200."
    assert relations(gone, "specification") == [("SPEC-200", "superseded-by")]


def test_the_ending_of_a_files_name_is_no_part_of_a_number():
    found = mentions("Hello", path="in/Faktura nr 1001.pdf")
    assert [one.identifier for one in found] == ["1001"]


def test_cells_that_are_empty_keep_the_columns_of_a_table():
    rows = "Pos\tOrder no\tAmount\tCur\n1\t\t104711\tEUR\n2\t4500012399\t5\n3\t4500012400\t6\tEUR"
    assert [one.key for one in mentions(rows)] == ["PO4500012399", "PO4500012400"]


def test_a_page_number_never_becomes_a_part_of_a_number():
    assert [m.key for m in mentions("see PO-2024-113", "114 is the next page")] == ["PO2024113"]


def scanned(text: str, kind: str = "invoice"):
    page = PageText(1, text, source="ocr")
    own = find_own_numbers([page], SCHEMES, kind=kind, context=CONTEXT)
    found = find_mentions([page], SCHEMES, kind=kind, context=CONTEXT, own=own)
    return [(one.key, one.evidence.quote) for one in found if one.origin == MISREAD]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your order PO-2O24-1l3", [("PO2024113", "PO-2O24-1l3")]),
        ("Your order PO2O24113 of May", [("PO2024113", "PO2O24113")]),
        ("see P0-2O24-113", [("PO2024113", "P0-2O24-113")]),
        ("see PO-2024-1S3", [("PO2024153", "PO-2024-1S3")]),
        ("see PO-2O24-113 and PO-2024-I14",
         [("PO2024113", "PO-2O24-113"), ("PO2024114", "PO-2024-I14")]),
        ("see SPEC-118B", []),
        ("see PO-2024-113", []),
    ],
)  # fmt: skip
def test_letters_and_digits_that_look_alike_are_a_doubt_in_scans_only(text, expected):
    assert scanned(text) == expected
    assert {one.origin for one in mentions(text)} <= {"text"}


@pytest.mark.parametrize("text", ["Invoice no: INV-2O24-77", "Invoice no: 2O24177\nYour ref. 1"])
def test_the_misread_number_of_the_document_itself_is_no_citation(text):
    assert scanned(text) == []


def test_a_mails_subject_and_the_names_of_file_and_folders_cite_too():
    found = mentions(
        "Hello",
        path="filing/PO-2024-113/re CR_118.txt",
        headers=(("Subject", "Invoice no 104711"),),
    )
    places = {(m.key, m.evidence.where, m.origin) for m in found}
    assert places == {
        ("104711", "header Subject", "text"),
        ("CR118", "name", "text"),
        ("PO2024113", "folder", "text"),
    }


def test_headers_of_a_mail_cite_where_people_or_programs_label_a_number():
    headers = (
        ("Keywords", "PO-2024-114, urgent"), ("Thread-Topic", "Re: CR-118"),
        ("X-PO-Number", "4500012345"), ("X-Mailer", "PO-2024-999"), ("Message-ID", "PO-2024-998"),
        ("X-Priority", "1"),
    )  # fmt: skip
    found = mentions("Hello", headers=headers)
    assert [(m.key, m.evidence.where) for m in found] == [
        ("PO2024114", "header Keywords"),
        ("CR118", "header Thread-Topic"),
        ("PO4500012345", "header X-PO-Number"),
    ]


def test_a_documents_own_number_is_no_mention_of_it():
    text = "INVOICE\nInvoice no: 104711\nYour order no: PO-2024-113\nInvoice 104711, page 1"
    found = mentions(text, kind="invoice")
    assert [(m.key, m.relation) for m in found] == [("PO2024113", "bills")]


def test_a_number_of_its_own_under_the_label_of_another_kind_is_no_mention_either():
    text = "KREDITFAKTURA\nFakturanr: 10025\nAvser faktura: 10023\nFakturanr 10025, sida 1"
    found = mentions(text, kind="credit-note")
    assert [(m.key, m.relation) for m in found] == [("10023", "credits")]


def test_the_issuer_of_an_order_number_is_the_buyer_and_of_an_invoice_number_the_seller():
    parties = [
        FactFound("party", "Acme Pumps AB", Evidence(), role="seller"),
        FactFound("party", "Nordic Water GmbH", Evidence(), role="buyer"),
    ]
    found = mentions("Order no 4711 on invoice no 99", kind="receipt", parties=parties)
    assert [(m.scheme, m.issuer) for m in found] == [
        ("purchase-order", "nordic water"),
        ("invoice", "acme pumps"),
    ]


def test_registered_names_are_whole_words_and_the_longest_of_them():
    names = [
        Name("product", "AURORA", "Aurora", 1), Name("product", "AURORA2", "Aurora Mini", 2),
        Name("milestone", "PILOTRUN", "Pilot run", 3), Name("product", "ARC", "Arc", 4),
    ]  # fmt: skip
    page = PageText(
        1, "The Aurora Mini and AURORA passed the pilot\nrun; Auroras and an arc did not."
    )
    found = [mention for _, mention in find_names([page], names)]
    assert [m.key for m in found] == ["AURORA2", "AURORA", "PILOTRUN"]
    for mention in found:
        evidence = mention.evidence
        assert page.text[evidence.start : evidence.end] == evidence.quote


def read_set(corpora, name, kind):
    """Own numbers and mentions of each text of a set: {path: (own, mentions)}."""
    found = {}
    for line in (corpora / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["set"] == name and row["path"].endswith((".md", ".txt", ".yaml")):
            text = (corpora / name / row["path"]).read_text(encoding="utf-8-sig")
            pages, context = [PageText(1, text)], ReadingContext(f"filing/{row['path']}")
            own = find_own_numbers(pages, SCHEMES, kind=kind, context=context)
            cited = find_mentions(pages, SCHEMES, kind=kind, context=context, own=own)
            places = [m.evidence for m in cited if m.evidence.page]
            assert all(text[place.start : place.end] == place.quote for place in places)
            found[row["path"]] = (own, cited)
    return found


def truth_of(corpora, name):
    lines = (corpora / "truth" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("kind", ["specification", "other"])
def test_every_declared_requirement_between_eips_is_found_by_a_scheme_of_the_configuration(
    corpora, kind
):
    found = read_set(corpora, "specs-eips", kind)
    bearers = defaultdict(list)
    for path, (own, _) in found.items():
        assert [identifier.scheme for identifier in own] == ["eip"], path
        bearers[own[0].key].append((path, own[0].groups))
    assert all(len(paths) == 1 for paths in bearers.values())
    for truth in truth_of(corpora, "graph_eips"):
        cited = found[truth["path"]][1]
        for edge in truth["edges"]:
            key, groups = SCHEMES.key_of("eip", edge["target"])
            hits = [m for m in cited if m.key == key and meets(m.groups, groups)]
            assert edge["rel"] in {m.relation for m in hits}, (truth["id"], edge)


#: What only the other document can know.
BACK = {"obsoleted_by", "updated_by"}
MEANT = {"obsoletes": "supersedes", "updates": "amends", "replaces": "supersedes"}


@pytest.mark.parametrize(("name", "scheme"), [("rfc", "rfc"), ("keps", "kep")])
def test_rfcs_and_keps_name_all_that_their_headers_declare(corpora, name, scheme):
    found = read_set(corpora, f"specs-{name}", "specification")
    for truth in truth_of(corpora, f"graph_{name}"):
        mine = [both for path, both in found.items() if path.startswith(truth["path"])]
        number = truth["id"].split()[1]
        assert any(one.identifier.endswith(number) for own, _ in mine for one in own)
        cited = {(m.key, m.relation) for _, mentioned in mine for m in mentioned}
        for edge in truth["edges"]:
            target, is_issue = edge["target"], "kubernetes/kubernetes" in edge.get("raw", "")
            if edge["rel"] in BACK or target in (None, truth["id"]) or is_issue:
                continue
            key, _ = SCHEMES.key_of(scheme, target)
            assert key in {key for key, _ in cited}
            if truth["id"] != "RFC 683":  # calls itself an extension, and has no header
                assert (key, MEANT.get(edge["rel"], "cites")) in cited


def test_every_swedish_statute_cited_by_number_is_found_and_no_paper_of_parliament(corpora):
    number = re.compile(r"(?<![\d/:.])((?:1[6-9]|20)\d\d):(\d{1,4})(?![\d:])")
    other = re.compile(r"(?i)\b(prop|bet|rskr|skr|SOU|Ds|dir|NJA|RÅ|bil)\.?\s*$")
    found = read_set(corpora, "swedish-law", "other")
    for path, (own, cited) in found.items():
        text = (corpora / "swedish-law" / path).read_text(encoding="utf-8-sig")
        written = {
            match.group()
            for match in number.finditer(text)
            if not other.search(text[max(0, match.start() - 8) : match.start()])
        }
        by_number = [one for one in (*own, *cited) if number.search(one.evidence.quote)]
        mine = {number.search(one.identifier).group() for one in by_number}
        assert mine == written, path
