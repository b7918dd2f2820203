"""The commands that tell of the archive: in the fields of the API, with their exit statuses."""

from __future__ import annotations

import json
import shutil

import pytest

from api import VERSION
from api.answers import OpenedDocument
from archive.trail import MOST_CITED

NOTE = "Minutes of the meeting\n\nNothing was decided.\n"


@pytest.fixture
def filing(tmp_path):
    """A folder with one file in it."""
    folder = tmp_path / "filing"
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE)
    return folder


def test_commands_answer_with_json_of_the_same_shape_as_the_api(crossfile, config, tmp_path):
    folder = tmp_path / "filing"
    folder.mkdir()
    (folder / "order.txt").write_text(
        "PURCHASE ORDER\nPurchase order no: PO-2024-113\nDate: 2024-02-11\nDelivery in week 22.\n"
    )
    (folder / "bill.txt").write_text("INVOICE\nInvoice no: INV-77\nYour order: PO-2024-113\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 100)
    assert crossfile("ingest", str(folder), "--json")[0] == 3  # one can't be read
    _, out, _ = crossfile("search", "delivery", "--json")
    assert [hit["number"] for hit in json.loads(out)["hits"]] == ["PO-2024-113"]
    told = json.loads(crossfile("show", "PO-2024-113", "--json")[1])
    assert {fact["name"] for fact in told["facts"]} >= {"kind", "number", "date"}
    assert set(OpenedDocument.model_fields) <= set(told)
    number = told["document"]
    said = json.loads(crossfile("references", number, "--json")[1])
    assert said["document"] == number
    (line,) = said["in"]
    assert (line["relation"], line["ruling"], line["places"][0]["quote"]) == (
        "bills", None, "PO-2024-113",
    )  # fmt: skip
    assert crossfile("references", number)[1].splitlines() == [
        "out: 0 references",
        "in: 1 reference",
        f"  bills PO-2024-113 (resolved) by {line['source']} invoice INVOICE",
        "      p.1 “PO-2024-113”",
    ]
    trail = json.loads(crossfile("trail", "PO-2024-113", "--json")[1])
    assert [entry["number"] for entry in trail["entries"]] == ["PO-2024-113", "INV-77"]
    exported = [json.loads(row) for row in crossfile("export", "documents")[1].splitlines()]
    assert [row["path"].rpartition("/")[2] for row in exported] == [
        "bill.txt", "broken.pdf", "order.txt",
    ]  # fmt: skip
    (reference,) = map(json.loads, crossfile("export", "references")[1].splitlines())
    assert (reference["target"], reference["status"]) == (number, "resolved")
    assert json.loads(crossfile("status", "--json")[1])["documents"]["unreadable"] == 1
    assert crossfile("show", "PO-9999-1")[0] == 1
    assert crossfile("search", "nothing-of-it")[0] == 0


def test_verify_and_check_end_with_1_where_they_find_damage(crossfile, filing, tmp_path):
    assert crossfile("ingest", str(filing))[0] == 0
    assert [crossfile(command)[0] for command in ("verify", "check")] == [0, 0]
    blobs = tmp_path / "data" / "vault" / "blobs"
    (blob,) = (path for path in blobs.rglob("*") if path.is_file())
    blob.chmod(0o600)
    blob.write_bytes(b"other bytes")
    status, out, _ = crossfile("verify", "--json")
    assert (status, len(json.loads(out)["findings"])) == (1, 1)
    blob.unlink()
    assert crossfile("check")[0] == 1


def test_check_names_what_lies_in_the_indexes_and_belongs_elsewhere(crossfile, filing, tmp_path):
    crossfile("ingest", str(filing))
    index = tmp_path / "data" / "index"
    (home,) = (path for path in index.iterdir() if path.name.isdigit())
    crossfile("collection", "add", "legal")
    (index / "odd").mkdir()
    shutil.copytree(home, index / "2", symlinks=True)
    shutil.copytree(home, index / "77", symlinks=True)
    status, _, err = crossfile("check")
    assert status == 1
    assert [line.partition(". ")[0] for line in err.splitlines()] == [
        "index: The folder index/odd belongs to no collection",
        "index: The index of legal (index/2) holds D-000001/1, of general",
        "index: The folder index/77 belongs to no collection",
    ]
    assert [crossfile(*line)[0] for line in (("check", "--repair"), ("check",))] == [0, 0]
    assert {path.name for path in index.iterdir() if path.is_dir()} == {home.name}


def test_a_backup_restores_into_an_empty_place(crossfile, config, filing, tmp_path):
    crossfile("ingest", str(filing))
    before = crossfile("export", "documents")[1]
    assert crossfile("backup", str(tmp_path / "backup"))[0] == 0
    config.write_text('[data]\nfolder = "other"\n')
    assert crossfile("restore", str(tmp_path / "backup"))[0] == 0
    assert crossfile("export", "documents")[1] == before


def test_a_damaged_backup_restores_but_for_what_is_damaged_which_is_named(
    crossfile, config, filing, tmp_path
):
    crossfile("ingest", str(filing))
    before = crossfile("export", "documents")[1]
    crossfile("backup", str(tmp_path / "backup"))
    (blob,) = (path for path in (tmp_path / "backup/blobs").rglob("*") if path.is_file())
    blob.unlink()
    config.write_text('[data]\nfolder = "other"\n')
    restoring = ("restore", str(tmp_path / "backup"))
    assert "--without-damaged" in crossfile(*restoring)[2]
    status, _, errors = crossfile(*restoring, "--without-damaged")
    assert status == 1 and f"{blob.name} can't be read" in errors and "D-000001" in errors
    assert crossfile("export", "documents")[1] == before
    assert crossfile("verify")[0] == 1


def test_a_backup_is_restored_on_trial_which_status_tells_and_nothing_is_left_of(
    crossfile, filing, tmp_path
):
    crossfile("ingest", str(filing))
    backup, room = tmp_path / "backup", tmp_path / "room"
    room.mkdir()
    crossfile("backup", str(backup))
    assert json.loads(crossfile("status", "--json")[1])["last_trial"] is None
    assert crossfile("restore", str(backup), "--trial", str(room))[0] == 0
    told = json.loads(crossfile("status", "--json")[1])["last_trial"]
    assert told["sound"] and (backup / told["backup"] / "manifest.json").exists()
    (blob,) = (path for path in (backup / "blobs").rglob("*") if path.is_file())
    blob.unlink()
    assert crossfile("restore", str(backup), "--trial", str(room))[0] == 1
    assert not json.loads(crossfile("status", "--json")[1])["last_trial"]["sound"]
    assert list(room.iterdir()) == []
    assert crossfile("verify")[0] == 0


def test_one_is_told_as_one(crossfile, filing):
    out = crossfile("ingest", str(filing))[1]
    assert out.startswith("1 file filed: ") and "The archive has 1 document (0 unreadable)" in out
    assert crossfile("search", "nothing")[1].endswith("\n1 document\n")
    assert crossfile("reread")[1].startswith("1 version will be read again")


def test_a_trail_goes_on_through_a_list_that_is_named(place):
    orders = [f"PO-2024-{number}" for number in range(100, 101 + MOST_CITED)]
    for order in orders:
        place.write(f"{order}.txt", f"PURCHASE ORDER\nOrder number: {order}\n")
    place.write("list.txt", "Orders of the year\n\n" + "\n".join(orders) + "\n")
    place.ingest()
    found = json.loads(place.run("trail", orders[0], "--json")[1])
    (named,) = found["not_followed"]
    followed = place.run("trail", orders[0], "--json", "--through", named["document"])[1]
    assert json.loads(followed)["not_followed"] == []
    assert len(json.loads(followed)["entries"]) == len(orders) + 1


def test_what_is_gone_from_the_folders_is_said_to_be_on_hits_and_pages(crossfile, filing, tmp_path):
    (filing / "other.txt").write_text("Minutes of another meeting\n")
    crossfile("ingest", str(filing))
    (filing / "note.txt").unlink()
    assert "gone" not in crossfile("search", "meeting")[1]
    for _ in range(2):  # what is missed once is looked for again
        crossfile("ingest", str(filing))
    lines = {line.split()[0]: line for line in crossfile("search", "meeting")[1].splitlines()[:3]}
    (gone,) = [line for line in lines.values() if "(gone from the folders since 20" in line]
    assert "filing/note.txt" in gone


def test_an_odd_name_is_written_on_one_line(crossfile, filing):
    (filing / "a\nb\u202egpj.txt").write_text("Zinc for the meeting\n")
    crossfile("ingest", str(filing))
    (line, *_) = crossfile("search", "zinc")[1].splitlines()
    assert line.endswith("filing/a\\nb\\u202egpj.txt")


def test_what_was_not_understood_of_a_query_is_said_before_its_hits(crossfile, filing):
    crossfile("ingest", str(filing))
    (first, *_) = crossfile("search", "meeting kind:nonsense")[1].splitlines()
    assert first.startswith("note at 8: ")


def test_the_command_says_its_version(crossfile):
    assert crossfile("--version")[1] == f"crossfile {VERSION}\n"
