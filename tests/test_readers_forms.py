"""What people choose, tick and write in forms is text."""

from __future__ import annotations

import pytest

from tests.small_files import docx, reading, texts


def field(data: str, inside: str = "") -> str:
    """A form field of Word's older kind, in which `inside` stands."""
    mark = '<w:r><w:fldChar w:fldCharType="{}">{}</w:fldChar></w:r>'
    begin = mark.format("begin", f"<w:ffData>{data}</w:ffData>")
    run = f"<w:r><w:t>{inside}</w:t></w:r>" if inside else ""
    return f"{begin}<w:r><w:instrText>FORM</w:instrText></w:r>{run}{mark.format('end', '')}"


LIST = '<w:ddList>{}<w:listEntry w:val="Finland"/><w:listEntry w:val="Sweden"/></w:ddList>'


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (field(LIST.format('<w:result w:val="1"/>')), "Sweden"),
        (field(LIST.format('<w:default w:val="1"/>')), "Sweden"),
        (field(LIST.format("")), "Finland"),
        (field(LIST.format('<w:result w:val="7"/>')), ""),
        (field(LIST.format('<w:result w:val="1"/>'), "Sweden"), "Sweden"),
        (field("<w:checkBox><w:checked/></w:checkBox>"), "☒"),
        (field('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>'), "☐"),
        (field('<w:checkBox><w:default w:val="1"/></w:checkBox>'), "☒"),
        (field("<w:textInput/>", "PO-2024-113"), "PO-2024-113"),
    ],
)
def test_what_is_chosen_in_a_form_of_word_is_text(made: str, text: str) -> None:
    law = '<w:r><w:t xml:space="preserve">Law: </w:t></w:r>'
    body = f"<w:p>{law}{made}<w:r><w:t>.</w:t></w:r></w:p>"
    assert texts(reading(docx(body), "x.docx")) == [f"Law: {text}."]


def test_what_is_written_into_the_fields_of_a_page_is_text() -> None:
    data = (
        b"<html><body><form>Order no <input value=' PO-2024-113 '>, by<input type=DATE"
        b" value=2024-03-05><input type=hidden value=token><input type=password value=secret>"
        b"<input type=checkbox value=on><input type=submit value=Send></form></body></html>"
    )
    assert texts(reading(data, "x.html")) == ["Order no PO-2024-113, by 2024-03-05"]
