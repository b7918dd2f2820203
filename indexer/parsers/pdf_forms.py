"""Forms in PDF: what was filled in, what was ticked, and forms that are XML (XFA)."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.safe_xml import local_name, parse_xml

_FILLED = (
    pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
)  # fmt: skip
_TICKED = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_MARKS = {True: "☒", False: "☐"}
#: Values that say no more than that the box is ticked.
_PLAIN_VALUES = frozenset(("", "yes", "on", "off", "true", "1", "ja"))
_NUMBERED = re.compile(r"\[\d+\]$")
#: What is shown of an XFA form's template: captions, labels, headings.
_SHOWN = frozenset(("text", "exData"))
_MAX_PACKET = 1 << 26  # bytes


def field_texts(
    form: pypdfium2.PdfFormEnv, annotation: pdfium.FPDF_ANNOTATION, kind: int
) -> Iterator[str]:
    """The value of a field; of a box or button its name with a mark whether it is ticked."""

    def said(get: Callable[..., int]) -> str:
        return wide(lambda buffer, size: get(form, annotation, buffer, size))

    if kind in _FILLED:
        yield said(pdfium.FPDFAnnot_GetFormFieldValue)
    elif kind in _TICKED:
        label = said(pdfium.FPDFAnnot_GetFormFieldAlternateName).strip()
        if not label:
            label = said(pdfium.FPDFAnnot_GetFormFieldName).strip().rpartition(".")[2]
            label = _NUMBERED.sub("", label)
        state = wide(
            lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"AS", buffer, size)
        )
        is_ticked = state not in ("", "Off") or pdfium.FPDFAnnot_IsChecked(form, annotation)
        value = said(pdfium.FPDFAnnot_GetFormFieldExportValue).strip() or state
        value = "" if value.casefold() in _PLAIN_VALUES or value == label else value
        yield f"{_MARKS[bool(is_ticked)]} {': '.join(filter(None, [label, value]))}"


def xfa_texts(document: pypdfium2.PdfDocument) -> list[str]:
    """Captions and values of a form whose pages only say that a program must draw them."""
    if pdfium.FPDF_GetFormType(document) != pdfium.FORMTYPE_XFA_FULL:
        return []
    found: list[str] = []
    for i in range(max(pdfium.FPDF_GetXFAPacketCount(document), 0)):
        name = _bytes(lambda *to, at=i: pdfium.FPDF_GetXFAPacketName(document, at, *to))
        if name.rstrip(b"\0") not in (b"template", b"datasets"):
            continue
        content = _packet(document, i)
        try:
            root = parse_xml(content)
        except ReadingFailed:  # the pages are there all the same
            continue
        found += _data(root) if name.startswith(b"datasets") else _captions(root)
    return found


def _captions(root: etree._Element) -> list[str]:
    shown = (element for element in root.iter() if local_name(element) in _SHOWN)
    return [text for element in shown if (text := _flat("".join(map(str, element.itertext()))))]


def _data(root: etree._Element) -> list[str]:
    return [text for piece in root.itertext() if (text := _flat(str(piece)))]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _packet(document: pypdfium2.PdfDocument, index: int) -> bytes:
    size = ctypes.c_ulong()
    if not pdfium.FPDF_GetXFAPacketContent(document, index, None, 0, size):
        return b""
    if size.value > _MAX_PACKET:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    pdfium.FPDF_GetXFAPacketContent(document, index, buffer, size.value, size)
    return buffer.raw


def _bytes(get: Callable[[object, int], int]) -> bytes:
    length = get(None, 0)
    if length <= 0:
        return b""
    buffer = ctypes.create_string_buffer(length)
    get(buffer, length)
    return buffer.raw


def wide(get: Callable[[object, int], int]) -> str:
    """What one of PDFium's "length first, then UTF-16 with NUL" functions gives."""
    length = get(None, 0)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    get(buffer, length)
    return str(memoryview(buffer).cast("B")[: length - 2], "utf-16-le", "ignore")
