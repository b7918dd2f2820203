"""Pages: what is escaped, what is marked, what holds for every page."""

from __future__ import annotations

import hashlib
import html
import re
import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from archive import vocabulary
from tests.web_examples import all_pages
from tests.web_examples.document import document_page
from tests.web_examples.house import status_page
from tests.web_examples.notices import notices_page
from tests.web_examples.search import search_page
from tests.web_examples.story import NOW, frame, hits
from web import filters, words
from web.address import Address
from web.drawing import Point, draw
from web.render import STATIC, Pages, choose_language
from web.views.common import Amount, Quote, Source, Thing
from web.views.document import Mark, Tab, nearby
from web.views.search import Bulk

EXAMPLES = sorted(all_pages())


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


def tree(text: str) -> etree._Element:
    return lxml_html.document_fromstring(text)


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_has_nothing_inline_and_keeps_below_100_kb(
    pages: Pages, name: str, language: str
) -> None:
    text = pages.render(all_pages()[name], frame(language))
    assert len(text.encode()) < 100_000
    root = tree(text)
    assert not root.xpath(
        "//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_ids_are_unique_and_every_input_has_a_name_for_people(pages: Pages, name: str) -> None:
    root = tree(pages.render(all_pages()[name], frame()))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    labelled = set(root.xpath("//label/@for"))
    for control in root.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        inside = control.xpath("ancestor::label")
        assert control.get("aria-label") or control.get("id") in labelled or inside


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_form_that_changes_something_carries_its_way_back(pages: Pages, name: str) -> None:
    root = tree(pages.render(all_pages()[name], frame()))
    for form in root.xpath("//form[@method='post']"):
        assert form.xpath(".//input[@name='back']")
        assert form.get("action", "").startswith("/")


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_htmx_element_carries_its_own_attributes(pages: Pages, name: str) -> None:
    root = tree(pages.render(all_pages()[name], frame()))
    for element in root.xpath("//*[@hx-boost]"):
        assert {"hx-target", "hx-select", "hx-swap"} <= set(element.keys())
        assert element.tag in ("a", "form")


def test_a_list_of_fifty_hits_with_long_texts_keeps_below_100_kb(pages: Pages) -> None:
    long = replace(hits()[1], title="x" * 150, snippet=Quote("word " * 50, ((0, 4), (50, 54))))
    text = pages.render(replace(search_page(), hits=(long,) * 50), frame("sv"))
    assert len(text.encode()) < 100_000


@pytest.mark.parametrize(("source", "confidence", "said"), [
    ("ocr", 0.871, "OCR, 87 %"), ("embedded", None, "text of the file"),
])  # fmt: skip
def test_a_page_says_where_its_text_is_from_and_how_sure(pages, source, confidence, said) -> None:
    page = document_page()
    leaf = replace(page.leaf, source=source, confidence=confidence)
    shown = pages.render(replace(page, leaf=leaf), frame())
    assert said in shown


def test_text_of_documents_never_becomes_markup(pages: Pages) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    hit = replace(
        hits()[0],
        title=attack,
        number=attack,
        parties=(attack,),
        collection=attack,
        snippet=Quote(attack, ((1, 7),)),
    )
    page = document_page()
    assert page.leaf
    leaf = replace(page.leaf, text=attack, marks=(Mark(1, 7, "hit"),), label=attack)
    unsafe = (
        replace(search_page(), query=attack, hits=(hit,)),
        replace(page, leaf=leaf, view="text", head=replace(page.head, title=attack, number=attack)),
    )
    for view in unsafe:
        root = tree(pages.render(view, replace(frame(), query=attack, here=attack)))
        assert not root.xpath("//script[not(@src)] | //@onerror | //img[@src='x']")
        assert attack in "".join(root.itertext())


@given(
    st.text(alphabet="ab<>&\"'å \n"),
    st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))),
)
def test_marking_adds_marks_and_changes_no_character(
    text: str, spans: list[tuple[int, int]]
) -> None:
    marked = str(filters.marked(text, spans))
    assert html.unescape(re.sub(r"</?mark>", "", marked)) == text
    assert marked.count("<mark>") == marked.count("</mark>") <= len(spans)
    covered = {at for start, end in spans for at in range(max(start, 0), min(end, len(text)))}
    inside = "".join(re.findall(r"<mark>(.*?)</mark>", marked, re.DOTALL))
    assert html.unescape(inside) == "".join(text[at] for at in sorted(covered))


MARKS = st.builds(
    Mark,
    st.integers(0, 20),
    st.integers(0, 25),
    st.sampled_from(["hit", "reference", "evidence"]),
    type=st.sampled_from(["invoice", "contract"]),
    href=st.just("/x"),
)


