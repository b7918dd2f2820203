"""Real files of each format, made as small as they can be."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

import pypdf

from archive.reading import Reading
from indexer.parsers.compound import packed
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def reading(data: bytes, name: str = "file", limits: Limits | None = None, **how: int) -> Reading:
    """Read as the caged process does."""
    return read(data, name, limits or Limits(), depth=how.get("depth", 0))


def texts(found: Reading) -> list[str]:
    return [page.text for page in found.pages]


def pdf(*pages: Sequence[str], rotate: int = 0) -> bytes:
    """A page for each sequence of lines, 12 point Helvetica on A4, the first line at the top."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
                   "/Encoding /WinAnsiEncoding >>")  # fmt: skip
    kids = []
    for lines in pages:
        shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
        content = f"BT /F1 12 Tf 14 TL 72 770 Td\n{shown}ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rotate} "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\n"
    out.write(f"{end}startxref\n{out.tell()}\n%%EOF".encode())
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def pdf_with(
    data: bytes, *, files: Mapping[str, bytes] | None = None, password: str | None = None,
    title: str | None = None, outline: str | None = None,
) -> bytes:  # fmt: skip
    """The same PDF with attachments, a title, an outline entry to page 1, or encrypted."""
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(data)))
    for name, content in (files or {}).items():
        writer.add_attachment(name, content)
    if title:
        writer.add_metadata({"/Title": title})
    if outline:
        writer.add_outline_item(title=outline, page_number=0)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def package(parts: Mapping[str, str | bytes], *, stored: Sequence[str] = ()) -> bytes:
    """A ZIP of these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            file.writestr(name, content, kind)
    return out.getvalue()


def saying(data: bytes, member: str, size: int) -> bytes:
    """A ZIP whose directory says that this member inflates to `size` bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        start = file.start_dir
    flawed = bytearray(data)
    entry = data.index(member.encode(), start) - 46  # APPNOTE.TXT 4.3.12
    flawed[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    return bytes(flawed)


def office(types: Mapping[str, str], parts: Mapping[str, str]) -> bytes:
    """An Office package; `types` are content types by part, without what all have in common."""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{_OFFICE}{kind}+xml"/>'
        for part, kind in types.items()
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    listing = f'<Types xmlns="{namespace}">{overrides}</Types>'
    return package({"[Content_Types].xml": listing, **parts})


def docx(body: str, **parts: str) -> bytes:
    """A Word file with this body; further parts by their kind (header, footnotes, comments …)."""
    types = {"word/document.xml": "wordprocessingml.document.main"}
    files = {"word/document.xml": word("document", f"<w:body>{body}</w:body>")}
    for kind, content in parts.items():
        name = f"word/{kind}1.xml"
        types[name] = f"wordprocessingml.{kind}"
        files[name] = word(kind, content)
    return office(types, files)


def word(root: str, content: str) -> str:
    choice = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return f'<w:{root} xmlns:w="{W}" xmlns:mc="{choice}">{content}</w:{root}>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def relations(**targets: tuple[str, str]) -> str:
    """A .rels part: id to (kind, target)."""
    entries = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{entries}</Relationships>'


def odf(kind: str, body: str, styles: str = "") -> bytes:
    """An OpenDocument file; `body` is inside office:text, office:spreadsheet …"""
    names = ("office", "text", "table", "style", "presentation")
    spaces = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    spaces += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    files = {
        "mimetype": mimetype,
        "content.xml": f"<office:document-content{spaces}>{content}</office:document-content>",
        "styles.xml": f"<office:document-styles{spaces}>{styles}</office:document-styles>",
    }
    return package(files, stored=["mimetype"])


def mail(body: str, *, subject: str = "Order PO-2024-113", html: str | None = None) -> EmailMessage:
    """A mail from Anna to Björn; attach to it as you like."""
    message = EmailMessage()
    message["From"] = "Anna Åberg <anna@acme.example>"
    message["To"] = "Björn <bjorn@buyer.example>"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    message["Subject"] = subject
    message["Message-ID"] = "<1@acme.example>"
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def xls(
    *records: tuple[int, bytes], cell: str = "cell", summary: bytes = b"",
    styles: Sequence[tuple[int, bytes]] = (),
) -> bytes:  # fmt: skip
    """An Excel 97 file of one sheet with one cell and these further records (MS-XLS)."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    end = record(0x0A, b"")
    name = b"\x05\x00Sheet"
    before = begin(5) + b"".join(record(*entry) for entry in styles)
    place = len(before) + 4 + 6 + len(name) + len(end)
    book = before + record(0x85, struct.pack("<IH", place, 0) + name) + end
    text = struct.pack("<HHHHB", 0, 0, 0, len(cell), 0) + cell.encode("latin-1")
    further = b"".join(record(*entry) for entry in records)
    book += begin(0x10) + record(0x204, text) + further + end
    streams = {"Workbook": book.ljust(4096, b"\0")}
    return packed(streams | ({"\x05SummaryInformation": summary} if summary else {}))


def summary(*, title: str, author: str) -> bytes:
    """Summary information in cp1252 (MS-OLEPS)."""
    values = [(1, struct.pack("<Ihxx", 2, 1252))]
    for number, text in ((2, title), (4, author)):
        encoded = text.encode("cp1252") + b"\0"
        encoded += bytes(-len(encoded) % 4)
        values.append((number, struct.pack("<II", 30, len(encoded)) + encoded))
    places, at = b"", 8 + 8 * len(values)
    for number, value in values:
        places += struct.pack("<II", number, at)
        at += len(value)
    section = struct.pack("<II", at, len(values)) + places + b"".join(v for _, v in values)
    kind = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    head = struct.pack("<HHI16xI", 0xFFFE, 0, 0x20006, 1) + kind + struct.pack("<I", 48)
    return head + section
