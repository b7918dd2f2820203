"""The example pages in a real Chromium: axe in both themes, keys, no JavaScript, narrow and zoomed.

`CROSSFILE_PICTURES=FOLDER` also writes a picture of every page there, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pypdfium2 import PdfDocument

from tests.web_examples import all_pages
from tests.web_server import serving

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = sorted(set(all_pages()) - {"card"})
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now, without frames (there are none)."""
    found: dict[str, Any] = Axe().run(page, options={**WCAG, "preload": False}).response
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def focused(page: Page, expression: str) -> object:
    return page.evaluate(f"document.activeElement.{expression}")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound_in_both_themes_and_at_every_width(
    page: Page, site: str, name: str
) -> None:
    """axe finds nothing, the browser refuses nothing, nothing needs sideways scrolling."""
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/{name}?theme=light&language=sv")
    assert complaints == []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert violations(page) == []
        if folder := os.environ.get("CROSSFILE_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{theme}.png", full_page=True)
    for width in (640, 400):  # 640: a screen of 1280 at 200 %
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_holds_while_things_are_hovered_focused_open_and_pressed(
    page: Page, site: str, theme: str
) -> None:
    page.goto(f"{site}/document?theme={theme}")
    page.locator(".menu summary").click()
    assert violations(page) == []
    page.locator(".picture").click(position={"x": 5, "y": 5})
    page.locator(".edit summary").first.click()
    page.locator(".add summary").first.click()
    page.locator(".rule button").first.hover()
    assert violations(page) == []
    page.locator(".rule button").first.click()
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    page.goto(f"{site}/search?theme={theme}")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    page.locator(".bulk button").first.hover()
    page.mouse.down()
    assert violations(page) == []


