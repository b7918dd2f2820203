"""The pages as people use them: a real archive, the service as a process, a real Chromium."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import PROJECT

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-quic",
]  # fmt: skip
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATIENCE_S = 120

ORDER = "Purchase order no. PO-2024-113\nDate: 2024-02-11\nFramework agreement FA-2021-07\n"
ORDER += "Supplier: Norrgjuteri AB\n400 pump housings, delivery in week 22; delay costs 0.5 %.\n"
INVOICE = "INVOICE\nInvoice no. 88213\nInvoice date: 2024-06-30\nYour order: PO-2024-113\n"
INVOICE += "Delivery note DN-5512\nDelivered in week 27 after a delay.\nTotal SEK 41 200.00\n"
CONTRACT = "Framework agreement FA-2021-07\nDate: 2021-03-01\nNorrgjuteri AB supplies castings.\n"


@dataclass(frozen=True, slots=True)
class Site:
    """A running service, its watched folder, and how one gets in."""

    address: str
    filing: Path
    config: Path

    def cli(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "api.cli", "--config", str(self.config), *arguments]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
        return done.stdout


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    filing = folder / "filing"
    filing.mkdir()
    for name, text in (("order", ORDER), ("invoice", INVOICE), ("contract", CONTRACT)):
        (filing / f"{name}.txt").write_text(text, encoding="utf-8")
    port = free_port()
    config = folder / "config.toml"
    config.write_text(
        f'[data]\nfolder = "data"\n[server]\nport = {port}\n'
        '[[roots]]\nname = "filing"\npath = "filing"\nrest_s = 0.2\n',
        encoding="utf-8",
    )
    site = Site(f"http://127.0.0.1:{port}", filing, config)
    site.cli("ingest", str(filing))
    site.cli("user", "add", "ada", "--role", "administrator")
    command = [sys.executable, "-m", "api.cli", "--config", str(config), "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
        try:
            _wait_for(site)
            yield site
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(site: Site) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            with urlopen(f"{site.address}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the service does not answer")


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def context(request: Any, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, java_script_enabled=request.param
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


def signed_in(context: BrowserContext, site: Site) -> Page:
    link = re.search(r"/sign-in/\S+", site.cli("user", "link", "ada"))
    assert link is not None
    page = context.new_page()
    page.goto(site.address + link[0])
    return page


def search(page: Page, site: Site, query: str) -> None:
    page.goto(site.address)
    page.locator("#q").fill(query)
    page.locator("#q").press("Enter")
    page.wait_for_url("**/?q=**")


def open_hit(page: Page, site: Site, query: str, number: str) -> None:
    search(page, site, query)
    page.locator(".hit-link", has_text=number).first.click()
    page.wait_for_url("**/documents/**")


def find_uploaded(page: Page, site: Site, query: str, name: str) -> None:
    """Reading takes a moment: ask until it is there."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        search(page, site, query)
        if page.locator(".hit", has_text=name).count():
            return
        time.sleep(0.5)
    raise AssertionError(f"{name} is not found")


def test_the_way_from_a_link_to_a_trail(context: BrowserContext, site: Site) -> None:
    """Sign in by link, search, open, follow a reference, go back, make a trail."""
    page = signed_in(context, site)
    search(page, site, "delay")
    expect(page.locator(".hit mark").first).to_have_text(re.compile("delay"))
    open_hit(page, site, "PO-2024-113", "88213")
    expect(page.locator(".head h1")).to_contain_text("88213")
    page.locator("section[aria-labelledby=references] a.thing", has_text="PO-2024-113").click()
    expect(page.locator(".head h1")).to_contain_text("PO-2024-113")
    expect(page.locator("section[aria-labelledby=cited-by]")).to_contain_text("88213")
    page.get_by_role("link", name="trail from here").click()
    expect(page.locator(".trail")).to_contain_text("FA-2021-07")
    expect(page.locator(".trail .gap")).to_contain_text("DN-5512")


