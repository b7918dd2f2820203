"""Numbers of making: specifications, drawings, changes, projects, products, milestones."""

from __future__ import annotations

from typing import Final

from archive.builtin_parts import GAP, RUNNING, cited, labels, starts
from archive.scheme_types import ANY_NUMBER, Scheme

WORK: Final = (
    Scheme(
        name="specification",
        starts=starts("spec specs"),
        value=ANY_NUMBER,
        bearer="specification",
        patterns=(rf"\b(?-i:SPECs?|Specs?|specs?){GAP}(?P<number>{RUNNING})",),
        key="SPEC{number}",
        own_labels=labels(
            "specification, specification no, spec no, spec, technical specification no, "
            "specifikation, specifikationsnr, kravspecifikation, teknisk specifikation nr, "
            "spezifikation, spezifikation nr, spécification, spécification n°, "
            "lastenheft nr, pflichtenheft nr, cahier des charges n°"
        ),
        cite_labels={
            "requires": "requires",
            "kräver": "requires",
            "replaces": "supersedes",
            "supersedes": "supersedes",
            "ersätter": "supersedes",
            "ersetzt": "supersedes",
            "remplace": "supersedes",
            "superseded by": "superseded-by",
            "replaced by": "superseded-by",
            "ersätts av": "superseded-by",
        },
        examples=(
            ("see SPEC-0100.", "SPEC0100"),
            ("Spec no: 100", "SPEC100"),
            ("Specifikationsnr 0100", "SPEC0100"),
            ("SPEC-118/1", "SPEC1181"),
        ),
        counter_examples=(
            "SPECIAL 100",
            "specification version 2",
            "specification 2 pages",
        ),
    ),
    Scheme(
        name="drawing",
        starts=starts("dwg dwgs drg drgs"),
        value=ANY_NUMBER,
        bearer="drawing",
        patterns=(rf"\b(?-i:DWGs?|DRGs?){GAP}(?P<number>{RUNNING})",),
        key="DWG{number}",
        own_labels=labels(
            "drawing, drawing no, dwg no, ritning, ritningsnr, ritn nr, zeichnung, "
            "zeichnung nr, plan n°, dessin n°"
        ),
        cite_labels=cited("see drawing, enligt ritning, according to drawing"),
        examples=(
            ("Drawing no. 1234-A", "DWG1234A"),
            ("Ritningsnr: 77-1001", "DWG771001"),
            ("DWG-1001", "DWG1001"),
        ),
        counter_examples=("drawing 3 of 4",),
    ),
    Scheme(
        name="change-request",
        starts=starts("cr crs äb"),
        bearer="change-request",
        patterns=(
            rf"\b(?-i:CRs?|ÄB){GAP}"
            r"(?P<number>(?:(?:19|20)\d\d(?:[-/ ]?\d{2,6}"
            r"|(?: [-/] ?|[-/] )(?!(?:19|20)\d\d(?!\d))\d{3,6})|\d{2,6})"
            r"(?:-?[A-Z](?![^\W_]))?)(?![^\W_])",
        ),
        key="CR{number}",
        own_labels=labels(
            "change request, change request no, cr no, change proposal no, ändringsbegäran, "
            "ändringsbegäran nr, ändringsförslag nr, ändringsanmälan nr, änderungsantrag, "
            "änderungsantrag nr, demande de modification, demande de modification n°"
        ),
        examples=(
            ("per CR-118.", "CR118"),
            ("Change request no: 118", "CR118"),
            ("CR-2024-007 approved", "CR2024007"),
            ("CR-2024 - 007, CR2024008", "CR2024007"),
            ("CR-2024 - 007, CR2024008", "CR2024008"),
            ("ändringsbegäran nr 12", "CR12"),
            ("CRs 118, 119 and 120", "CR120"),
        ),
        counter_examples=(
            "change request of 3 parts",
            "CRC 118",
            "SCR-118",
        ),
    ),
    Scheme(
        name="change-order",
        starts=starts("eco ecn ecr äo äta"),
        value=ANY_NUMBER,
        bearer="change-request",
        patterns=(rf"\b(?P<number>(?-i:ECO|ECN|ECR|ÄO|ÄTA){GAP}(?:{RUNNING}|\d{{1,2}}(?![\w-])))",),
        own_labels=labels(
            "change order, change order no, engineering change order no, ändringsorder, "
            "ändringsordernr, äta nr, änderungsauftrag nr, änderungsmitteilung nr, "
            "ordre de modification n°"
        ),
        examples=(
            ("see ECO-0042", "ECO0042"),
            ("Ändringsorder nr ÄO-7", "ÄO7"),
        ),
        counter_examples=(
            "change order of 3 parts",
            "eco 2000",
        ),
    ),
    Scheme(
        name="project",
        bearer="plan",
        own_labels=labels(
            "project no, project id, project code, projektnr, projekt nr, projekt id, "
            "projektkod, numéro de projet, projet n°"
        ),
        examples=(
            ("Projektnr: 5501", "5501"),
            ("Project no. P-2024-3", "P20243"),
        ),
        counter_examples=("Project start 2024-03-05",),
    ),
    Scheme(
        name="product",
        bearer="product",
        own_labels=labels(
            "article no, art no, art.nr, artikel nr, artikelnr, item no, item code, part no, "
            "p/n, product no, product code, sku, model no, produktnr, produktkod, varunr, "
            "artikel nummer, sach nr, référence article, numéro d'article, code article, "
            "article n°"
        ),
        examples=(
            ("Art.nr: 12-345", "12345"),
            ("Part no. X100-B", "X100B"),
            ("SKU: AB1234", "AB1234"),
            ("Artikelnummer 00412", "00412"),
        ),
        counter_examples=(
            "article 5 of the treaty",
            "Artikel 7",
            "item 3",
        ),
    ),
    Scheme(
        name="milestone",
        bearer="milestone",
        own_labels=labels(
            "milestone, milestone no, milstolpe, milstolpe nr, meilenstein, meilenstein nr, "
            "jalon, jalon n°"
        ),
        cite_labels=cited("milstolpar, milstolparna, milstolpen, meilensteine"),
        # with what plans put behind the code of a product, HX-40-design, unless it is a code too
        value=(
            r"(?-i:[A-Z]{1,4})(?:-\d{1,4}(?:\.\d{1,3})?"
            r"(?:-(?!(?-i:[A-Z]{1,4})-?\d)[^\W\d_]{2,30}\d{0,2}(?![^\W_])){1,3}"
            r"|-?\d{1,4}(?:[.-]\d{1,3})?(?![^\W_]))"
        ),
        examples=(
            ("Milestone: M3", "M3"),
            ("milstolpe MS-12", "MS12"),
            ("Milestone: HX-40-design.", "HX40DESIGN"),
            ("Milestone M3 - design", "M3"),
            ("Milestone M3-M5", "M3"),
            ("Milestone M2-related costs", "M2"),
            ("milstolpe M3-leveransen", "M3"),
            ("Milestone HX-40-M3", "HX40"),
            ("Milestone HX-40-MS-3", "HX40"),
            ("Milstolpar: M1, M2, M3", "M3"),
        ),
        counter_examples=(
            "milestone 3 months later",
            "Milestone: 2024-03-05",
        ),
    ),
    # as archive.concerns gives them: the document that it was reported from, and which of its
    Scheme(
        name="concern",
        bearer="concern",
        own_labels=labels("quality concern, quality concern no, kvalitetsavvikelse"),
        value=r"(?-i:QC)-\d{6,}-\d{1,4}(?![^\W_])",
        examples=(("Quality concern: QC-000123-1", "QC0001231"),),
        counter_examples=("Quality concern: 2024-03-05", "Kvalitetsavvikelse 3 av 4"),
    ),
)
