"""Numbers that are everybody's: statutes, standards, RFCs, and those of organisations."""

from __future__ import annotations

from typing import Final

from archive.builtin_parts import cited, labels, starts
from archive.builtin_statutes import STATUTES
from archive.scheme_types import Scheme

#: Collections of what Swedish authorities decree, by the letters before the year.
COLLECTIONS: Final = starts(
    """
    AFS ARNFS BFNAR BFS BOLFS CSNFS DIFS DVFS EIFS ELSÄK-FS ERFS ESVFS FAFS FFFS FFS FIFS FKFS FMFS
    FOHMFS FoHMFS GFS HSLF-FS HVMFS IAFFS IMYFS IVOFS JVSFS JvSFS KAMFS KFMFS KIFS KKVFS KOVFS KRFS
    KVFS KVVFS LIVSFS LMFS LSFS LVFS MDFFS MIGRFS MPRTFS MSBFS MTFS MUCFS MYHFS NFS NTFS PFS PMFS
    PRVFS PTSFS RAFS RA-FS RFFS RFS RGKFS RIFS RPSFS RSFS SAKFS SCB-FS SFVFS SGU-FS SIFS SISFS
    SJÖFS SJVFS SKOLFS SKSFS SKVFS SLVFS SMHIFS SOSFS SPVFS SRVFS SSIFS SSMFS STAFS STEMFS STFS
    SVKFS TFS TLVFS TSFS TVFS UHRFS UKÄFS VFS VVFS ÅFS
    """
)
_STATUTE: Final = r"(?P<number>(?:1[6-9]|20)\d\d:\d{1,4}(?: ?s\. ?\d{1,3})?)(?![\w:]|[.,/]\d)"
#: Statutes that Swedes call by their letters end in -lag, -balk, -förordning or begin with Lag om;
#: any other letters before a year are of a collection, or of a court's reports.
_LETTERS_OF_STATUTES: Final = starts(
    """
    SFS LAG LAGEN BALKEN FÖRORDNING FÖRORDNINGEN OCH NR
    LAS LFF LKV LOB LOU LOV LPT LRV LSO LSS LUF LUK LVF LVM LVU
    """
)
#: What stands between such letters and the year: "(MÖD) 2010:3", "NJA nr 2008:12".
_GAPS: Final = (
    r"[ \n]", r"[:)][ \n]", r"[ \n]nr[ \n]", r"[ \n]nr\.[ \n]",
    r"\)[ \n]nr[ \n]", r"\)[ \n]nr\.[ \n]",
)  # fmt: skip
_NO_COLLECTION: Final = "".join(
    rf"(?:(?<!(?-i:[A-ZÅÄÖ][A-ZÅÄÖ]){gap})|(?<=(?-i:[A-ZÅÄÖ][LBF]){gap})|"
    + "|".join(rf"(?<=\b(?-i:{word}){gap})" for word in _LETTERS_OF_STATUTES)
    + ")"
    for gap in _GAPS
)