@given(st.text(alphabet="ab<>&\"' \n", max_size=25), st.lists(MARKS, max_size=5))
def test_overlapping_marks_of_a_page_change_no_character(text: str, marks: list[Mark]) -> None:
    annotated = str(filters.annotated(text, marks))
    root = etree.fromstring(f"<p>{annotated}</p>")
    assert "".join(root.itertext()) == text.replace("\r", "\n")


def test_a_mark_names_the_place_once_even_where_a_hit_splits_it() -> None:
    marks = [Mark(0, 9, "evidence"), Mark(3, 5, "hit"), Mark(4, 9, "reference", href="/x")]
    annotated = str(filters.annotated("012345678", marks))
    assert annotated.count('id="mark"') == 1
    assert annotated.count('href="/x"') == 2


def test_a_cut_name_keeps_its_whole_text() -> None:
    name = "a_very_long_file_name_from_the_copier_rev-B.pdf"
    root = lxml_html.fromstring(str(filters.cut(name)))
    assert root.text_content() == name
    assert root.get("title") == name


def test_sums_are_grouped_as_the_language_does() -> None:
    total = Amount("41200.00", "SEK")
    assert "41,200.00 SEK" in filters.amount(total, language="en")
    assert "41\xa0200,00 SEK" in filters.amount(total, language="sv")
    assert "1.23456 EUR" in filters.amount(Amount("1.23456", "EUR"), language="en")
    assert "about ten" in filters.amount(Amount("about ten"), language="en")


def test_ages_are_said_in_the_largest_unit_that_fits(pages: Pages) -> None:
    def say(**ago: int) -> str:
        said = pages.texts("sv").ungettext
        return filters.age(NOW - timedelta(**ago), NOW, ngettext=said)

    assert say(seconds=20) == "0 minuter"
    assert say(minutes=1) == "1 minut"
    assert say(hours=47) == "47 timmar"
    assert say(days=3) == "3 dagar"
    assert say(days=90) == "3 månader"
    assert say(days=800) == "2 år"


def test_sizes_are_said_in_decimal_units() -> None:
    said = [filters.size(size, language="en") for size in (0, 999, 48_213, 1_250_000, 3 * 10**15)]
    assert said == ["0 B", "999 B", "48 kB", "1.2 MB", "3,000 TB"]


def test_every_word_of_the_vocabulary_can_be_said() -> None:
    assert set(words.KINDS) >= {*vocabulary.KINDS, *vocabulary.REGISTERS}
    assert set(words.RELATIONS) >= set(vocabulary.RELATIONS)
    assert words.REASONS == vocabulary.REASONS
    assert set(words.STATES) >= set(vocabulary.STATUSES)
    assert set(words.PARTY_ROLES) == set(vocabulary.PARTY_ROLES)
    assert set(words.ORIGINS) == set(vocabulary.ORIGINS)
    assert set(words.TEXT_SOURCES) == set(vocabulary.TEXT_SOURCES)
    assert set(words.FIELDS) >= {*vocabulary.SINGLE_FACTS, "party"}


def test_no_two_kinds_have_the_same_letters() -> None:
    letters = [word.letters for word in words.KINDS.values()]
    assert len(letters) == len(set(letters))


def test_every_kind_has_a_colour_in_the_style_sheet() -> None:
    style = (STATIC / "app.css").read_text()
    for word in words.KINDS.values():
        assert f".k-{word.family} {{" in style


def test_vendored_files_are_those_that_were_listed() -> None:
    folder = STATIC / "vendor"
    listed = tomllib.loads((folder / "VENDOR.toml").read_text())["package"]
    hashes = {name: digest for package in listed for name, digest in package["sha256"].items()}
    assert {path.name for path in folder.iterdir()} == {*hashes, "VENDOR.toml"}
    for name, digest in hashes.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert all(package["licence"] in ("MIT", "0BSD") for package in listed)


def test_the_language_is_the_users_then_the_browsers_then_english() -> None:
    assert choose_language("sv", "en") == "sv"
    assert choose_language(None, "de, sv-FI;q=0.8, en;q=0.7") == "sv"
    assert choose_language("tlh", "en;q=0.1, sv;q=x") == "en"
    assert choose_language(None, "") == "en"


def test_the_theme_of_the_user_stands_on_the_page_and_the_systems_does_not(pages: Pages) -> None:
    assert 'data-theme="dark"' in pages.render(search_page(), frame("en", "dark"))
    assert "data-theme" not in pages.render(search_page(), frame("en", "system"))


def test_a_page_for_somebody_not_signed_in_shows_no_rooms(pages: Pages) -> None:
    text = pages.render(all_pages()["sign-in"], replace(frame(), viewer=None))
    assert "/products" not in text
    assert 'id="q"' not in text


def test_an_address_changes_one_part_and_keeps_the_rest() -> None:
    address = Address("/", (("q", "a b"), ("kind", "invoice"), ("kind", "letter")))
    assert str(address.without("kind", "letter")) == "/?q=a+b&kind=invoice"
    assert str(address.without("kind")) == "/?q=a+b"
    assert str(address.having(kind="", page="2")) == "/?q=a+b&page=2"
    assert str(address.adding("kind", "å")).endswith("&kind=%C3%A5")
    assert address.keeping(["q"]) == (("q", "a b"),)


