"""Plans by API, page and command line: applied, planned anew, said, and asked about."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from archive.workbooks import read_rows
from tests.rooms import Rooms

DAY = timedelta(days=1)


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    cora = rooms.client("cora")
    assert post(cora, "/products", {"code": "AV-200", "name": "Aurora"}).status_code == 303
    yield rooms
    rooms.services.database.close()


def post(client, path, fields):
    return client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})


def ask(client, method, path, **body):
    headers = {"sec-fetch-site": "same-origin", "accept": "application/json"}
    return client.request(method, f"/api/v1{path}", json=body or None, headers=headers)


def planned(rooms, client, plan="product-launch", days=360, **more):
    anchor = (rooms.clock() + days * DAY).date().isoformat()
    return ask(client, "POST", "/products/AV-200/plans", plan=plan, anchor=anchor, **more)


def needs(client, code):
    return ask(client, "GET", f"/milestones/{code}/needs").json()["needs"]


def test_a_plan_is_applied_and_its_milestones_are_told_by_day(rooms):
    cora = rooms.client("cora")
    assert [one["name"] for one in ask(cora, "GET", "/plans").json()] == [
        "engineering-change", "product-launch",
    ]  # fmt: skip
    told = planned(rooms, cora).json()
    assert (told["there"], told["total"], told["percent"]) == (0, 19, 0)
    assert told["milestones"][0]["milestone"] == "AV-200-start"
    assert told == ask(cora, "GET", "/products/AV-200/milestones").json()
    days = [one["planned_on"] for one in told["milestones"]]
    assert days == sorted(days)
    assert planned(rooms, cora).status_code == 409
    assert planned(rooms, cora, "launch").status_code == 400
    assert planned(rooms, rooms.client("sven"), prefix="X").status_code == 403


def test_a_plan_for_what_is_not_there_makes_nothing(rooms):
    cora = rooms.client("cora")
    absent = {"plan": "product-launch", "anchor": "2026-06-01"}
    assert ask(cora, "POST", "/products/AV-999/plans", **absent).status_code == 404
    unknown = ask(cora, "POST", "/products/AV-200/plans", **{**absent, "plan": "moon-landing"})
    assert unknown.status_code == 400 and "moon-landing" in unknown.json()["detail"]
    impossible = ask(cora, "POST", "/products/AV-200/plans", **{**absent, "anchor": "2026-02-30"})
    assert impossible.status_code == 422
    assert ask(cora, "GET", "/milestones").json()["total"] == 0


def test_a_document_that_speaks_of_the_product_is_what_its_milestone_needs(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora)
    ask(cora, "POST", "/documents/D-000001/references", relation="about", target="product:AV-200")
    ask(cora, "PATCH", "/documents/D-000001", kind="plan")
    need = needs(cora, "AV-200-start")[0]
    assert (need["name"], need["status"], need["document"]) == (
        "Product plan", "there", "D-000001",
    )  # fmt: skip
    ask(cora, "PATCH", "/documents/D-000001", approval="draft")
    need = needs(cora, "AV-200-start")[0]
    assert (need["status"], need["reasons"]) == ("unusable", ["draft"])


def test_a_milestone_is_planned_anew_with_the_day_before(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora)
    path = "/milestones/AV-200-start/replan"
    assert ask(cora, "POST", path, planned_on="2026-09-01", reason="").status_code == 400
    told = ask(cora, "POST", path, planned_on="2026-09-01", reason="The tool is late.").json()
    assert told["planned_on"] == "2026-09-01"
    assert [(one["after"], one["reason"]) for one in told["replanned"]] == [
        ("2026-09-01", "The tool is late.")
    ]
    stale = ask(cora, "POST", path, planned_on="2026-10-01", reason="Again.", revision=1)
    assert stale.status_code == 409


def test_needs_are_added_said_and_taken_away(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora)
    path = "/milestones/AV-200-launch/needs"
    told = ask(cora, "POST", path, name="Stand at the fair", what="material").json()
    need = told["needs"][-1]
    said = ask(cora, "POST", f"{path}/{need['id']}/state", state="there", reason="Booked.").json()
    assert said["needs"][-1]["status"] == "there" and said["needs"][-1]["who"] == "cora"
    left = ask(cora, "DELETE", f"{path}/{need['id']}").json()
    assert len(left["needs"]) == 2
    assert ask(cora, "DELETE", f"{path}/{need['id']}").status_code == 404
    assert ask(cora, "POST", path, name="Contract").status_code == 422
    document = left["needs"][0]["id"]
    assert ask(cora, "POST", f"{path}/{document}/state", state="there").status_code == 400


def test_milestones_at_risk_and_what_is_missing_come_as_json_and_csv(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora, days=370)  # the first milestone is ten days ahead
    told = ask(cora, "GET", "/plans/at-risk").json()
    assert [(one["milestone"], one["days_left"]) for one in told["items"]] == [("AV-200-start", 10)]
    assert ask(cora, "GET", "/plans/at-risk?days=400").json()["total"] == 6
    rows = _table(ask(cora, "GET", "/plans/at-risk.csv"))
    assert rows[0]["missing"] == "Product plan; Sales forecast; Product manager"
    rows = _table(ask(cora, "GET", "/plans/missing.csv?milestone=AV-200-design"))
    assert [row["need"] for row in rows][:4] == [
        "Product plan", "Sales forecast", "Product manager", "Product specification",
    ]  # fmt: skip
    told = ask(cora, "GET", "/plans/missing?milestone=AV-200-design").json()
    assert [one["milestone"] for one in told["items"]] == ["AV-200-start", "AV-200-design"]
    assert ask(cora, "GET", "/plans/missing?milestone=M-9").status_code == 404
    assert ask(cora, "GET", "/plans/at-risk?as_of=2020-01-01").json()["total"] == 0


def test_plans_and_what_they_lack_come_as_workbooks(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora, days=370)
    rows = _sheet(ask(cora, "GET", "/plans/at-risk.xlsx"))
    assert rows[1][0] == "AV-200-start"
    assert rows[1][-1] == "Product plan; Sales forecast; Product manager"
    rows = _sheet(ask(cora, "GET", "/plans/missing.xlsx?milestone=AV-200-design"))
    assert [row[6] for row in rows[1:4]] == ["Product plan", "Sales forecast", "Product manager"]
    rows = _sheet(ask(cora, "GET", "/products/AV-200/milestones.xlsx"))
    told = ask(cora, "GET", "/products/AV-200/milestones").json()
    assert len(rows) == 1 + told["total"]
    assert {row[0] for row in rows[1:]} == {one["milestone"] for one in told["milestones"]}
    assert ask(cora, "GET", "/products/AV-9/milestones.xlsx").status_code == 404


def _sheet(answer):
    assert answer.status_code == 200
    return [cells for _, cells in read_rows(answer.content)]


def _table(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_page_of_a_product_applies_a_plan_and_shows_how_complete_it_is(rooms):
    cora = rooms.client("cora")
    page = cora.get("/products/AV-200").text
    assert "It has no milestones so far." in page and "Product launch" in page
    form = {"plan": "product-launch", "anchor": "2026-12-01", "back": "/products/AV-200"}
    assert post(cora, "/products/AV-200/plans", form).status_code == 303
    page = cora.get("/products/AV-200").text
    assert "0 of 19 needs are there." in page and "AV-200-launch" in page
    post(cora, "/products/AV-200/plans", form)
    assert "AV-200-start is in this collection already." in cora.get("/products/AV-200").text
    seen = rooms.client("sven").get("/products/AV-200").text
    assert "AV-200-launch" in seen and "Apply a plan" not in seen


def test_the_page_of_a_product_refuses_a_day_that_is_none(rooms):
    cora = rooms.client("cora")
    form = {"plan": "product-launch", "anchor": "2026-02-30", "back": "/products/AV-200"}
    post(cora, "/products/AV-200/plans", form)
    assert "is no day" in cora.get("/products/AV-200").text


def test_the_page_of_a_milestone_opens_with_what_it_needs(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora)
    path = "/milestones/AV-200-start"
    page = cora.get(path).text
    assert "0 of 3 are there." in page and "Product plan" in page and "missing" in page
    (number,) = (one["id"] for one in needs(cora, "AV-200-start") if one["what"] == "person")
    said = {"state": "there", "reason": "Eva has agreed.", "back": path}
    post(cora, f"{path}/needs/{number}/state", said)
    page = cora.get(path).text
    assert "1 of 3 are there." in page and "Eva has agreed. cora" in page
    post(cora, f"{path}/replan", {"planned_on": "2026-09-01", "reason": "Late.", "back": path})
    page = cora.get(path).text
    assert "Planned before for" in page and "Late." in page
    assert "/replan" not in rooms.client("sven").get(path).text


def test_a_need_is_added_on_the_page_and_taking_one_away_can_be_undone(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora)
    path = "/milestones/AV-200-launch"
    form = {"name": "Letter to the trade", "what": "document", "kind": "letter", "state": "present"}
    post(cora, f"{path}/needs", {**form, "back": path})
    need = needs(cora, "AV-200-launch")[-1]
    assert (need["name"], need["kind"], need["wanted"]) == (
        "Letter to the trade", "letter", "present",
    )  # fmt: skip
    post(cora, f"{path}/needs/{need['id']}/removed", {"back": path})
    page = cora.get(path).text
    assert f'action="{path}/needs"' in page and 'value="Letter to the trade"' in page
    post(cora, f"{path}/needs", {**form, "kind": "", "back": path})
    assert "of a document which kind it is" in cora.get(path).text


def test_the_questions_have_a_page_each(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora, days=370)
    page = cora.get("/plans/at-risk").text
    assert "AV-200-start" in page and "AV-200-design" not in page
    assert "/api/v1/plans/at-risk.csv" in page
    assert "AV-200-launch" in cora.get("/plans/at-risk?days=400").text
    page = cora.get("/plans/missing?milestone=AV-200-design").text
    assert "Sales forecast" in page and "AV-200-supply" not in page
    assert cora.get("/plans/missing?milestone=none").status_code == 404
    assert cora.get("/plans/at-risk?days=soon").status_code == 400
    assert "Milestones at risk" in cora.get("/milestones").text


def test_the_attention_list_says_what_near_milestones_lack(rooms):
    cora = rooms.client("cora")
    planned(rooms, cora, days=370)
    page = cora.get("/attention?what=need").text
    assert "AV-200-start" in page and "and lacks: Product plan." in page
    item = ask(cora, "GET", "/attention?kind=need").json()["items"][0]["item"]
    post(cora, f"/attention/{item}", {"answer": "explain", "reason": "not for this one"})
    assert "Product plan" not in cora.get("/attention?what=need").text


def test_the_command_line_applies_shows_and_asks(rooms, tmp_path, crossfile, config):
    file = tmp_path / "products.csv"
    file.write_text("code,name\nZP-9,Zeppelin\n", encoding="utf-8")
    crossfile("import", "register", "products", str(file))
    assert "product-launch" in crossfile("plans", "list")[1]
    status, out, _ = crossfile("plans", "apply", "ZP-9", "product-launch", "2021-06-01")
    assert status == 0 and "ZP-9: 0 % complete (0 of 19)." in out
    assert crossfile("plans", "apply", "ZP-9", "product-launch", "2021-06-01")[0] == 1
    assert crossfile("plans", "apply", "ZP-9", "launch", "2021-06-01")[0] == 2
    told = json.loads(crossfile("plans", "show", "ZP-9-start", "--json")[1])
    number = str(next(one["id"] for one in told["needs"] if one["what"] == "person"))
    assert crossfile("plans", "say", number, "there", "--responsible", "Eva")[0] == 0
    out = crossfile("plans", "show", "ZP-9-start")[1]
    assert "33 % complete (1 of 3)." in out and "Eva" in out
    out = crossfile("plans", "replan", "ZP-9-launch", "2021-07-01", "--reason", "Late.")[1]
    assert "Planned anew from 2021-06-01 to 2021-07-01: Late." in out
    assert "ZP-9: 5 % complete" in crossfile("plans", "show", "ZP-9")[1]
    assert len(json.loads(crossfile("plans", "at-risk", "--json")[1])["items"]) == 6
    assert "ZP-9-design" in crossfile("plans", "at-risk", "--csv")[1]
    out = crossfile("plans", "missing", "ZP-9-start")[1]
    assert "Sales forecast" in out and "Product specification" not in out
    assert crossfile("plans", "missing", "ZP-9-start", "--csv")[1].count("\n") == 3
    assert crossfile("plans", "show", "none")[0] == 1