PUBLIC: Final = (
    Scheme(
        name="statute",
        starts=starts("sfs 1600 2000"),
        bearer="other",
        patterns=(
            rf"(?<![\w-])(?:SFS ?(?:nr ?)?[\"]?){_STATUTE}",
            # parliament's papers and reports are numbered alike
            r"(?=[12][06-9]\d\d:\d)(?<![\w/:.,-])"
            r"(?<!prop\. )(?<!prop )(?<!prop\.)(?<!bet\. )(?<!bet )(?<!bet\.)(?<!rskr\. )(?<!rskr )"
            r"(?<!rskr\.)(?<!skr\. )(?<!skr )(?<!skr\.)(?<!SOU )(?<!Ds )(?<!dir\. )(?<!dir )"
            r"(?<!dir\.)(?<!bil\. )(?<!bil )" + _NO_COLLECTION + _STATUTE,
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
            ("enligt LOU 2016:1145", "SFS2016:1145"),
            ("PBL 2010:900", "SFS2010:900"),
            ("SFS: 2010:900, (PBL) nr 2011:338", "SFS2011:338"),
            ("SFS: 2010:900, (PBL) nr 2011:338", "SFS2010:900"),
            ("LAGEN 1990:931", "SFS1990:931"),
        ),
        counter_examples=(
            "prop. 2009/10:80",
            "prop. 2009:80",
            "SOU 2010:17",
            "Ds 2008:12",
            "kl. 2010:30:15",
            "1734 års rättegångsbalk, den finska köplagen",
            "konsumentköplagen",
            "NJA 2008:12, RH 2009:10, MÖD\n2010:3, HFD 2015:1, XYZFS 2001:1",
            "NJA nr 2008:12, (MÖD) 2010:3, RH: 2009:10, (XYZFS) nr 2001:1, SOU nr 2010:17",
        ),
    ),
    Scheme(
        name="regulation",
        starts=starts(" ".join(COLLECTIONS).lower()),
        bearer="other",
        patterns=(
            rf"(?<![\w-])(?P<series>(?-i:{'|'.join(COLLECTIONS)}))[:,)]?[ \n]?(?:nr\b\.?[ \n])?\(?"
            r"(?P<number>(?:19|20)\d\d:\d{1,4})(?![\w:]|[.,/]\d)",
        ),
        key="{series}{number}",
        examples=(
            ("Arbetsmiljöverkets föreskrifter (AFS 2001:1)", "AFS2001:1"),
            ("BFNAR 2012:1", "BFNAR2012:1"),
            ("enligt ELSÄK-FS 2008:1", "ELSÄKFS2008:1"),
            ("HSLF-FS 2017:37", "HSLFFS2017:37"),
            ("AFS 2001:1 och 2005:16", "AFS2005:16"),
            ("Arbetsmiljöverkets författningssamling (AFS) 2001:1", "AFS2001:1"),
            ("AFS: 2001:1", "AFS2001:1"),
            ("AFS nr 2001:1, 2005:16", "AFS2005:16"),
            ("(BFNAR) nr. 2012:1", "BFNAR2012:1"),
            ("AFS (2001:1)", "AFS2001:1"),
        ),
        counter_examples=("AFS 2001", "RH 2009:10"),
    ),
    Scheme(
        name="standard",
        starts=starts("iso iec etsi en ss din bs nf nen une önorm ds sfs ns"),
        bearer="specification",
        patterns=(
            r"\b(?P<number>(?-i:"
            # Sweden's own are written in groups, and so are those of telecommunications
            r"SS[- ](?:\d{2,3} \d\d \d\d|\d{7})(?!\d)|(?:SS[- ])?(?:ETSI )?EN[- ]?30\d ?\d{3}(?!\d)"
            r"|(?:(?:(?:SS|DIN|BS|NF|NEN|UNE|ÖNORM|DS|SFS|NS)[- ](?:EN[- ])?|EN[- ])?"
            r"(?:ISO/IEC|ISO/TS|ISO/TR|ISO|IEC|ETSI EN|EN)|DIN)(?:[- ]|(?=\d{3}))\d{2,6}"
            r"|(?:SS|DIN|BS)[- ](?=\d{3})\d{3,6})"
            # 3.1 of "EN 10204-3.1" is a kind of certificate, and no part of the standard
            r"(?:-\d{1,3}(?!\d|\.\d)){0,3}"
            # what is added has a plus or a year: "ISO 4762/A2" is one of stainless steel
            r"(?::(?:19|20)\d\d)?(?:(?:/| ?\+ ?)A(?:\d{1,2}|C):(?:19|20)\d\d"
            r"| ?\+ ?A(?:\d{1,2}|C)(?![-:]?\d))*)(?![^\W_])",
        ),
        edition=":",
        examples=(
            ("certified to ISO 9001:2015", "ISO9001:2015"),
            ("SS-EN ISO 9001:2015", "SSENISO9001:2015"),
            ("EN 60601-1-2:2015", "EN6060112:2015"),
            ("ISO/IEC 27001", "ISOIEC27001"),
            ("DIN 912", "DIN912"),
            ("ISO9001:2015, EN10204", "ISO9001:2015"),
            ("ISO9001:2015, EN10204", "EN10204"),
            ("SS-EN1090-1", "SSEN10901"),
            ("SS 436 40 00", "SS4364000"),
            ("SS 436 21 01:2011", "SS4362101:2011"),
            ("ETSI EN 300 328", "ETSIEN300328"),
            ("EN 1090-1:2009+A1:2024", "EN10901:2009+A1:2024"),
            ("EN 1090-1:2009 + A1:2024", "EN10901:2009+A1:2024"),
            ("certificate EN 10204-3.1", "EN10204"),
            ("ISO 4762/A2-70", "ISO4762"),
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
            r"\b(?=(?-i:[A-Z]{2,3})[- ]?[A-Z\d]{2})(?P<number>(?-i:SE) ?\d{6}[- ]?\d{4}[- ]?01"
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
            ("VAT no: SE 556677 8899 01", "SE556677889901"),
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
            r"(?:\d{6} ?-? ?\d{4}|\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?|\d{7}-\d|(?-i:HRB ?)?\d{5,9})"
            r"(?![^\W_])(?!-\d)"
        ),
        grouped=False,
        examples=(
            ("Org.nr 556677-8899", "5566778899"),
            ("Organisationsnummer: 5566778899", "5566778899"),
            ("Org nr: 556677 8899", "5566778899"),
            ("SIRET 732 829 320 00074", "73282932000074"),
        ),
        counter_examples=("organisation 2024",),
    ),
)
