"""The control words of RTF that matter for text (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

import codecs
from typing import Final

NEW_PAGE: Final = "\f"
NEW_SECTION: Final = "\x0e"  # a page as well, unless the next section says that it goes on

#: What stands for a character, or for the end of a line, cell or page.
CHARACTERS: Final = {
    "par": "\n", "line": "\n", "row": "\n", "nestrow": "\n", "cell": "\t", "nestcell": "\t",
    "tab": "\t", "page": NEW_PAGE, "sect": NEW_SECTION, "emdash": "\u2014", "endash": "\u2013",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "\u2022",
    "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
}  # fmt: skip
SYMBOLS: Final = {
    "~": "\xa0", "-": "\xad", "_": "\u2011", "{": "{", "}": "}", "\\": "\\",
    "\n": "\n", "\r": "\n", "\t": "\t",
}  # fmt: skip

#: Destinations that are read apart from the body, by what becomes of them.
APART: Final = {
    "header": "headers", "headerl": "headers", "headerr": "headers", "headerf": "headers",
    "footer": "footers", "footerl": "footers", "footerr": "footers", "footerf": "footers",
    "footnote": "notes", "annotation": "notes",
    "title": "title", "author": "author", "subject": "subject", "keywords": "keywords",
    "operator": "modified-by", "objdata": "objects", "pict": "pictures",
}  # fmt: skip
TIMES: Final = {"creatim": "created", "revtim": "modified"}  # of the group `info`

#: Text boxes and drawn shapes: lines of their own where they are anchored.
BOXES: Final = frozenset(("shptxt", "dptxbxtext"))

#: Destinations whose text belongs to what surrounds them, although most are marked as optional.
WITHIN: Final = BOXES | {
    "shpinst", "shpgrp", "shp", "do", "sp", "ud", "nesttableprops", "moMathPara", "moMath", "mr",
    "macc", "mbar", "mbox", "mborderBox", "md", "mdeg", "mden", "me", "meqArr", "mf", "mfName",
    "mfunc", "mgroupChr", "mlim", "mlimLow", "mlimlow", "mlimUpp", "mlimupp", "mm", "mmr",
    "mnary", "mnum", "mphant", "mrad", "msPre", "msSub", "msSubSup", "msSup", "msub", "msup",
}  # fmt: skip

#: Destinations that are not marked as optional, and hold no text of the document.
SKIPPED: Final = frozenset(
    {
        "fonttbl", "colortbl", "stylesheet", "info", "fldinst", "fldtype", "datafield",
        "formfield", "xe", "tc", "tcn", "rxe", "txe", "nonesttables", "shprslt", "mmathPict",
        "falt", "panose", "fontemb", "fontfile", "file", "filetbl", "revtbl", "nextfile",
        "template", "private", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn",
        "objclass", "objname", "objalias", "objsect", "bkmkstart", "bkmkend", "pn",
        "pnseclvl", "pntxta", "pntxtb", "leveltext", "levelnumbers", "listname", "list",
        "listlevel", "listtable", "listoverridetable", "atnid", "atnauthor", "atntime",
        "atndate", "atnref", "atrfstart", "atrfend", "doccomm", "comment", "company", "manager",
        "category", "hlinkbase", "printim", "buptim", "generator", "keycode", "colorschememapping",
        "docvar", "htmltag", "background", "themedata", "datastore",
    }
)  # fmt: skip

#: Code pages by the number after \fcharset. 1 and what lacks: the one of the whole file.
CHARSETS: Final = {
    0: "cp1252", 2: "cp1252", 77: "mac_roman", 78: "shift_jis", 79: "euc_kr", 80: "gb2312",
    81: "big5", 83: "cp1255", 84: "cp1256", 85: "mac_greek", 86: "mac_turkish", 88: "mac_latin2",
    89: "mac_cyrillic", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
#: Code pages of the whole file that are not said by number.
FAMILIES: Final = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
#: Numbers of code pages for which Python has another name than cp and the number.
CODE_PAGES: Final = {
    0: "cp1252", 936: "gbk", 1361: "johab", 10000: "mac_roman", 10006: "mac_greek",
    10007: "mac_cyrillic", 10029: "mac_latin2", 65001: "utf-8",
}  # fmt: skip


def codec_of(number: int | None, otherwise: str) -> str:
    """Python's name of a code page; `otherwise` where it knows none."""
    name = CODE_PAGES.get(number or 0, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return otherwise
    return name
