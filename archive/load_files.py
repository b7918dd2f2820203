"""Load files, by which review platforms take documents in: Concordance DAT and Opticon OPT.

Neither has a standard; this is what platforms document alike. DAT: UTF-8 with a mark, a line of
names, then one line a document; U+0014 between fields, U+00FE around each, U+00AE for the end of a
line inside one, CR LF after each line. OPT: one line a page: number, volume, path, Y on the first
page of a document, two empty fields, and there how many pages it has. Paths lead from the folder
of the load file, with backslashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from archive.matter_numbers import number_of
from archive.package_files import Packed
from archive.vocabulary import PAGED

QUOTE: Final = "\u00fe"
BETWEEN: Final = "\u0014"
#: What a field can't hold as it stands, and what stands for it.
INSTEAD: Final = str.maketrans(
    {QUOTE: "th", BETWEEN: " ", "\u00ae": "(R)", "\n": "\u00ae", "\r": None}
)
FIELDS: Final = (
    "BEGBATES", "ENDBATES", "PARENTBATES", "PAGECOUNT", "DOCID", "DOCTYPE", "DOCNUMBER", "TITLE",
    "DOCDATE", "DATERECEIVED", "FILENAME", "SOURCEPATH", "FILESIZE", "SHA256", "CONFIDENTIALITY",
    "REDACTED", "NATIVEPATH", "TEXTPATH", "PDFPATH",
)  # fmt: skip
CONFIDENTIAL: Final = "CONFIDENTIAL"


def concordance(packed: Sequence[Packed]) -> bytes:
    """The DAT file of these documents, which have numbers."""
    lines = [_line(FIELDS), *(_line([*map(_values(one).get, FIELDS)]) for one in packed)]
    return "".join(lines).encode("utf-8-sig")


def _values(packed: Packed) -> dict[str, Any]:
    entry = packed.entry
    return {
        "BEGBATES": entry["first_number"], "ENDBATES": entry["last_number"],
        "PARENTBATES": entry["inside"], "PAGECOUNT": entry["pages"],
        "DOCID": f"{entry['document']}_v{entry['version']}", "DOCTYPE": entry["kind"],
        "DOCNUMBER": entry["number"], "TITLE": entry["title"], "DOCDATE": entry["date"],
        "DATERECEIVED": entry["received_at"][:10],
        "FILENAME": entry["path"].rpartition("/")[2], "SOURCEPATH": entry["path"],
        "FILESIZE": packed.size_bytes, "SHA256": packed.sha256,
        "CONFIDENTIALITY": CONFIDENTIAL if entry["is_confidential"] else "",
        "REDACTED": "Yes" if entry["redacts"] else "",
        "NATIVEPATH": _path(packed.file), "TEXTPATH": _path(packed.text),
        "PDFPATH": _path(packed.stamped),
    }  # fmt: skip


def _line(values: Sequence[object]) -> str:
    cells = ("" if value is None else str(value).translate(INSTEAD) for value in values)
    return BETWEEN.join(f"{QUOTE}{cell}{QUOTE}" for cell in cells) + "\r\n"


def _path(name: str | None) -> str:
    return name.removeprefix("data/").replace("/", "\\") if name else ""


def opticon(packed: Sequence[Packed], volume: str) -> bytes:
    """The OPT file: the pages of what has a stamped copy, or is itself a PDF or a picture."""
    lines = []
    for one in packed:
        shown = one.stamped or (one.file if one.entry["media_type"] in PAGED else None)
        if shown is None:
            continue
        pages = one.entry["pages"]
        for page in range(1, pages + 1):
            number = number_of(one.entry["first_number"], page)
            last = f"Y,,,{pages}" if page == 1 else ",,,"
            lines.append(f"{number},{volume},{_path(shown)},{last}\r\n")
    return "".join(lines).encode("ascii")