def test_a_fact_is_set_right_and_stays(context: BrowserContext, site: Site) -> None:
    page = signed_in(context, site)
    open_hit(page, site, "FA-2021-07 kind:contract", "FA-2021-07")
    address = page.url
    fact = page.locator(".fact", has_text="Date").first
    fact.locator("summary").click()
    fact.locator("input[name=value]").fill("2021-03-15")
    fact.get_by_role("button", name="Set right", exact=True).click()
    expect(page.locator(".notice")).to_be_visible()
    page.goto(address)
    expect(page.locator(".head-facts")).to_contain_text("2021-03-15")
    expect(page.locator(".fact", has_text="Date").first).to_contain_text("ada")
    assert page.locator(".notice").count() == 0


def test_what_is_refused_says_why_and_keeps_what_was_typed(browser: Browser, site: Site) -> None:
    page = signed_in(browser.new_context(viewport={"width": 1280, "height": 800}), site)
    open_hit(page, site, "FA-2021-07 kind:contract", "FA-2021-07")
    fact = page.locator(".fact", has_text="Date").first
    fact.locator("summary").click()
    fact.locator("input[name=value]").fill("2021-02-31")
    fact.get_by_role("button", name="Set right", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("2021-02-31")
    expect(page.locator("input[name=value]").locator("visible=true").first).to_have_value(
        "2021-02-31"
    )
    page.goto(site.address + "/attention")
    line = page.locator("[data-row]").first
    line.get_by_text("Set aside").first.click()
    line.locator("input[name=until]").fill("2020-01-01")
    line.locator("input[name=until]").press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("2020-01-01")
    expect(page.locator("[data-row]").first).to_be_visible()
    page.context.close()


def test_a_reference_is_rejected_and_the_ruling_taken_back(
    context: BrowserContext, site: Site
) -> None:
    page = signed_in(context, site)
    open_hit(page, site, "number:88213", "88213")
    row = page.locator(".reference", has_text="DN-5512")
    row.locator("button[value=reject][data-key=x]").click()
    expect(page.locator(".reference", has_text="DN-5512")).to_contain_text("rejected")
    page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(page.locator(".reference", has_text="DN-5512")).to_contain_text("waiting")


def test_one_of_several_candidates_is_chosen_with_a_reason(
    context: BrowserContext, site: Site
) -> None:
    page = signed_in(context, site)
    for name, more in (("one", "first"), ("two", "second"), ("bill", "the")):
        says = "Delivery note no. DN-9100\nDate: 2024-05-02\n" if more != "the" else INVOICE
        text = says.replace("88213", "88777").replace("DN-5512", "DN-9100")
        (site.filing / f"{name}-9100.txt").write_text(f"{text}{more} delivery of parsnips\n")
    for more in ("first", "second", "the"):
        find_uploaded(page, site, "parsnips", f"{more} delivery")
    page.goto(f"{site.address}/attention?what=ambiguous")
    row = page.locator(".item", has_text="DN-9100")
    row.get_by_placeholder("reason", exact=True).fill("signed by the driver")
    row.get_by_placeholder("reason", exact=True).press("Enter")  # decides nothing
    expect(row).to_have_count(1)
    row.get_by_role("button", name="This one").first.click()
    expect(page.locator(".notice")).to_contain_text("is decided")
    open_hit(page, site, "number:88777", "88777")
    expect(page.locator(".reference", has_text="DN-9100")).to_contain_text("signed by the driver")
    page.locator(".reference", has_text="DN-9100").locator("button[data-key=u]").click()
    expect(page.locator(".reference .s-ambiguous")).to_have_count(1)


def test_a_paper_original_is_shelved_lent_and_returned(context: BrowserContext, site: Site) -> None:
    page = signed_in(context, site)
    open_hit(page, site, "FA-2021-07 kind:contract", "FA-2021-07")
    paper = page.locator("section[aria-labelledby=paper]")
    paper.locator("summary").click()
    paper.locator("input[name=place]").fill("Room 2, shelf 12")
    paper.locator("input[name=lent_to]").fill("Eva Berg")
    paper.locator("input[name=lent_until]").fill("2024-01-31")
    paper.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice")).to_be_visible()
    expect(paper).to_contain_text("lent to Eva Berg until 2024-01-31")
    page.goto(f"{site.address}/attention?what=overdue")
    expect(page.locator(".item")).to_contain_text("Eva Berg")
    page.locator(".item a.thing").click()
    paper.get_by_role("button", name="It is back", exact=True).click()
    expect(page.locator(".notice")).to_be_visible()
    expect(paper.locator("b")).to_have_text("Room 2, shelf 12")
    expect(paper.get_by_role("button", name="It is back")).to_have_count(0)


def test_an_uploaded_file_is_found(context: BrowserContext, site: Site, tmp_path: Path) -> None:
    page = signed_in(context, site)
    word = "gjutgods" if context.pages else ""
    name = f"note-{time.monotonic_ns()}.txt"
    (tmp_path / name).write_text(f"Note on {word} {name}: cracks in PO-2024-113.\n")
    page.goto(f"{site.address}/upload")
    page.locator("input[type=file]").set_input_files(tmp_path / name)
    page.locator("main").get_by_role("button", name="Upload").click()
    expect(page.locator("main")).to_contain_text("filed as a new document")
    find_uploaded(page, site, "gjutgods", name)


def test_a_list_is_linked_to_a_product_in_bulk(context: BrowserContext, site: Site) -> None:
    page = signed_in(context, site)
    page.goto(f"{site.address}/products")
    if not page.locator("a.thing", has_text="PX-200").count():
        page.locator("#new-code").fill("PX-200")
        page.locator("#new-name").fill("Circulation pump")
        page.get_by_role("button", name="Add", exact=True).click()
    search(page, site, "FA-2021-07")
    page.locator(".hit input[type=checkbox]").first.check()
    page.locator("#bulk-target").fill("product:PX-999")
    page.locator("#bulk").get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#bulk-error")).to_contain_text("PX-999")
    page.locator("#bulk-target").fill("product:PX-200")
    page.locator("#bulk").get_by_role("button", name="Link", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("PX-200")
    page.goto(f"{site.address}/products/PX-200")
    assert page.locator(".hit").count() >= 1


def test_by_keyboard_from_the_box_to_a_ruling(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = signed_in(context, site)
    page.keyboard.press("/")
    page.keyboard.type("88213")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=88213")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "references"
    page.locator(".reference", has_text="PO-2024-113").locator("a").first.focus()
    page.keyboard.press("c")
    expect(page.locator(".reference", has_text="PO-2024-113").first).to_contain_text("confirmed")
    page.keyboard.press("b")
    page.wait_for_url("**/?q=88213")
    context.close()


PATHS = (
    "/", "/?q=PO-2024-113+delay", "/?q=nosuchword", "/documents/D-000001", "/products", "/parties",
    "/change-requests", "/milestones", "/trail", "/trail?seed=PO-2024-113", "/attention", "/upload",
    "/status", "/users", "/account", "/keys", "/documents/D-999999",
)  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound_and_small(browser: Browser, site: Site, theme: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme)
    page = signed_in(context, site)
    complaints: list[str] = []
    for path in PATHS:
        answer = page.goto(site.address + path)
        assert answer is not None
        assert answer.status == (404 if path == "/documents/D-999999" else 200), path
        assert len(answer.body()) < 100_000
        found = Axe().run(page, options={**WCAG, "preload": False}).response["violations"]
        complaints += [f"{path} {rule['id']}: {rule['nodes'][0]['html'][:150]}" for rule in found]
    context.close()
    assert complaints == []
