"""What the bytes are. The name only breaks ties among formats of text."""

from __future__ import annotations

import re
from collections.abc import Collection
from posixpath import splitext

from indexer.parsers.pkcs7 import is_pkcs7
from indexer.parsers.plain import wide_encoding

#: (offset, magic, format), looked at in this order.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"{\\rtf", "rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jpeg2000"),
    (0, b"\xff\x4f\xff\x51", "jpeg2000"),
    (4, b"ftyp", "avif"),
    *((4, b"ftyp" + brand, "heic") for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc")),
    *((4, b"ftyp" + brand, "heic") for brand in (b"mif1", b"msf1")),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"BM", "bmp"),
    (0, b"RIFF", "webp"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (257, b"ustar", "tar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\xffWPC", "wordperfect"),
    (0, b"AC10", "dwg"),
    (0, b"\xdb\xa5\x2d\x00", "doc"),  # Word 2
    *((0, b"\x09" + biff, "xls-old") for biff in (b"\0\4\0", b"\2\6\0", b"\4\6\0")),
    (0, b"\x00\x00\x1a\x00", "lotus"),
    *((0, b"\x00\x00\x02\x00" + dos, "quattro") for dos in (b"\x20\x51", b"\x21\x51")),
    *((0, b"\x00\x00\x02\x00" + win, "quattro") for win in (b"\x01\x10", b"\x02\x10", b"\x07\x10")),
    *((0, b"\x00\x00\x02\x00" + one, "lotus") for one in (b"\4\4", b"\5\4", b"\6\4")),
    (0, b"\x01\xfe", "works"),
    (0, b"\xff\x00\x02\x00\x04\x04", "works-sheet"),
    (0, b"\x20\x54\x02\x00\x00\x00\x05\x54\x02\x00", "works-sheet"),  # its database
    (0, b"\x31\xbe\x00\x00\x00\xab", "write"),
    (0, b"\x32\xbe\x00\x00\x00\xab", "write"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"SQLite format 3\x00", "sqlite"),
    (0, b"!BDN", "outlook-data"),
    (4, b"Standard Jet DB\x00", "access"),
    (4, b"Standard ACE DB\x00", "access"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "onenote"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
)  # fmt: skip

#: Words in [Content_Types].xml, or in the member `mimetype`, of a ZIP package.
_PACKAGES: tuple[tuple[bytes, str], ...] = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"ms-word.document.macroEnabled.main+xml", "docx"),
    (b"ms-word.template.macroEnabledTemplate.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"ms-excel.sheet.macroEnabled.main+xml", "xlsx"),
    (b"ms-excel.template.macroEnabled.main+xml", "xlsx"),
    (b"ms-excel.addin.macroEnabled.main+xml", "xlsx"),
    (b"ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"presentationml.slideshow.main+xml", "pptx"),
    (b"presentationml.template.main+xml", "pptx"),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", "pptx"),
    (b"ms-powerpoint.slideshow.macroEnabled.main+xml", "pptx"),
    (b"ms-powerpoint.template.macroEnabled.main+xml", "pptx"),
    (b"ms-visio.", "vsdx"),
    (b"xps-fixeddocumentsequence+xml", "xps"),
)
_MIMETYPES: tuple[tuple[bytes, str], ...] = (
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
    (b"application/vnd.oasis.opendocument.presentation", "odp"),
    (b"application/vnd.oasis.opendocument.graphics", "odg"),
    (b"application/epub+zip", "epub"),
    (b"application/vnd.sun.xml.writer", "sxw"),
    (b"application/vnd.sun.xml.calc", "sxc"),
    (b"application/vnd.sun.xml.impress", "sxi"),
    (b"application/vnd.sun.xml.draw", "sxd"),
)
#: Where printer drivers write the parts of a package in pieces (ECMA-376-2, 7.2.4).
PIECES_OF_TYPES = "[Content_Types].xml/["
#: Of Apple's packages: what is in all, and the parts of which one holds the document.
_IWORK_MARK = b"uildVersionHistory.plist"
_IWORK_PARTS = frozenset(("Index.zip", "index.xml", "index.xml.gz", "index.apxl", "index.apxl.gz"))
#: Streams at the root of an OLE compound file, the telling one first.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted-office"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("VisioDocument", "visio"),
    ("Quill", "publisher"),
    ("NativeContent_MAIN", "quattro"),
    ("WksSSWorkBook", "works-sheet"),
    ("MatOST", "works"),  # Works 3 and 4 …
    ("SPELLING", "works"),  # … and later ones
    ("StarWriterDocument", "star-writer"),
    ("StarCalcDocument", "star-calc"),
    ("StarDrawDocument3", "star-draw"),
)

#: Marks of letters that begin a text as well; the format itself has NUL bytes at its head.
_SHORT = frozenset(("bmp", "program", "dwg", "tar", "outlook-data"))

_BY_ENDING = {
    ".md": "markdown", ".markdown": "markdown", ".csv": "csv", ".tsv": "csv", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".eml": "eml", ".mht": "eml", ".mhtml": "eml",
    ".mbox": "mbox", ".json": "json", ".jsonl": "json", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?>\s*<!--.*?-->)*+\s*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<(?:\?[A-Za-z]|!DOCTYPE\s|!--|[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s/>])")
