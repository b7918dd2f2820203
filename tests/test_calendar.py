"""A calendar of days to come: milestones, expiries, decisions due, for a token (RFC 5545)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.service import Services
from archive import accounts, grants, tokens
from archive.access import operator
from archive.config import Config, DataSection
from archive.icalendar import CalendarEvent, to_icalendar
from tests.plan_house import PlanHouse
from web.render import Pages

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


@given(TEXTS)
def test_lines_are_folded_between_characters_and_read_back(text):
    data = to_icalendar("Crossfile", [CalendarEvent("a", date(2024, 3, 5), text)], date(2024, 1, 1))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode()  # no character is cut in two
    (summary,) = (line for line in unfolded(data) if line.startswith("SUMMARY:"))
    read = re.sub(r"\\(.)", lambda match: match[1], summary.removeprefix("SUMMARY:"))
    assert read == text


def test_an_event_is_a_whole_day_with_a_name_for_ever_and_nothing_of_it_breaks_a_line():
    event = CalendarEvent("a", date(2024, 2, 29), "a;b,c\\d\ne\r\x07", url="http://h/x")
    lines = unfolded(to_icalendar("C", [event], date(2024, 1, 1)))
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20240229" in lines and "DTEND;VALUE=DATE:20240301" in lines
    assert "UID:a@crossfile" in lines and "DTSTAMP:20240101T000000Z" in lines
    assert "SUMMARY:a\\;b\\,c\\\\d\\ne" in lines


class CalendarHouse(PlanHouse):
    """A house with the routes of the service over it."""

    def __init__(self, url, folder, clock):
        super().__init__(url, folder, clock)
        config = Config(data=DataSection(folder=folder))
        services = Services(config, self.database, self.vault, self.intake, clock)
        self.app = create_app(services, Pages())

    def token(self, name="sven", role="staff", collection="general") -> str:
        with self.database.write() as session:
            by, at = operator(session), self.clock()
            accounts.create(session, name, role, by=by, at=at)
            grants.grant(session, collection, "read", by=by, at=at, user=name)
            user = accounts.find(session, name)
            return tokens.make_token(session, user.id, "phone", by=by, at=at)[1]

    def end_tokens(self) -> None:
        with self.database.write() as session:
            by = operator(session)
            for line in tokens.list_tokens(session, by=by).items:
                tokens.end_token(session, line.id, by=by, at=self.clock())

    def lines(self, token: str) -> list[str]:
        with self.client(token) as client:
            answer = client.get("/api/v1/calendar.ics")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        return unfolded(answer.content)

    def client(self, token: str = "") -> TestClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers)


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = CalendarHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def days(lines: list[str]) -> dict[str, str]:
    """By summary the day."""
    starts = [line.partition(":")[2] for line in lines if line.startswith("DTSTART")]
    said = [line.partition(":")[2] for line in lines if line.startswith("SUMMARY")]
    return dict(zip(said, starts, strict=True))


def day_in(house, days: int) -> date:
    return house.clock().date() + timedelta(days=days)


def test_it_has_milestones_contracts_that_end_what_expires_and_decisions_that_are_due(house):
    near, later = day_in(house, 20), day_in(house, 200)
    house.register("milestone", code="G1", name="Tooling", planned_on=near.isoformat())
    house.register("milestone", code="G0", name="Idea", planned_on=near.isoformat(),
                   actual_on=near.isoformat())  # fmt: skip
    house.register("change-request", number="CR-118", title="Seal", state="presented")
    house.register("change-request", number="CR-119", title="Bolt", state="received")
    house.put(
        "c.txt",
        f"Supply agreement\nContract no: C-2024-001\nDate: 2024-01-15\nValid until: {later}\n"
        "Notice period: 1 month\n",
    )
    house.put("q.txt", f"Quotation\nQuotation no: Q-7\nDate: 2024-01-10\nValid until: {later}\n")
    found = days(house.lines(house.token()))
    texts = " ".join(found)
    for words in (
        "Milestone G1: Tooling",
        "Contract C-2024-001 ends",
        "Q-7 expires",
        "Last day for notice of contract C-2024-001",
        "Decision due on CR-118: Seal",
    ):
        assert words in texts, words
    assert "G0" not in texts and "CR-119" not in texts
    assert found["Milestone G1: Tooling"] == near.strftime("%Y%m%d")
    assert found["Decision due on CR-118: Seal"] == house.clock().date().strftime("%Y%m%d")


def test_a_day_that_moves_keeps_its_name_for_programs(house):
    entry = house.register(
        "milestone", code="G1", name="Tooling", planned_on=day_in(house, 20).isoformat()
    )
    token = house.token()
    first = [line for line in house.lines(token) if line.startswith("UID:")]
    house.edit(entry, planned_on=day_in(house, 50).isoformat(), planned_reason="Late.")
    assert [line for line in house.lines(token) if line.startswith("UID:")] == first
    assert list(days(house.lines(token)).values()) == [day_in(house, 50).strftime("%Y%m%d")]


def test_what_is_hidden_is_not_in_it(house):
    planned = day_in(house, 20).isoformat()
    house.register("milestone", "secret", code="G1", name="Tooling", planned_on=planned)
    house.register("change-request", "secret", number="CR-1", title="T", state="presented")
    house.put("q.txt", f"Quotation\nQuotation no: Q-7\nValid until: {planned}\n", "secret")
    assert days(house.lines(house.token())) == {}


def test_a_token_has_an_address_that_opens_the_calendar_and_nothing_else(house):
    house.register("change-request", number="CR-118", title="Seal", state="presented")
    token = house.token()
    with house.client(token) as client:
        address = client.get("/api/v1/calendar").json()["address"]
        address = "/calendar/" + address.rpartition("/")[2]
        assert token not in address
    with house.client() as client:
        assert "CR-118" in client.get(address).text
        assert client.get("/api/v1/calendar.ics").status_code == 401
        assert client.get("/api/v1/calendar").status_code == 401
        for wrong in (
            address.replace("-", "-0"),
            "/calendar/1-.ics",
            "/calendar/x.ics",
            "/calendar/99-00.ics",
            address[:-5] + ".ics",
        ):
            assert client.get(wrong).status_code == 401, wrong
        sign = address.rpartition("/")[2].removesuffix(".ics")
        headers = {"authorization": f"Bearer {sign}"}
        assert client.get("/api/v1/calendar.ics", headers=headers).status_code == 401
        house.end_tokens()
        assert client.get(address).status_code == 401


def test_it_is_said_in_the_language_that_is_asked_for(house):
    house.register("change-request", number="CR-118", title="Seal", state="presented")
    with house.client(house.token()) as client:
        told = client.get("/api/v1/calendar.ics", headers={"accept-language": "sv"}).text
    assert "Beslut väntar om CR-118: Seal" in told
