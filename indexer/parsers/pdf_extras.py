"""What a PDF says beside its pages' text: form fields, annotations, outline, files, properties.

Each is appended to the page that it belongs to, unless the page's text holds it already; these
lines have no boxes, so they stand after all that has.
"""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from archive.reading import Child
from indexer.parsers import pdf_forms
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits
from indexer.parsers.pdf_forms import wide

#: Names that Factur-X, ZUGFeRD 1 and 2, XRechnung and Order-X prescribe for the XML inside.
EDOCUMENT_NAMES = frozenset(
    {
        "factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cii.xml",
        "deliver-x.xml", "ubl.xml", "fatturapa.xml", "ehf.xml",
    }
)  # fmt: skip
#: The same by what stands at the head of the XML, for files that were renamed.
_EDOCUMENT_ROOT = re.compile(
    rb"urn:(?:un:unece:uncefact:data:(?:standard:)?(?:CrossIndustry|SCRDMCCBDACIO)"
    rb"|ferd:CrossIndustryDocument|oasis:names:specification:ubl:schema:xsd:[A-Z])"
)
_OUTLINE_ENTRIES = 5_000  # outlines can be cyclic
_ANNOTATIONS = 2_000  # a page
_PROPERTIES = ("Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")


class Extras:
    """The texts beside the text of one open document."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._form: pypdfium2.PdfFormEnv | None = None
        if pdfium.FPDF_GetFormType(document) != pdfium.FORMTYPE_NONE:
            document.init_forms()
            self._form = document.formenv
        self._outline = _outline(document)
        for text in pdf_forms.xfa_texts(document):
            self._outline.setdefault(0, []).append(text)
        self._files: list[tuple[str, bytes]] = []
        self.left_out = 0  # files that are too large

    def add_to(self, page: pdfium.FPDF_PAGE, index: int, text: str) -> str:
        """`text` of the loaded page, and below it what it does not say itself."""
        more = list(self._outline.get(index, ()))
        if pdfium.FPDFPage_GetAnnotCount(page) > 0:
            more.extend(self._annotations(page))
        missing: list[str] = []
        for entry in map(clean_text, more):
            if (entry := entry.strip()) and entry not in text and entry not in missing:
                missing.append(entry)
        return "\n".join([text.rstrip("\n"), *missing]) if missing else text

    def files(self, position: int) -> tuple[Child, ...]:
        """Files that annotations carry; their positions follow `position`."""
        return tuple(
            Child(position + i, name, data) for i, (name, data) in enumerate(self._files, start=1)
        )

    def _annotations(self, page: pdfium.FPDF_PAGE) -> Iterator[str]:
        for i in range(min(pdfium.FPDFPage_GetAnnotCount(page), _ANNOTATIONS)):
            annotation = pdfium.FPDFPage_GetAnnot(page, i)
            if not annotation:
                continue
            try:
                yield from self._annotation(annotation)
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)

    def _annotation(self, annotation: pdfium.FPDF_ANNOTATION) -> Iterator[str]:
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        if subtype == pdfium.FPDF_ANNOT_WIDGET and self._form is not None:
            kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, annotation)
            yield from pdf_forms.field_texts(self._form, annotation, kind)
        elif subtype == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            attachment = pdfium.FPDFAnnot_GetFileAttachment(annotation)
            if attachment and (data := _file(attachment)) is not None:
                self._files.append((_name(attachment, len(self._files) + 1), data))
            elif attachment:
                self.left_out += _has_file(attachment)
        elif subtype not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
            yield wide(
                lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(
                    annotation, b"Contents", buffer, size
                )
            )


def attachments(
    document: pypdfium2.PdfDocument, limits: Limits
) -> tuple[bytes | None, tuple[Child, ...], int]:
    """The XML of the e-document inside, all other attached files, how many exceed the limits."""
    edocument: bytes | None = None
    children: list[Child] = []
    room = limits.max_inflated
    count = pdfium.FPDFDoc_GetAttachmentCount(document)
    left_out = max(count - limits.max_members, 0)
    for i in range(min(count, limits.max_members)):
        attachment = pdfium.FPDFDoc_GetAttachment(document, i)
        if not attachment or (data := _file(attachment, room)) is None:
            left_out += bool(attachment) and _has_file(attachment)
            continue
        room -= len(data)
        name = _name(attachment, i + 1)
        if edocument is None and is_edocument(name, data):
            edocument = data
        else:
            children.append(Child(len(children) + 1, name, data))
    return edocument, tuple(children), left_out


def properties(document: pypdfium2.PdfDocument) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Title, and author, producer, times as the file's information dictionary gives them."""

    def value(key: str) -> str:
        name = key.encode()
        raw = wide(lambda buffer, size: pdfium.FPDF_GetMetaText(document, name, buffer, size))
        return clean_text(raw).strip()

    found = tuple((key.lower(), text) for key in _PROPERTIES if (text := value(key)))
    return value("Title") or None, found


def _outline(document: pypdfium2.PdfDocument) -> dict[int, list[str]]:
    """Outline titles by the 0-based page that they lead to; on the first page if nowhere."""
    titles: dict[int, list[str]] = defaultdict(list)
    todo = [pdfium.FPDFBookmark_GetFirstChild(document, None)]
    count = 0
    while todo and count < _OUTLINE_ENTRIES:
        entry = todo.pop()
        if not entry:
            continue
        count += 1
        todo.append(pdfium.FPDFBookmark_GetNextSibling(document, entry))
        todo.append(pdfium.FPDFBookmark_GetFirstChild(document, entry))
        target = pdfium.FPDFBookmark_GetDest(document, entry)
        index = pdfium.FPDFDest_GetDestPageIndex(document, target) if target else 0
        titles[max(index, 0)].append(_outline_title(entry))
    return titles


def _outline_title(entry: pdfium.FPDF_BOOKMARK) -> str:
    return wide(lambda buffer, size: pdfium.FPDFBookmark_GetTitle(entry, buffer, size))


def is_edocument(name: str, data: bytes) -> bool:
    """Is an attached file the XML that says what the PDF says?"""
    return name.lower() in EDOCUMENT_NAMES or bool(_EDOCUMENT_ROOT.search(data[:4096]))


def _name(attachment: pdfium.FPDF_ATTACHMENT, position: int) -> str:
    name = wide(lambda buffer, size: pdfium.FPDFAttachment_GetName(attachment, buffer, size))
    return clean_text(name).strip() or f"attachment-{position}"


def _file(attachment: pdfium.FPDF_ATTACHMENT, room: int = 1 << 28) -> bytes | None:
    """The attached bytes; None where the entry has none, or more than `room`."""
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, size) or size.value > room:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    if not pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, size):
        return None
    return buffer.raw


def _has_file(attachment: pdfium.FPDF_ATTACHMENT) -> bool:
    """Whether there are bytes that were not taken."""
    size = ctypes.c_ulong()
    return bool(pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)) and size.value > 0