_HEADER_LINE = rb"[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*+"
_HEADERS = re.compile(rb"\s*(?:From [^\n]*\n)?((?:" + _HEADER_LINE + rb"){2,})")
#: Headers that only a mail that travelled, or a mail program, writes.
_TRANSPORT = re.compile(
    rb"^(?:received|message-id|mime-version|return-path|delivered-to|x-mailer|x-[a-z-]*):",
    re.IGNORECASE | re.MULTILINE,
)
_MBOX = re.compile(rb"From [^\n]*\d\d:\d\d[^\n]*\n(?:>?" + _HEADER_LINE + rb")+")
_HEAD = 8192  # bytes


def sniff(data: bytes, name: str) -> str:
    """The name of the format, a key of registry.READERS, or `unknown`, or `package`."""
    for offset, magic, kind in MAGIC:
        if data.startswith(magic, offset) and _is_meant(kind, data):
            if kind == "zip":
                return _zip(data)
            return _ole(data) if kind == "ole" else kind
    if is_pkcs7(data):
        return "p7m"
    # Acrobat itself takes a PDF whose mark stands a little later (PDF 1.7, appendix H).
    if data.find(b"%PDF-", 0, 1024) >= 0 and not _is_mail(data[:1024]):
        return "pdf"
    return _text(data, name)


def _is_meant(kind: str, data: bytes) -> bool:
    """Whether a magic is more than letters that happen to stand there."""
    if kind == "webp":  # other sounds and films begin like it
        return data[8:12] == b"WEBP"
    if kind == "avif":  # films and HEIC begin like it; its brand may be one of several
        brands = data[8 : min(int.from_bytes(data[:4]), _HEAD)]
        return any(brands[at : at + 4] in (b"avif", b"avis") for at in range(0, len(brands), 4))
    if kind == "works":  # two bytes are no mark: its text, from 0x100, ends where the head says
        return 0x100 <= int.from_bytes(data[0x26:0x2A], "little") <= len(data)
    return kind not in _SHORT or b"\0" in data[:512]


def _zip(data: bytes) -> str:
    """A package by its declared content; any other ZIP is a container, or `package`.

    That one has to be looked into: what a member holds that is not packed shows its names as well.
    """
    head = data[:200]
    if head[30:38] == b"mimetype":
        for mimetype, kind in _MIMETYPES:
            if head.startswith(mimetype, 38):
                return kind
    if b"[Content_Types].xml" in data:
        return "package"
    if b"Index/Document.iwa" in data or _IWORK_MARK in data:
        return "package"
    if b"META-INF/manifest.xml" in data and b"content.xml" in data:
        return "package"
    return "zip"


def is_iwork(names: Collection[str]) -> bool:
    """Whether a package is a document of Pages, Numbers or Keynote."""
    if "Index/Document.iwa" in names:
        return True
    mark = _IWORK_MARK.decode()
    is_marked = any(name in (f"b{mark}", f"Metadata/B{mark}") for name in names)
    return is_marked and not _IWORK_PARTS.isdisjoint(names)


def package_format(content_types: bytes) -> str:
    """An Office package by its [Content_Types].xml; `zip` where it is none that is read."""
    return next((kind for word, kind in _PACKAGES if word in content_types), "zip")


def odf_format(mimetype: bytes) -> str:
    """An OpenDocument package by its declared type."""
    return next((kind for word, kind in _MIMETYPES if mimetype.startswith(word)), "odt")


def _ole(data: bytes) -> str:
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(data) as ole:
            names = {entry[0].lower() for entry in ole.listdir()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return _ole_by_bytes(data)
    return next((kind for stream, kind in _STREAMS if stream.lower() in names), "ole")


def _ole_by_bytes(data: bytes) -> str:
    """Of a compound file whose directory is broken: whatever names stand in it."""
    return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in data), "ole")


def _text(data: bytes, name: str) -> str:
    head = data[:_HEAD]
    is_marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    if b"\0" in head:
        if not is_marked and wide_encoding(data) is None:
            return "eml" if _is_mail(head) else "unknown"
        encoding = "utf-16" if is_marked else wide_encoding(data) or "utf-16"
        head = head.decode(encoding, "ignore").encode("utf-8", "ignore")
    head = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ending = _BY_ENDING.get(splitext(name)[1].lower(), "text")
    if _is_binary(head):
        return "unknown"
    if _HTML.match(head):
        return "html"
    if _XML.match(head) and ending in ("text", "eml") and _looks_like_xml(head):
        return "xml"
    if _MBOX.match(head):
        return "mbox"
    if _is_mail(head) or (ending == "eml" and _HEADERS.match(head)):
        return "eml"
    return "text" if ending in ("eml", "mbox") else ending


def _is_mail(head: bytes) -> bool:
    headers = _HEADERS.match(head)
    return headers is not None and bool(_TRANSPORT.search(headers.group(1)))


def _looks_like_xml(head: bytes) -> bool:
    return head.lstrip().startswith((b"<?", b"<!DOCTYPE")) or b"xmlns" in head or b"</" in head


def _is_binary(head: bytes) -> bool:
    """More control characters than any text has."""
    return (len(head) - len(head.translate(None, _CONTROLS))) * 10 > len(head)


_CONTROLS = bytes((*range(1, 9), 11, *range(14, 27), *range(28, 32)))
