"""The decision page: all that there is to decide, on one screen and on one sheet of paper."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from api.decision_pdf import decision_pdf
from tests.rooms import Rooms
from tests.test_changes_api import PATH, ask, post
from tests.web_examples.decisions import decision_page
from tests.web_examples.story import NOW
from web.render import Pages


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    new = {"number": "CR-118", "title": "Another seal", "risks": "It may leak. " * 900,
           "relevance": "Pays\n\n\nsoon.", "requester": "Eva"}  # fmt: skip
    assert post(rooms.client("cora"), "/change-requests", new).status_code == 303
    yield rooms
    rooms.services.database.close()


def text_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_the_page_says_who_said_what_when_and_what_is_affected(rooms):
    cora = rooms.client("cora")
    ask(cora, "POST", "affected", document="PO-2024-113")
    page = cora.get(f"{PATH}/decision").text
    assert "Pays soon." in page and "cora" in page and "PO-2024-113" in page
    assert "to be carried" in page and 'value="review"' in page
    assert len(page) < 12_000 and f"{PATH}/decision.pdf" in page
    assert f"{PATH}/decision" in cora.get(PATH).text
    answer = post(cora, f"{PATH}/moves", {"move": "review", "back": f"{PATH}/decision"})
    assert answer.headers["location"] == f"{PATH}/decision"


def test_the_sheet_is_one_page_with_the_same_on_it(rooms):
    cora = rooms.client("cora")
    ask(cora, "POST", "affected", document="PO-2024-113")
    answer = cora.get(f"{PATH}/decision.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    (text,) = text_of(answer.content)
    for said in ("CR-118", "Another seal", "Pays soon.", "Risks", "It may leak.", "PO-2024-113"):
        assert said in text, said
    swedish = cora.get(f"{PATH}/decision.pdf", headers={"accept-language": "sv"})
    assert "mottagen" in text_of(swedish.content)[0]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_sheet_is_one_page_however_much_there_is(language):
    full = decision_page()
    wide = "WWWWWWWWW " * 42
    full = replace(full, review=tuple(replace(one, text=wide[:420]) for one in full.review))
    assert len(text_of(decision_pdf(full, Pages().texts(language), NOW))) == 1


def test_who_does_not_read_the_change_request_sees_no_sheet_of_it(rooms):
    sven = rooms.client("sven")
    assert sven.get(f"{PATH}/decision.pdf").status_code == 200
    assert sven.get("/change-requests/CR-999/decision.pdf").status_code == 404
