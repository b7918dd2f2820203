"""Packages of ZIP that are one paper: XPS is read, an iWork file says what would help."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.small_files import package, reading, texts

_KIND = "application/vnd.ms-package.xps-fixed"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="fdseq" ContentType="{_KIND}documentsequence+xml"/>'
    f'<Default Extension="fdoc" ContentType="{_KIND}document+xml"/>'
    f'<Default Extension="fpage" ContentType="{_KIND}page+xml"/></Types>'
)
_SPACE = 'xmlns="http://schemas.microsoft.com/xps/2005/06"'


def parts(*pages: str) -> dict[str, str]:
    named = "".join(f'<PageContent Source="Pages/{i}.fpage"/>' for i in range(1, len(pages) + 1))
    return {
        "[Content_Types].xml": _TYPES,
        "FixedDocSeq.fdseq": f"<FixedDocumentSequence {_SPACE}>"
        '<DocumentReference Source="/Documents/1/FixedDoc.fdoc"/></FixedDocumentSequence>',
        "Documents/1/FixedDoc.fdoc": f"<FixedDocument {_SPACE}>{named}</FixedDocument>",
        **{
            f"Documents/1/Pages/{i}.fpage": f"<FixedPage {_SPACE}>{page}</FixedPage>"
            for i, page in enumerate(pages, 1)
        },
        "Resources/font.odttf": "no text",
    }


def glyphs(x: float, y: float, text: str, more: str = "") -> str:
    return (
        f'<Glyphs OriginX="{x}" OriginY="{y}" FontRenderingEmSize="10" UnicodeString="{text}"'
        f' FontUri="/Resources/font.odttf" {more}/>'
    )


FIRST = (
    glyphs(50, 50, "Order ") + glyphs(80, 50, "PO-2024-113") + glyphs(300, 50, "{}{A} Åsa")
    + glyphs(50, 70, "To", 'Indices="1,60;2,50"') + glyphs(61, 70, "tal", 'Indices=",30;,50;,20"')
    + glyphs(75, 70.4, "9 kr")
)  # fmt: skip
SECOND = (
    f'<Canvas RenderTransform="2,0,0,2,10,10">{glyphs(5, 5, "Page")}'
    f'<Canvas RenderTransform="1,0,0,1,27,0">{glyphs(0, 5, "two")}</Canvas></Canvas>'
)
READ = ["Order PO-2024-113\t{A} Åsa\nTotal 9 kr", "Page two"]


def in_pieces(whole: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, text in whole.items():
        found[f"{name}/[0].piece"] = text[:30]
        found[f"{name}/[1].last.piece"] = text[30:]
    return found


@pytest.mark.parametrize("name", ["order.xps", "order.oxps", "order"])
def test_an_xps_file_is_one_document_with_the_text_of_its_pages(name: str) -> None:
    found = reading(package(parts(FIRST, SECOND)), name)
    assert (texts(found), found.children, found.reader) == (READ, (), "xps")


def test_an_xps_file_in_pieces_is_put_together() -> None:
    assert texts(reading(package(in_pieces(parts(FIRST, SECOND))), "x.xps")) == READ


def test_a_damaged_page_hides_no_other() -> None:
    found = reading(package(parts(FIRST, "<Glyphs", SECOND)), "x.xps")
    assert texts(found) == [READ[0], "", READ[1]]
    assert found.reason_code == "truncated"


@pytest.mark.parametrize(
    "members",
    [
        {"Index/Document.iwa": "x", "Metadata/Properties.plist": "x", "preview.jpg": "x"},
        {"Index.zip": "x", "Metadata/BuildVersionHistory.plist": "x"},
        {"index.xml": "<x/>", "buildVersionHistory.plist": "x", "QuickLook/Thumbnail.jpg": "x"},
        {"index.apxl": "<x/>", "buildVersionHistory.plist": "x"},
    ],
)
def test_an_iwork_file_is_no_container_and_says_what_would_help(members: dict[str, str]) -> None:
    found = reading(package(members), "plan.pages")
    assert (found.reason_code, found.children, found.pages) == ("unknown-format", (), ())
    assert found.reason is not None and "export it as PDF" in found.reason


def test_a_folder_that_holds_an_iwork_file_beside_others_stays_a_container() -> None:
    members = {"notes/Index/Document.iwa": "x", "notes/index.xml": "<x/>", "a.txt": "text"}
    assert len(reading(package(members), "x.zip").children) == 3
