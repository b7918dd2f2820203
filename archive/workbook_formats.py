"""Which cells of an XLSX's first sheet show their numbers as codes (ECMA-376-1, 18.3 and 18.8)."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Final
from xml.etree import ElementTree

from archive.number_formats import Places, cell_formats, has_number_formats, places_in_sheet

_BOOK: Final = "xl/workbook.xml"
_MOST_BYTES: Final = 16 << 20  # of the styles; people's have a few hundred kilobytes


def places_in_first(package: zipfile.ZipFile) -> Places:
    """Row and column of each, from 0; empty where no format shows codes.

    Raises what zipfile and ElementTree do of a package that is damaged.
    """
    relations = _relations(package)
    styles = next((part for kind, part in relations.values() if kind == "styles"), "")
    names = set(package.namelist())
    if styles not in names or package.getinfo(styles).file_size > _MOST_BYTES:
        return {}
    said = package.read(styles)
    sheet = _first_sheet(package, relations) if has_number_formats(said) else ""
    if sheet not in names:
        return {}
    formats = cell_formats(ElementTree.fromstring(said))
    return places_in_sheet(package.read(sheet), formats) if formats else {}


def _relations(package: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Relation id of the book to (last word of its type, part that it leads to)."""
    folder, name = posixpath.split(_BOOK)
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in package.namelist():
        return {}
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in ElementTree.fromstring(package.read(rels))
    }


def _first_sheet(package: zipfile.ZipFile, relations: dict[str, tuple[str, str]]) -> str:
    if _BOOK not in package.namelist():
        return ""
    root = ElementTree.fromstring(package.read(_BOOK))
    sheet = root.find("{*}sheets/{*}sheet")
    named = () if sheet is None else sheet.items()
    ids = [value for name, value in named if name.endswith("}id")]
    return relations[ids[0]][1] if ids and ids[0] in relations else ""