def test_the_list_is_walked_marked_and_opened_by_keys(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    page.keyboard.press("j")
    assert "D-000412" in str(focused(page, "href"))
    page.keyboard.press("Space")
    assert page.locator('[name="document"]').first.is_checked()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "D-000977" in str(focused(page, "href"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/D-000977**")


def test_wanted_numbers_are_marked_and_answered_by_keys(page: Page, site: str) -> None:
    page.goto(f"{site}/wanted")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    assert page.locator('[name="number"]').first.is_checked()
    page.keyboard.press("a")
    assert focused(page, "id") == "bulk-target"


def test_the_slash_goes_to_the_box_where_keys_are_letters_again(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    page.keyboard.press("/")
    assert focused(page, "id") == "q"
    page.keyboard.type("jko?")
    assert page.locator("#q").input_value() == "jko?"


def test_a_key_acts_on_the_row_in_focus_before_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/documents/D-000412/original")


def test_the_keys_of_a_document_lead_to_its_parts(page: Page, site: str) -> None:
    page.goto(f"{site}/document")
    page.keyboard.press("r")
    assert focused(page, "id") == "references"
    page.keyboard.press("v")
    assert focused(page, "id") == "versions"
    page.keyboard.press("]")
    page.wait_for_url("**/documents/D-000977?page=9**")
    page.goto(f"{site}/document")
    page.keyboard.press("b")
    page.wait_for_url("**/?q=PO-2024-113+delay")


def test_a_row_is_confirmed_by_one_key_and_the_page_stays_where_it_was(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/document")
    page.evaluate("scrollTo(0, 200)")
    page.locator("#reference-1 .thing").focus()
    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.keyboard.press("c")
    assert asked.value.url.endswith("/documents/D-000977/references/1/ruling")
    assert "ruling=confirm" in (asked.value.post_data or "")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("scrollY") == 200
    assert page.locator("#main").count() == 1
    assert page.locator("#reference-1:focus-within").count() == 1


def test_a_refusal_is_said_beside_its_form_and_the_page_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/document")
    page.locator("#reference-5 .thing").focus()
    for _ in range(2):
        page.keyboard.press("u")
        page.get_by_role("alert").filter(has_text="Somebody else was quicker.").wait_for()
    assert page.get_by_role("alert").count() == 1
    assert page.locator("#reference-5:focus-within").count() == 1


def test_an_archive_that_does_not_answer_is_said(page: Page, site: str) -> None:
    page.goto(f"{site}/document")
    page.route("**/ruling", lambda route: route.abort())
    page.locator("#reference-1 .thing").focus()
    page.keyboard.press("c")
    page.get_by_role("alert").wait_for()
    assert "does not answer" in page.get_by_role("alert").inner_text()


def test_a_key_for_a_row_does_nothing_without_a_row(page: Page, site: str) -> None:
    page.goto(f"{site}/document")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.keyboard.press("c")
    page.keyboard.press("x")
    page.wait_for_timeout(100)
    assert "POST" not in asked


def test_all_keys_are_shown_in_a_dialog_that_escape_closes(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    page.keyboard.press("?")
    page.locator("dialog[open] kbd").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")


def test_a_card_comes_on_hover_and_goes_with_escape(page: Page, site: str) -> None:
    page.goto(f"{site}/document")
    page.locator("#reference-1 .thing").hover()
    page.locator(".card").wait_for()
    assert "PO-2024-113" in page.locator(".card").inner_text()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".card").wait_for(state="detached")


def test_the_theme_changes_at_once_and_the_server_is_told(page: Page, site: str) -> None:
    page.goto(f"{site}/search?theme=light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.locator('[data-prefer="theme"]').first.click()
    assert "theme=dark" in (asked.value.post_data or "")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_system_chooses_the_theme_where_the_user_has_not(browser: Browser, site: str) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{site}/search?theme=system")
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert len(grounds) == 2


def test_dragging_over_the_years_asks_for_that_time(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    bars = page.locator("[data-years]").bounding_box()
    assert bars
    page.mouse.move(bars["x"] + bars["width"] * 0.4, bars["y"] + 10)
    page.mouse.down()
    page.mouse.move(bars["x"] + bars["width"] * 0.95, bars["y"] + 10, steps=4)
    page.mouse.up()
    page.wait_for_url("**/?q=PO-2024-113+delay&from=2021&to=2025")


def test_a_facet_exchanges_the_list_keeps_the_box_and_changes_the_address(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/search")
    page.locator("#q").fill("half typed")
    page.locator(".facet a").filter(has_text="purchase order").click()
    page.wait_for_url("**/?k")
    assert page.locator("#q").input_value() == "half typed"
    assert page.locator("main").count() == 1


def test_a_shortened_name_is_copied_whole(browser: Browser, site: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/search")
    name = "scan_2024-07-01_from_the_copier_on_the_third_floor_in_building_B_page_1-3.pdf"
    page.evaluate(
        "name => getSelection().selectAllChildren(document.querySelector(`.cut[title='${name}']`))",
        name,
    )
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == name
    context.close()


def test_everything_works_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/search")
    page.locator("#q").fill("PO-1")
    page.locator(".box button").click()
    page.wait_for_url("**/?q=PO-1")
    page.goto(f"{site}/document")
    page.locator("#reference-1 .rule button").first.click()
    page.wait_for_url("**/document")
    page.locator(".edit summary").first.click()
    assert page.locator(".edit input[name=value]").first.is_visible()
    context.close()


def test_keys_can_be_turned_off(page: Page, site: str) -> None:
    page.goto(f"{site}/search")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("j")
    assert focused(page, "tagName") == "BODY"


@pytest.mark.parametrize("name", ["search", "document", "trail", "entry", "attention"])
def test_a_page_prints_on_a4_with_time_and_page_of_pages_and_no_controls(
    page: Page, site: str, name: str
) -> None:
    page.goto(f"{site}/{name}")
    paper = PdfDocument(page.pdf(prefer_css_page_size=True))
    texts = [leaf.get_textpage().get_text_bounded() for leaf in paper]
    assert all(f"{number} / {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert [round(side) for side in paper[0].get_size()] == [595, 842]
    assert "Printed from Crossfile at 2026-11-22 09:30 UTC." in " ".join(texts)
    assert "88213" in texts[0]
    assert not {"Search", "Anna Berg ", "this one", "Undo"} & set("\n".join(texts).splitlines())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # 180 mm, what is left of A4
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
