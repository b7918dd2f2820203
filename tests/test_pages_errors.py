"""What is refused on a page is said in the language of the page; the API says it in English."""

from __future__ import annotations

import html

import pytest

from api.pages.document_view import SENTENCES
from api.pages.sentences import fill, tell
from archive import accounts
from archive.access import operator
from archive.errors import CrossfileError, TooManyTries, UsageError
from archive.messages import Message
from archive.times import parse_day
from web.render import Pages

SWEDISH = {"accept-language": "sv"}


def test_a_wrong_date_typed_on_a_swedish_page_is_refused_in_swedish(rooms):
    wrong = {"fact": "due_date", "value": "snart", "back": "/documents/D-000002"}
    with rooms.client("cora") as client:
        fact = client.post("/documents/D-000002/facts", data=wrong, headers=SWEDISH)
        entry = {"code": "MS-1", "name": "Launch of it", "planned_on": "snart"}
        field = client.post("/milestones", data=entry, headers=SWEDISH)
        english = client.post("/documents/D-000002/facts", data=wrong)
    said = "Uppgiften förfallodatum kan inte vara 'snart'. Det ska vara en dag som 2024-03-05."
    assert fact.status_code == 400 and said in html.unescape(fact.text)
    said = "planerad till kan inte vara 'snart'. Det ska vara en dag som 2024-03-05."
    assert field.status_code == 422 and said in html.unescape(field.text)
    said = "The fact due date can't be 'snart'; expected a day as 2024-03-05."
    assert said in html.unescape(english.text)


def test_a_wrong_date_sent_to_the_api_is_refused_in_english(rooms):
    with rooms.client("cora") as client:
        url = "/api/v1/documents/D-000002"
        answer = client.patch(url, json={"due_date": "snart"}, headers=SWEDISH)
    assert answer.json()["detail"] == (
        "The fact due_date can't be 'snart'; expected a day as 2024-03-05."
    )


def test_the_lines_of_an_import_are_refused_in_swedish_by_the_names_of_the_columns(rooms):
    file = {"file": ("m.csv", b"code,name,planned_on\nM-1,Launch it,snart\nM-2,,\n", "text/csv")}
    with rooms.client("cora") as client:
        page = html.unescape(client.post("/milestones/import", files=file, headers=SWEDISH).text)
    assert "planned_on kan inte vara 'snart'. Det ska vara en dag som 2024-03-05." in page
    assert "name saknas. Det behövs i varje post." in page


def test_a_user_who_is_there_and_one_who_is_not_are_told_in_swedish(rooms):
    with rooms.archive.database.write() as session:
        accounts.create(session, "ada", "administrator", by=operator(session), at=rooms.clock())
    with rooms.client("ada") as client:
        double = client.post("/users", data={"name": "cora", "role": "staff"}, headers=SWEDISH)
        grant = {"who": "nobody", "collection": "general", "what": "read"}
        absent = client.post("/grants", data=grant, headers=SWEDISH)
    assert "Det finns redan en användare cora." in double.text
    assert "Det finns ingen användare nobody." in absent.text


def test_an_address_that_makes_no_sense_is_told_so_in_swedish(rooms):
    with rooms.client("cora") as client:
        year = client.get("/?from=99", headers=SWEDISH)
        number = client.get("/documents/D-x", headers=SWEDISH)
        absent = client.get("/documents/D-999999", headers=SWEDISH)
    assert "'99' är inget år. Skriv det som 2024." in html.unescape(year.text)
    assert number.status_code == absent.status_code == 404
    assert "Det finns inget här." in number.text and "Det finns inget här." in absent.text


@pytest.mark.parametrize(
    ("wait_s", "swedish"), [(1, "Försök igen om 1 sekund."), (7, "Försök igen om 7 sekunder.")]
)
def test_what_is_counted_has_the_form_that_its_number_needs(wait_s, swedish):
    assert swedish in tell(TooManyTries(wait_s), Pages().texts("sv"))
    assert fill(SENTENCES["read"], {"version": "1", "pages": wait_s}, Pages().texts("sv")).endswith(
        f": {wait_s} {'sida' if wait_s == 1 else 'sidor'}."
    )


def test_an_error_keeps_its_sentence_and_its_facts():
    with pytest.raises(UsageError) as caught:
        parse_day("soon")
    assert str(caught.value) == "'soon' is no day; give it as 2024-03-01."
    assert caught.value.message == "%(text)r is no day; give it as 2024-03-01."
    assert caught.value.params == {"text": "soon"}


def test_an_error_of_one_text_is_said_as_it_stands():
    assert str(CrossfileError("The disk is 100% full.")) == "The disk is 100% full."


def test_a_message_may_hold_another():
    choice = Message("one of %(choices)s", choices="a, b")
    assert Message("It is %(what)s.", what=choice) == "It is one of a, b."
