"""RTF: every destination that carries text, in its own code page."""

from __future__ import annotations

import pytest

from tests.small_files import reading, texts


def rtf(body: str, head: str = "") -> bytes:
    fonts = (
        r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset128 M;}}"
    )
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{head}{body}}}".encode("latin-1")


def body_text(body: str) -> str:
    return "\f".join(texts(reading(rtf(body), "x.rtf"))).strip()


def test_rtf_reads_every_part_that_carries_text() -> None:
    data = rtf(
        r"{\header\pard head\par}{\footer foot\par}{\headerf head\par}first{\footnote\pard note}"
        r" page{\*\annotation{\*\annotationref x}\pard remark}\par\page second\par"
    )
    assert texts(reading(data, "x.rtf")) == ["head\nfirst page\nfoot", "second\nnote\nremark"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"a{\deleted gone} b\deleted gone\deleted0  c", "a b c"),
        (r"{\*\revtbl{Anna;}}kept", "kept"),
        (r"before{\shp{\*\shpinst\shpleft1{\sp{\sn shapeType}{\sv 202}}{\shptxt in a box\par}}"
         r"{\shprslt{\*\do{\dptxbxtext in a box\par}}}}after", "before\nin a box\nafter"),
        (r"{\*\do\dobxpage{\dptxbxtext old box}}after", "old box\nafter"),
        (r"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv DRAFT}}}}", "DRAFT"),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 7}}", "7"),
        (r"{\listtext 1.\tab}one\par", "1.\tone"),
        (r"\trowd a\cell b\cell\row c\cell\row", "a\tb\nc"),
        (r"{\upr{old}{\*\ud{new \u8364?}}}", "new €"),
        (r"{\pict\bin5 }}{{x}y", "y"),
        (r"{\object\objemb{\*\objdata 0105}{\result shown}}", "shown"),
        (r"{\mmath{\*\moMath{\*\mf{\*\mnum{\*\mr a}}{\*\mden{\*\mr b}}}}{\mmathPict x}}", "ab"),
        (r"one\sect\sectd\sbknone two", "one\ntwo"),
        (r"one\sect\sectd two", "one\ftwo"),
        (r"soft\-hyphen non\_breaking\~space \{\\\}", "softhyphen non\u2011breaking\xa0space {\\}"),
    ],
)  # fmt: skip
def test_rtf_text_is_what_stands_there_now(body: str, text: str) -> None:
    assert body_text(body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"f\'f6r", "för"),
        (r"{\f1 \'9elu\'9dou\'e8k\'fd} \'e5", "žluťoučký å"),
        (r"\f2 \'93\'fa\'96{", "日\ufffd"),
        (r"\f2 \'83A\'83\'5c", "アソ"),
        (r"\uc2\u252\'fc\'fcber \uc0\u8211 x", "über –x"),
        (r"\u-10179?\u-8703?", "😁"),
    ],
)
def test_rtf_characters_are_those_of_their_font_and_code_page(body: str, text: str) -> None:
    assert body_text(body) == text


def test_rtf_of_another_code_page_or_machine_is_decoded_by_it() -> None:
    assert texts(reading(rb"{\rtf1\ansi\ansicpg1251 \'c4\'ee\'e3}", "x.rtf")) == ["Дог"]
    assert texts(reading(rb"{\rtf1\mac \'8a}", "x.rtf")) == ["ä"]
    assert texts(reading(rb"{\rtf1\ansi\ansicpg99999 \'e4}", "x.rtf")) == ["ä"]


def test_the_properties_of_an_rtf_file_are_kept() -> None:
    info = (
        r"{\info{\title Ramavtal f\'f6r pumpar}{\author Anna}{\operator Bo}"
        r"{\creatim\yr2024\mo3\dy5\hr9\min7}{\upr{\subject ?}{\*\ud{\subject \u8364?}}}}"
    )
    found = reading(rtf("text", info), "x.rtf")
    assert found.title == "Ramavtal för pumpar"
    assert found.properties == (
        ("author", "Anna"), ("subject", "€"), ("modified-by", "Bo"),
        ("created", "2024-03-05T09:07:00"),
    )  # fmt: skip
    assert texts(found) == ["text"]
