"""A child without a date of its own bears that of the file it lies in."""

from __future__ import annotations

import pytest

from tests.api_house import opened_house
from tests.small_files import mail, package


@pytest.fixture(scope="module")
def house(house_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("inherited")
    with opened_house(house_url, folder) as house:
        letter = mail("Please find our drawing.\n")
        del letter["Date"]
        letter["Date"] = "Tue, 05 Mar 2024 10:00:00 +0000"
        dated = "INVOICE\nInvoice number: 9-1\nDate: 2023-01-31\n"
        undecided = "Invoice\nInvoice date: 03/04/2024\nTotal: 100.00"
        for name, text in (("plan.txt", "A drawing"), ("bill.txt", dated), ("u.txt", undecided)):
            letter.add_attachment(text.encode(), "text", "plain", filename=name)
        inner = package({"deep.txt": "A drawing inside"})
        letter.add_attachment(inner, "application", "zip", filename="more.zip")
        (house.tree / "mail.eml").write_bytes(bytes(letter))
        house.read()
        yield house


def told(house, name):
    path = f"filing/mail.eml!/{name}" if name else "filing/mail.eml"
    return house.by("karin").get(f"documents/{house.document(path)}").json()


def dates(house):
    return {name: told(house, name)["date"] for name in ("plan.txt", "more.zip!/deep.txt")}


def test_an_attachment_is_dated_with_its_mail_and_says_so(house):
    plan = told(house, "plan.txt")
    (fact,) = [fact for fact in plan["facts"] if fact["name"] == "date"]
    assert (plan["date"], fact["where"]) == ("2024-03-05", told(house, "")["document"])
    assert (fact["rule"], fact["origin"]) == ("date of the file it lies in", "data")
    assert told(house, "more.zip!/deep.txt")["date"] == "2024-03-05"


def test_a_date_of_its_own_and_one_that_is_undecided_stay(house):
    assert told(house, "bill.txt")["date"] == "2023-01-31"
    assert told(house, "u.txt")["date"] is None


def test_where_the_date_of_the_mail_is_set_right_the_children_follow(house):
    document = told(house, "")["document"]
    karin = house.by("karin")
    assert karin.patch(f"documents/{document}", json={"date": "2024-03-07"}).status_code == 200
    house.read()
    assert dates(house) == {"plan.txt": "2024-03-07", "more.zip!/deep.txt": "2024-03-07"}
    karin.patch(f"documents/{document}", json={"date": None})
    house.read()
    assert dates(house) == {"plan.txt": "2024-03-05", "more.zip!/deep.txt": "2024-03-05"}
