"""A redacted copy goes out of a matter in the place of its document, which is withheld."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from archive import matter_sayings
from archive.errors import NotFound, UsageError
from archive.models import Event
from archive.records import file_number
from tests.load_reader import at, read_dat
from tests.package_house import PackageHouse
from tests.test_matter_package import rows_of

ORDER = "PURCHASE ORDER\nOrder number: PO-2024-113\nDate: 2024-02-11\n"
MEMO = "Memo on PO-2024-113 of 2024-03-01: Quetzalcoatl is what counsel advised\n"
BLACK = "Memo on PO-2024-113 of 2024-03-01: [redacted]\n"
WHY = "advice of counsel"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = PackageHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def filed(house) -> dict[str, int]:
    return {
        "order": house.document(house.put("order.txt", ORDER)),
        "memo": house.document(house.put("memo.txt", MEMO)),
        "copy": house.document(house.put("memo redacted.txt", BLACK)),
    }


@pytest.fixture
def matter(house, filed):
    matter = house.open(reference="T 12-24")
    house.gather(matter, "PO-2024-113", file_number(filed["memo"]))
    house.include(matter, filed["order"], filed["memo"])
    return matter


def redact(house, matter, document: int, copy: int | str, reason: str = WHY, **by) -> None:
    named = copy if isinstance(copy, str) else file_number(copy)
    house.say(matter, document, "redacted", named, reason, **by)


def everything(folder) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_copy_goes_out_under_the_number_and_nothing_of_the_document_does(
    house, filed, matter, tmp_path
):
    redact(house, matter, filed["memo"], filed["copy"])
    folder = house.unpacked(matter, tmp_path / "made")
    assert b"Quetzalcoatl" not in everything(folder) and WHY.encode() not in everything(folder)
    names = {path.name for path in (folder / "data/originals").iterdir()}
    assert names == {"T12-24-0000001_order.txt", "T12-24-0000002_memo_redacted.txt"}
    assert (folder / "data/text/T12-24-0000002.txt").read_text() == BLACK
    [order, memo] = rows_of(folder / "data/index.csv")
    assert (order["redacts"], memo["redacts"]) == ("", file_number(filed["memo"]))
    assert memo["document"] == file_number(filed["copy"])
    records = read_dat((folder / "data/load.dat").read_bytes())
    assert [one["REDACTED"] for one in records] == ["", "Yes"]
    assert at(folder / "data", records[1]["TEXTPATH"]).read_text() == BLACK
    assert rows_of(folder / "data/withheld.csv") == []


def test_without_the_copy_the_document_goes_out_again(house, filed, matter, tmp_path):
    redact(house, matter, filed["memo"], filed["copy"])
    house.say(matter, filed["memo"], "redacted", "")
    folder = house.unpacked(matter, tmp_path / "made")
    assert b"Quetzalcoatl" in everything(folder)


def test_a_mail_that_holds_the_document_is_withheld(house, filed, matter, tmp_path):
    mail = house.document(house.put("mail.txt", "A mail\n"))
    house.inside(mail, "memo of counsel.txt", MEMO)
    redact(house, matter, filed["memo"], filed["copy"])
    house.include(matter, mail)
    folder = house.unpacked(matter, tmp_path / "made")
    assert b"Quetzalcoatl" not in everything(folder)
    [kept] = rows_of(folder / "data/withheld.csv")
    assert kept["document"] == file_number(mail)


def test_a_document_that_is_privileged_as_a_whole_is_withheld_whatever_copy_it_has(
    house, filed, matter, tmp_path
):
    redact(house, matter, filed["memo"], filed["copy"])
    house.say(matter, filed["memo"], "privileged", "yes", "counsel")
    folder = house.unpacked(matter, tmp_path / "made")
    assert len(list((folder / "data/originals").iterdir())) == 1
    [kept] = rows_of(folder / "data/withheld.csv")
    assert (kept["document"], kept["ground"]) == (file_number(filed["memo"]), "counsel")


def test_a_copy_that_is_included_by_itself_goes_out_once(house, filed, matter, tmp_path):
    redact(house, matter, filed["memo"], filed["copy"])
    house.include(matter, filed["copy"])
    rows = rows_of(house.unpacked(matter, tmp_path / "made") / "data/index.csv")
    assert [row["document"] for row in rows] == [
        file_number(filed["order"]), file_number(filed["copy"]),
    ]  # fmt: skip


def test_a_copy_that_the_packager_may_not_read_lets_the_document_be_withheld(
    house, filed, matter, tmp_path
):
    hidden = house.document(house.put("secret.txt", BLACK + ".", collection="closed"))
    with house.database.write() as session:
        matter_sayings.say(
            session, house.person("legal one", "general", "closed"), matter.id, [filed["memo"]],
            "redacted", file_number(hidden), house.clock(), reason=WHY,
        )  # fmt: skip
    [line] = [one for one in house.entries(matter) if one.document_id == filed["memo"]]
    assert (line.said["redacted"].value, line.said["redacted"].reason) == ("", WHY)
    folder = house.unpacked(matter, tmp_path / "made")
    assert b"Quetzalcoatl" not in everything(folder)
    [kept] = rows_of(folder / "data/withheld.csv")
    assert (kept["document"], kept["ground"]) == (file_number(filed["memo"]), WHY)


def test_a_copy_stands_for_one_document(house, filed, matter, tmp_path):
    other = house.document(house.put("other.txt", "Other\nTezcatlipoca PO-2024-113\n"))
    house.include(matter, other)
    redact(house, matter, filed["memo"], filed["copy"])
    with pytest.raises(UsageError, match="stands for another"):
        redact(house, matter, other, filed["copy"])


@pytest.mark.parametrize("value", ["the copy", "D-1", "PO-2024-113"])
def test_a_copy_is_named_by_its_file_number(house, filed, matter, value):
    with pytest.raises(UsageError, match="by its file number"):
        redact(house, matter, filed["memo"], value)


def test_a_document_is_no_copy_of_itself_and_a_copy_wants_a_reason(house, filed, matter):
    with pytest.raises(UsageError, match="one other document"):
        redact(house, matter, filed["memo"], filed["memo"])
    with pytest.raises(UsageError, match="reason"):
        redact(house, matter, filed["memo"], filed["copy"], "")


def test_what_is_not_there_or_may_not_be_seen_is_no_copy(house, filed, matter):
    hidden = house.document(house.put("secret.txt", "Hidden\n", collection="closed"))
    for copy in (file_number(hidden), "D-000999"):
        with pytest.raises(NotFound):
            redact(house, matter, filed["memo"], copy)


def test_the_history_names_the_copy_and_not_why(house, filed, matter):
    redact(house, matter, filed["memo"], filed["copy"])
    assert house.kinds(matter)[-1] == "matter-redacted"
    with house.database.read() as session:
        line = session.scalars(select(Event.line).order_by(Event.number.desc())).first()
    assert json.loads(line)["details"]["value"] == file_number(filed["copy"])
    assert WHY not in line
