"""All readers in one table, and the one function that reads: bytes in, a Reading out, always."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from archive.errors import ReadingFailed
from archive.reading import PageText, Reading
from archive.vocabulary import REASONS
from indexer.parsers.limits import MIB, Limits
from indexer.parsers.sniff import PIECES_OF_TYPES, is_iwork, odf_format, package_format, sniff
from indexer.parsers.source import Contents, Source
from indexer.parsers.volumes import instead_of
from indexer.parsers.zips import Package


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: `version` grows with every change of what it finds, so that `reread` knows."""

    name: str
    version: int
    media_type: str
    module: str  # below indexer.parsers, with a function read(Source) -> Contents

    def contents(self, file: Source) -> Contents:
        """Read; the module is imported when its first file comes."""
        module = importlib.import_module(f"indexer.parsers.{self.module}")
        contents: Contents = module.read(file)
        return contents


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

READERS: Final[dict[str, Reader]] = {
    "pdf": Reader("pdf", 8, "application/pdf", "pdf"),
    "docx": Reader("docx", 7, _OFFICE + "wordprocessingml.document", "docx"),
    "xlsx": Reader("xlsx", 9, _OFFICE + "spreadsheetml.sheet", "sheets"),
    "xlsb": Reader("xlsx", 9, "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "sheets"),
    "xls": Reader("xls", 5, "application/vnd.ms-excel", "sheets"),
    "pptx": Reader("pptx", 6, _OFFICE + "presentationml.presentation", "pptx"),
    "odt": Reader("odt", 7, _ODF + "text", "odf"),
    "ods": Reader("ods", 7, _ODF + "spreadsheet", "odf"),
    "odp": Reader("odp", 6, _ODF + "presentation", "odf"),
    "odg": Reader("odg", 5, _ODF + "graphics", "odf"),
    "xps": Reader("xps", 1, "application/vnd.ms-xpsdocument", "xps"),
    "epub": Reader("epub", 1, "application/epub+zip", "epub"),
    "doc": Reader("doc", 2, "application/msword", "programs"),
    "ppt": Reader("ppt", 2, "application/vnd.ms-powerpoint", "programs"),
    "wordperfect": Reader("wordperfect", 1, "application/vnd.wordperfect", "programs"),
    "star-writer": Reader("office", 4, "application/vnd.stardivision.writer", "office"),
    "star-calc": Reader("office", 4, "application/vnd.stardivision.calc", "office"),
    "star-draw": Reader("office", 4, "application/vnd.stardivision.draw", "office"),
    "sxw": Reader("office", 4, "application/vnd.sun.xml.writer", "office"),
    "sxc": Reader("office", 4, "application/vnd.sun.xml.calc", "office"),
    "sxi": Reader("office", 4, "application/vnd.sun.xml.impress", "office"),
    "sxd": Reader("office", 4, "application/vnd.sun.xml.draw", "office"),
    "publisher": Reader("office", 4, "application/vnd.ms-publisher", "office"),
    "visio": Reader("office", 4, "application/vnd.visio", "office"),
    "vsdx": Reader("office", 4, "application/vnd.ms-visio.drawing", "office"),
    "xls-old": Reader("office", 4, "application/vnd.ms-excel.sheet.4", "office"),
    "lotus": Reader("office", 4, "application/vnd.lotus-1-2-3", "office"),
    "quattro": Reader("office", 4, "application/x-quattro-pro", "office"),
    "works": Reader("office", 4, "application/vnd.ms-works", "office"),
    "works-sheet": Reader("office", 4, "application/x-msworks-spreadsheet", "office"),
    "write": Reader("office", 4, "application/x-mswrite", "office"),
    "eml": Reader("eml", 5, "message/rfc822", "mail"),
    "msg": Reader("msg", 4, "application/vnd.ms-outlook", "msg"),
    "tnef": Reader("tnef", 1, "application/vnd.ms-tnef", "tnef"),
    "p7m": Reader("p7m", 2, "application/pkcs7-mime", "signed"),
    "mbox": Reader("mbox", 2, "application/mbox", "mbox"),
    "rtf": Reader("rtf", 4, "application/rtf", "rtf"),
    "html": Reader("html", 3, "text/html", "html"),
    "xml": Reader("xml", 7, "application/xml", "xml"),
    "text": Reader("text", 5, "text/plain", "plain"),
    "markdown": Reader("text", 5, "text/markdown", "plain"),
    "csv": Reader("text", 5, "text/csv", "plain"),
    "json": Reader("text", 5, "application/json", "plain"),
    "yaml": Reader("text", 5, "application/yaml", "plain"),
    "zip": Reader("zip", 7, "application/zip", "containers"),
    "tar": Reader("tar", 4, "application/x-tar", "containers"),
    "7z": Reader("7z", 5, "application/x-7z-compressed", "containers"),
    "rar": Reader("rar", 8, "application/vnd.rar", "containers"),
    "gzip": Reader("gzip", 1, "application/gzip", "containers"),
    "bzip2": Reader("bzip2", 1, "application/x-bzip2", "containers"),
    "xz": Reader("xz", 1, "application/x-xz", "containers"),
    "png": Reader("image", 5, "image/png", "images"),
    "jpeg": Reader("image", 5, "image/jpeg", "images"),
    "tiff": Reader("image", 5, "image/tiff", "images"),
    "gif": Reader("image", 5, "image/gif", "images"),
    "bmp": Reader("image", 5, "image/bmp", "images"),
    "webp": Reader("image", 5, "image/webp", "images"),
    "jpeg2000": Reader("image", 5, "image/jp2", "images"),
    "avif": Reader("image", 5, "image/avif", "images"),
}

#: In the place of a reader's version where there is none: grows when a format gets a reader.
NONE_VERSION: Final = 4

#: In the place of a reader's name where a file broke it, so that nobody can say which it was.
BROKEN: Final = "broken"

#: Formats that are told apart only to say which they are.
_UNREAD: Final = {
    "heic": ("image/heic", "a picture as iPhones take them (HEIC); save it as JPEG or PDF"),
    "dwg": ("image/vnd.dwg", "an AutoCAD drawing; file a PDF of it as well"),
    "outlook-data": (
        "application/vnd.ms-outlook-pst",
        "an Outlook data file; export its mail as MSG or EML",
    ),
    "access": ("application/x-msaccess", "an Access database; export its tables as XLSX"),
    "onenote": ("application/onenote", "a OneNote section; export it as PDF"),
    "iwork": (
        "application/vnd.apple.iwork",
        "a document of Apple Pages, Numbers or Keynote; export it as PDF or as an Office file",
    ),
    "sqlite": ("application/vnd.sqlite3", "a database"),
    "program": ("application/octet-stream", "a program"),
    "ole": ("application/x-ole-storage", "an old Office or project file; save it as PDF"),
}
_ENCRYPTED_OFFICE = "application/x-ole-storage"
_OF_EXCEL: Final = frozenset((_ENCRYPTED_OFFICE, READERS["xls"].media_type))

#: What readers stumble over in broken files. Anything else ends the caged process, and says so.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


def read(
    data: bytes, name: str, limits: Limits, *, recognised: Sequence[PageText] = (), depth: int = 0
) -> Reading:
    """Read one file by what its bytes are; whatever it holds, a Reading comes of it.

    Never raises for the file's sake: what can't be read bears `reason_code` and `reason`. A scan
    has the text of those pages that are `recognised` (see indexer.parsers.recognise). `depth` says
    in how many containers the file lies.
    """
    reading = _read(data, name, limits, recognised, depth)
    if reading.reason_code != "encrypted" or reading.media_type not in _OF_EXCEL:
        return reading
    from indexer.parsers.unlock import without_own_password  # with libraries that few files need

    plain = without_own_password(data, name, limits)
    return reading if plain is None else _read(plain, name, limits, recognised, depth)


def _read(
    data: bytes, name: str, limits: Limits, recognised: Sequence[PageText], depth: int
) -> Reading:
    kind = "unknown"
    if len(data) > limits.max_bytes:
        size = limits.max_bytes // MIB
        return _failed(kind, ReadingFailed("too-large", f"The file is larger than {size} MiB."))
    if not data:
        return _failed(kind, ReadingFailed("no-text", "The file is empty."))
    try:
        kind = kind_of(data, name, limits)
        if kind not in READERS:
            return _unread(kind, data, name)
        reader = READERS[kind]
        known = {page.number: page for page in recognised}
        contents = reader.contents(Source(data, name, limits, known, depth))
    except ReadingFailed as failure:
        return _failed(kind, instead_of(failure, data, name))
    except (MemoryError, RecursionError) as error:
        what = "memory" if isinstance(error, MemoryError) else "nesting"
        return _failed(kind, ReadingFailed("too-large", f"Reading it exceeds the limit of {what}."))
    except _BROKEN as error:
        detail = f"{type(error).__name__}: {error}"[:200]
        damage = ReadingFailed("damaged", f"The file is damaged ({detail}).")
        return _failed(kind, instead_of(damage, data, name))
    return _reading(reader, contents)


def newest_versions() -> dict[str, int]:
    """Each reader's version. A file that broke one may be read whenever any of them is newer."""
    newest = {reader.name: reader.version for reader in READERS.values()}
    newest["none"] = NONE_VERSION
    return {**newest, BROKEN: sum(newest.values())}


def broken(code: str, reason: str) -> Reading:
    """What stands of a file whose reader gave no answer, or none that can be kept."""
    version = newest_versions()[BROKEN]
    return Reading(BROKEN, version, "application/octet-stream", reason_code=code, reason=reason)


def kind_of(data: bytes, name: str, limits: Limits) -> str:
    """The format, looking into ZIP packages for which one they are."""
    kind = sniff(data, name)
    if kind != "package":
        return kind
    package = Package(data, limits, in_part=True)
    if "[Content_Types].xml" in package.infos:
        return package_format(package.read("[Content_Types].xml"))
    if pieces := [name for name in package.infos if name.startswith(PIECES_OF_TYPES)]:
        return package_format(b"".join(map(package.read, pieces)))
    if is_iwork(package.infos):
        return "iwork"
    if {"META-INF/manifest.xml", "content.xml"} <= package.infos.keys():
        return odf_format(package.read("mimetype")) if "mimetype" in package.infos else "odt"
    return "zip"


def _reading(reader: Reader, contents: Contents) -> Reading:
    return Reading(
        reader=reader.name,
        reader_version=reader.version,
        media_type=contents.media_type or reader.media_type,
        pages=contents.pages,
        children=contents.children,
        title=contents.title,
        properties=contents.properties,
        headers=contents.headers,
        data=contents.data,
        reason_code=contents.reason_code,
        reason=contents.reason,
        scans=contents.scans,
    )


def _unread(kind: str, data: bytes, name: str) -> Reading:
    if kind == "encrypted-office":
        return Reading("office", READERS["visio"].version, _ENCRYPTED_OFFICE,
                       reason_code="encrypted", reason=REASONS["encrypted"])  # fmt: skip
    media_type, what = _UNREAD.get(kind, ("application/octet-stream", ""))
    reason = f"No reader knows this format: the file is {what}."
    if not what:
        nothing = ReadingFailed("unknown-format", REASONS["unknown-format"])
        reason = instead_of(nothing, data, name).reason
    return Reading("none", NONE_VERSION, media_type, reason_code="unknown-format", reason=reason)


def _failed(kind: str, failure: ReadingFailed) -> Reading:
    reader = READERS.get(kind)
    return Reading(
        reader.name if reader else "none",
        reader.version if reader else NONE_VERSION,
        reader.media_type if reader else "application/octet-stream",
        reason_code=failure.code,
        reason=failure.reason,
    )
