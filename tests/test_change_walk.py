"""A change request from the tree to its end, in a real browser: nothing but tree and pages."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import PROJECT
from tests.mail_server import Letterbox, letterbox
from tests.small_files import docx, paragraph
from tests.test_pages_browser import ARGUMENTS, PATIENCE_S, Site, _wait_for, free_port

SPEC = (
    "Specification\nSpecification no: SPEC-104\nRevision: {mark}\nDate: 2024-0{month}-01\n{body}\n"
)
REQUEST = (
    "Change request", "Change request no: CR-118", "Date: 2024-03-05", "Requested by: Eva Sandmark",
    "The seal of the pump leaks below ten degrees. Please use another one.",
)  # fmt: skip
PEOPLE = {"cora": "coordinator", "mona": "manager", "marit": "manager"}
CONFIG = """
[data]
folder = "data"
[server]
port = {port}
[ocr]
languages = []
[[roots]]
name = "filing"
path = "filing"
rest_s = 0.1
[[authority]]
over = 1000
currency = "SEK"
persons = 2
[mail]
host = "127.0.0.1"
port = {mail}
security = "none"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Letterbox]:
    with letterbox() as server:
        yield server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server: Letterbox) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("walk")
    filing = folder / "filing"
    filing.mkdir()
    first = SPEC.format(mark="A", month=1, body="The seal is of rubber.")
    (filing / "spec-104.txt").write_text(first, encoding="utf-8")
    port = free_port()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(port=port, mail=server.port), encoding="utf-8")
    site = Site(f"http://127.0.0.1:{port}", filing, config)
    site.cli("ingest", str(filing))
    for name, role in PEOPLE.items():
        site.cli("user", "add", name, "--role", role, "--no-password")
        site.cli("grant", "add", "general", "--right", "write", "--user", name)
    command = [sys.executable, "-m", "api.cli", "--config", str(config), "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
        try:
            _wait_for(site)
            yield site
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def page_of(browser: Browser, site: Site, name: str) -> Page:
    """A browser of that person's own, signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    link = re.search(r"/sign-in/\S+", site.cli("user", "link", name))
    assert link is not None
    page = context.new_page()
    page.goto(site.address + link[0])
    return page


def wait_until(is_so: Callable[[], bool]) -> float:
    """Ask again until it is so; the seconds that it took."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < PATIENCE_S, "it does not come"
        time.sleep(0.1)
    return time.monotonic() - begun


def state_on(page: Page, address: str) -> str:
    page.goto(address)
    state = page.locator(".head .state")
    return state.inner_text() if state.count() else ""


def is_sent(page: Page, site: Site) -> bool:
    page.goto(f"{site.address}/notices?state=sent")
    return page.locator("[data-row]").count() == 1


def move(page: Page, name: str, reason: str) -> None:
    page.locator("#move-reason").fill(reason)
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".notice")).to_contain_text("It is done.")


def test_a_request_goes_from_the_tree_to_a_specification_that_carries_it(
    browser: Browser, site: Site, server: Letterbox
) -> None:
    """Dropped as DOCX, reviewed, approved by two, told, carried by a new revision: incorporated."""
    entry = f"{site.address}/change-requests/CR-118"
    cora, mona, marit = (page_of(browser, site, name) for name in PEOPLE)
    body = "".join(map(paragraph, REQUEST))
    (site.filing / "request.docx").write_bytes(docx(body))
    waited = wait_until(lambda: state_on(cora, entry) == "received")
    expect(cora.locator("main")).to_contain_text("Eva Sandmark")

    cora.get_by_text("Edit", exact=True).click()
    for field, text in (
        ("contact", "eva@example.com"), ("relevance", "Three returns this winter."),
        ("risks", "The new seal is not proven."), ("benefits", "No leaks."),
        ("cost_amount", "5000"), ("cost_currency", "SEK"),
    ):  # fmt: skip
        cora.locator(f"#edit-{field}").fill(text)
    cora.get_by_role("button", name="Save", exact=True).click()
    expect(cora.locator(".notice")).to_contain_text("It is saved.")
    cora.locator("#affects-document").fill("SPEC-104")
    cora.get_by_role("button", name="Add", exact=True).click()
    expect(cora.locator("section[aria-labelledby=affected]")).to_contain_text("SPEC-104")
    move(cora, "review", "It is due.")
    move(cora, "present", "All is said.")

    for page, reason in ((mona, "It pays."), (marit, "I agree.")):
        page.goto(f"{entry}/decision")
        expect(page.locator("main")).to_contain_text("Three returns this winter.")
        assert page.evaluate("document.documentElement.scrollHeight") <= 800
        move(page, "approve", reason)
    expect(marit.locator(".head .state")).to_have_text("approved")

    waited += wait_until(lambda: len(server.taken) == 1)
    assert server.taken[0][1] == "eva@example.com"
    waited += wait_until(lambda: is_sent(cora, site))
    expect(cora.locator("main")).to_contain_text("Eva Sandmark")

    second = SPEC.format(mark="B", month=4, body="The seal is of steel, as CR-118 asks.")
    (site.filing / "spec-104.txt").write_text(second, encoding="utf-8")
    waited += wait_until(lambda: state_on(cora, entry) == "incorporated")
    expect(cora.locator("section[aria-labelledby=affected]")).to_contain_text("version 2 cites it")
    print(f"\nwaited {waited:.1f} s in all")