def test_a_drawing_thickens_where_there_are_many_and_names_no_undated_document() -> None:
    points = [Point("2024-01-01", "invoice", f"I{n}") for n in range(9)]
    points += [Point("2025-06-01", "letter", "L1"), Point("", "letter", "L2")]
    drawing = draw(points)
    assert drawing
    assert [(tick.count, tick.label) for tick in drawing.ticks] == [(9, "I0, I1, I2"), (1, "L1")]
    assert drawing.ticks[0].height > drawing.ticks[1].height
    assert [line.year for line in drawing.years] == [2024, 2025]
    assert draw([Point("2024-01-01", "invoice", "I1")]) is None


@given(
    st.lists(
        st.tuples(st.dates().map(str), st.sampled_from(vocabulary.KINDS)), min_size=2, max_size=60
    )
)
def test_a_drawing_counts_every_dated_document_and_stays_inside_its_frame(
    documents: list[tuple[str, str]],
) -> None:
    drawing = draw(Point(date, kind, kind) for date, kind in documents)
    assert drawing
    assert sum(tick.count for tick in drawing.ticks) == len(documents)
    assert len(drawing.lanes) <= 8
    for tick in drawing.ticks:
        assert drawing.left <= tick.x
        assert tick.x + tick.width <= drawing.width
        assert tick.y >= 0
        assert tick.y + tick.height <= drawing.height


def test_a_long_document_shows_its_ends_its_hits_and_what_is_near() -> None:
    tabs = tuple(Tab(n, f"?page={n}", hits=n == 321) for n in range(1, 501))
    shown = [tab.number for tab in nearby(tabs, current=100, limit=20)]
    assert {1, 99, 100, 101, 321, 500} <= set(shown)
    assert len(shown) == 20
    assert shown == sorted(shown)


def test_the_place_where_something_was_read_is_said_in_the_language_of_the_page(
    pages: Pages,
) -> None:
    view = document_page()
    facts = [replace(view.facts[0], source=Source("", "text", where=one)) for one in ("name", "B4")]
    text = pages.render(replace(view, facts=tuple(facts)), frame("sv"))
    sources = tree(text).xpath("//*[@class='fact']//*[@class='source']/text()")
    assert [source.strip() for source in sources] == ["filnamn", "B4"]


def test_who_is_told_and_what_is_to_be_done_stand_apart(pages: Pages) -> None:
    said = " ".join(tree(pages.render(notices_page(), frame())).text_content().split())
    assert "Eva Öst <i> to be sent" in said


def test_the_status_page_says_why_how_many_are_not_read(pages: Pages) -> None:
    root = tree(pages.render(status_page(), frame()))
    rows = root.xpath("//section[@aria-labelledby='reasons']//tbody/tr")
    assert [row.text_content() for row in rows] == [
        "The file is encrypted; it needs its password.11",
        "The file carries no text that can be read.1",
    ]
    assert [row.xpath(".//a/@href") for row in rows] == [
        ["/?q=status:encrypted"], ["/?q=status:no-text"]
    ]  # fmt: skip


def test_an_owner_on_the_attention_list_leads_to_all_that_they_look_after(pages: Pages) -> None:
    root = tree(pages.render(all_pages()["attention"], frame()))
    assert "/attention?owner=Anna%20Berg" in root.xpath("//p[@class='quiet-line']/a/@href")


def test_parties_of_a_hit_are_links_where_they_are_registered(pages: Pages) -> None:
    seller = Thing("party", "Norrgjuteri AB", "/parties/NG")
    hit = replace(hits()[0], parties=(seller, "Us & Co"))
    root = tree(pages.render(replace(search_page(), hits=(hit,)), frame()))
    (parties,) = root.xpath("//*[@class='hit-parties']")
    assert parties.text_content() == "Norrgjuteri AB → Us & Co"
    assert parties.xpath(".//a/@href") == ["/parties/NG"]


def test_every_reader_may_export_what_is_marked_and_nobody_is_offered_more(pages: Pages) -> None:
    root = tree(pages.render(replace(search_page(), bulk=Bulk()), frame()))
    assert root.xpath("//input[@type='checkbox'][@form='bulk']")
    buttons = root.xpath("//form[@id='bulk']//button/@formaction")
    assert buttons == ["/marked/documents.csv"]
    may = Bulk(("cites",), is_in_a_matter=True)
    root = tree(pages.render(replace(search_page(), bulk=may), frame()))
    assert root.xpath("//form[@id='bulk']/@action") == ["/links"]
    assert "/marked/matter" in root.xpath("//form[@id='bulk']//button/@formaction")
