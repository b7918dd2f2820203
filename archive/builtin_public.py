"""Numbers that are everybody's: statutes, standards, RFCs, and those of organisations."""

from __future__ import annotations

from typing import Final

from archive.builtin_parts import cited, labels, starts
from archive.builtin_statutes import STATUTES
from archive.scheme_types import Scheme

PUBLIC: Final = (
    Scheme(
        name="statute",
        starts=starts("sfs 1600 2000"),
        bearer="other",
        patterns=(
            r"(?:SFS ?(?:nr ?)?[\"]?)(?P<number>(?:1[6-9]|20)\d\d:\d{1,4}(?: ?s\. ?\d{1,3})?)"
            r"(?![\w:]|[.,/]\d)",
            # parliament's papers and reports are numbered alike
            r"(?=[12][06-9]\d\d:\d)(?<![\w/:.,-])"
            r"(?<!prop\. )(?<!prop )(?<!prop\.)(?<!bet\. )(?<!bet )(?<!bet\.)(?<!rskr\. )(?<!rskr )"
            r"(?<!rskr\.)(?<!skr\. )(?<!skr )(?<!skr\.)(?<!SOU )(?<!Ds )(?<!dir\. )(?<!dir )"
            r"(?<!dir\.)(?<!NJA )(?<!RÅ )(?<!bil\. )(?<!bil )"
            r"(?P<number>(?:1[6-9]|20)\d\d:\d{1,4}(?: ?s\. ?\d{1,3})?)(?![\w:]|[.,/]\d)",
        ),
        key="SFS{number}",
        own_labels=labels("sfs, sfs nr, svensk författningssamling"),
        cite_labels=cited("ändrad, upphävd, omtryck"),
        names=STATUTES,
        examples=(
            ("enligt lag (2010:1767)", "SFS2010:1767"),
            ("SFS 1944:133", "SFS1944:133"),
            ("lagen (1736:0123 2)", "SFS1736:0123"),
            ("enligt 35 kap. 1 § rättegångsbalken", "SFS1942:740"),
            ("i Köplagens mening", "SFS1990:931"),
        ),
        counter_examples=(
            "prop. 2009/10:80",
            "prop. 2009:80",
            "SOU 2010:17",
            "Ds 2008:12",
            "kl. 2010:30:15",
            "1734 års rättegångsbalk, den finska köplagen",
            "konsumentköplagen",
        ),
    ),
    Scheme(
        name="standard",
        starts=starts("iso iec etsi en ss din bs nf nen une önorm ds sfs ns"),
        bearer="specification",
        patterns=(
            r"\b(?P<number>(?-i:(?:(?:SS|DIN|BS|NF|NEN|UNE|ÖNORM|DS|SFS|NS)[- ](?:EN[- ])?"
            r"|EN[- ])?"
            r"(?:ISO/IEC|ISO/TS|ISO/TR|ISO|IEC|ETSI EN|EN)[- ]|(?:SS|DIN|BS)[- ](?=\d{3}))"
            r"\d{2,6}(?:[- ]\d{1,3}(?!\d))*?(?:-\d{1,3}(?!\d)){0,3}(?::(?:19"
            r"|20)\d\d(?:/A\d+:\d{4})?)?)(?![^\W_])",
        ),
        examples=(
            ("certified to ISO 9001:2015", "ISO9001:2015"),
            ("SS-EN ISO 9001:2015", "SSENISO9001:2015"),
            ("EN 60601-1-2:2015", "EN6060112:2015"),
            ("ISO/IEC 27001", "ISOIEC27001"),
            ("DIN 912", "DIN912"),
        ),
        counter_examples=(
            "en 12-åring",
            "iso 100 film",
            "ISOLATION 12",
        ),
    ),
    Scheme(
        name="rfc",
        starts=starts("rfc rfcs"),
        bearer="specification",
        patterns=(r"(?<![^\W_])RFCs?[- #]{0,2}\n?(?P<number>\d{1,5})(?![^\W_])",),
        key="RFC{number}",
        own_labels=labels("request for comments, rfc no"),
        cite_labels={
            "obsoletes": "supersedes",
            "updates": "amends",
            "obsoleted by": "superseded-by",
        },
        examples=(
            ("RFC 2119", "RFC2119"),
            ("Obsoletes: RFCs 1111, 825", "RFC825"),
            ("[RFC8417]", "RFC8417"),
            ("Updates: 7643, 7644", "RFC7644"),
        ),
        counter_examples=(
            "RFC editor 12",
            "updates 12 files",
        ),
    ),
    Scheme(
        name="vat",
        starts=starts(
            "se de fr fr? fr?? gb dk fi lu hu mt si nl be it atu pl ee pt el es es? ie che no"
        ),
        bearer="party",
        patterns=(
            r"\b(?=(?-i:[A-Z]{2,3})[- ]?[A-Z\d]{2})(?P<number>(?-i:SE) ?\d{6}-?\d{4}-?01"
            r"|(?-i:DE) ?\d{9}|(?-i:FR) ?[A-HJ-NP-Z0-9]{2} ?\d{3} ?\d{3} ?\d{3}"
            r"|(?-i:GB) ?\d{3} ?\d{4} ?\d{2}|(?-i:DK|FI|LU|HU|MT|SI) ?\d{8}"
            r"|(?-i:NL) ?\d{9} ?B\d{2}"
            r"|(?-i:BE) ?[01]?\d{3}[. ]?\d{3}[. ]?\d{3}|(?-i:IT) ?\d{11}|(?-i:ATU) ?\d{8}"
            r"|(?-i:PL) ?\d{10}"
            r"|(?-i:EE|PT|EL) ?\d{9}|(?-i:ES) ?[A-Z0-9]\d{7}[A-Z0-9]"
            r"|(?-i:IE) ?\d[A-Z0-9]\d{5}[A-Z]{1,2}"
            r"|(?-i:CHE)-?\d{3}\.?\d{3}\.?\d{3}|(?-i:NO) ?\d{9} ?MVA)(?![^\W_])",
        ),
        own_labels=labels(
            "vat no, vat registration no, vat reg no, momsregistreringsnr, momsreg nr, "
            "vat nr, ust-id nr, ust-idnr, umsatzsteuer id, n° tva, tva intracommunautaire, "
            "numéro de tva"
        ),
        grouped=False,
        examples=(
            ("VAT no: SE556677889901", "SE556677889901"),
            ("USt-IdNr. DE 136695976", "DE136695976"),
            ("FRAB123456789, ESX1234567X", "FRAB123456789"),
            ("FRAB123456789, ESX1234567X", "ESX1234567X"),
        ),
        counter_examples=(
            "VAT 25 %",
            "DE 12345",
        ),
    ),
    Scheme(
        name="organisation",
        bearer="party",
        own_labels=labels(
            "org nr, orgnr, org.nr, organisationsnr, organisation no, organization no, "
            "company registration no, company reg no, company no, handelsregister nr, siret, "
            "siren, siret n°, y-tunnus, cvr nr"
        ),
        value=(
            r"(?:\d{6}-?\d{4}|\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?|\d{7}-\d|(?-i:HRB ?)?\d{5,9})"
            r"(?![^\W_])(?!-\d)"
        ),
        grouped=False,
        examples=(
            ("Org.nr 556677-8899", "5566778899"),
            ("Organisationsnummer: 5566778899", "5566778899"),
            ("SIRET 732 829 320 00074", "73282932000074"),
        ),
        counter_examples=("organisation 2024",),
    ),
)
