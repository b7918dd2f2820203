"""Charts in documents and slides: their titles, and the names of series and categories."""

from __future__ import annotations

import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from tests.small_files import office, paragraph, reading, texts, word

NAMES = "http://schemas.openxmlformats.org/drawingml/2006"
CACHE = '<c:strCache><c:pt idx="0"><c:v>{}</c:v></c:pt></c:strCache>'
CHART = (
    f'<c:chartSpace xmlns:c="{NAMES}/chart" xmlns:a="{NAMES}/main"><c:chart><c:title><c:tx>'
    "<c:rich><a:p><a:r><a:t>Deliveries</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    f"<c:ser><c:tx>{CACHE.format('Norrgjuteri AB')}</c:tx><c:cat>{CACHE.format('Week 22')}</c:cat>"
    "<c:val><c:numCache><c:pt idx='0'><c:v>400</c:v></c:pt></c:numCache></c:val></c:ser>"
    f"<c:ser><c:cat>{CACHE.format('Week 22')}</c:cat></c:ser></c:chart></c:chartSpace>"
)


def test_a_chart_in_a_document_says_its_series_and_categories_once() -> None:
    types = {"word/document.xml": "wordprocessingml.document.main",
             "word/charts/chart1.xml": "drawingml.chart"}  # fmt: skip
    body = word("document", f"<w:body>{paragraph('Report')}</w:body>")
    found = reading(
        office(types, {"word/document.xml": body, "word/charts/chart1.xml": CHART}), "x.docx"
    )
    assert texts(found) == ["Report\n\nDeliveries\nNorrgjuteri AB\nWeek 22"]


def test_so_does_a_chart_on_a_slide() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["Week 22", "Week 23"]
    data.add_series("Norrgjuteri AB", (400, 300))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 900_000, 900_000, data)
    out = io.BytesIO()
    show.save(out)
    (found,) = texts(reading(out.getvalue(), "x.pptx"))
    assert found.splitlines() == ["Norrgjuteri AB", "Week 22", "Week 23"]
