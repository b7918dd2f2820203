"""Old office formats that LibreOffice can turn into OpenDocument, and only it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from archive.errors import ReadingFailed
from indexer.parsers.source import Contents, Source

#: By media type: the ending by which LibreOffice knows it, and what it becomes.
FORMATS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "application/msword": ("doc", "odt"),
        "application/vnd.ms-powerpoint": ("ppt", "odp"),
        "application/vnd.wordperfect": ("wpd", "odt"),
        "application/vnd.stardivision.writer": ("sdw", "odt"),
        "application/vnd.stardivision.calc": ("sdc", "ods"),
        "application/vnd.stardivision.draw": ("sda", "odg"),
        "application/vnd.sun.xml.writer": ("sxw", "odt"),
        "application/vnd.sun.xml.calc": ("sxc", "ods"),
        "application/vnd.sun.xml.impress": ("sxi", "odp"),
        "application/vnd.sun.xml.draw": ("sxd", "odg"),
        "application/vnd.ms-publisher": ("pub", "odg"),
        "application/vnd.visio": ("vsd", "odg"),
        "application/vnd.ms-visio.drawing": ("vsdx", "odg"),
        "application/vnd.ms-excel.sheet.4": ("xls", "ods"),
        "application/vnd.lotus-1-2-3": ("wk4", "ods"),
        "application/x-quattro-pro": ("wb2", "ods"),
        "application/vnd.ms-works": ("wps", "odt"),
        "application/x-msworks-spreadsheet": ("wks", "ods"),
        "application/x-mswrite": ("wri", "odt"),
    }
)


def read(file: Source) -> Contents:
    """Says what is missing: what LibreOffice makes of such a file is read in its place."""
    raise ReadingFailed("unknown-format", "Reading this old format needs LibreOffice installed.")
