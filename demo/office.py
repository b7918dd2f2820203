"""Papers as DOCX and XLSX, packed with fixed times so that the same paper gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_BREAK

from demo.paper import Paper
from demo.sheet import Sheet, sheet_of

NUMBER = re.compile(r"-?\d+(\.\d+)?")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def word(paper: Paper) -> bytes:
    """A Word file with letterhead in the page header, fields as a table, then the body."""
    sheet, document = sheet_of(paper), docx.Document()
    when = datetime.fromisoformat(paper.date).replace(hour=9)
    properties = document.core_properties
    properties.title, properties.author = sheet.title, paper.issuer.name
    properties.created = properties.modified = when
    document.sections[0].header.paragraphs[0].text = ", ".join(sheet.letterhead)
    document.sections[0].footer.paragraphs[0].text = "   ".join(sheet.foot[1:])
    document.add_heading(sheet.title, 1)
    if sheet.to:
        document.add_paragraph("\n".join(sheet.to))
    _table(document, [list(pair) for pair in sheet.fields])
    _word_blocks(document, sheet)
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as package:
        return packed({name: package.read(name) for name in package.namelist()})


def _word_blocks(document: docx.document.Document, sheet: Sheet) -> None:
    for kind, rows in sheet.blocks:
        if kind == "heading":
            document.add_heading(rows[0][0], 2)
        elif kind in ("table", "totals"):
            _table(document, rows)
        elif kind == "curve":
            _table(document, [["Q, m³/h", "H, m"], *rows])
        elif kind == "page":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif kind == "item":
            for row in rows:
                document.add_paragraph(row[0], style="List Bullet")
        else:
            document.add_paragraph(rows[0][0])


def _table(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph()


def workbook(paper: Paper) -> bytes:
    """A workbook: each `## heading` of the body starts a sheet of that name."""
    sheets: dict[str, list[list[str]]] = {}
    name = paper.title
    for kind, rows in sheet_of(paper).blocks:
        if kind == "heading":
            name = rows[0][0]
        else:
            sheets.setdefault(name, []).extend(rows)
    files = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name[:31])}" sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
        ),
    }
    for at, rows in enumerate(sheets.values(), 1):
        files[f"xl/worksheets/sheet{at}.xml"] = _cells(rows)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return packed({name: (head + text).encode() for name, text in files.items()})


def _cells(rows: list[list[str]]) -> str:
    lines = []
    for down, row in enumerate(rows, 1):
        cells = (
            f'<c r="{chr(65 + across)}{down}"><v>{text}</v></c>'
            if NUMBER.fullmatch(text)
            else f'<c r="{chr(65 + across)}{down}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for across, text in enumerate(row)
        )
        lines.append(f'<row r="{down}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _content_types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main")]
    parts += [(f"/xl/worksheets/sheet{at}.xml", "worksheet") for at in range(1, sheets + 1)]
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{SHEET_TYPE}.{kind}+xml"/>'
        for part, kind in parts
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def packed(files: dict[str, bytes]) -> bytes:
    """A zip whose members all carry the zip format's first day (1980-01-01)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()
