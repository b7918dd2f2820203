"""Why a file is not read is said in the language of the page, with what is in it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from api.pages.reasons import tell_reason
from archive.models import Job, Version
from indexer.parsers.compound import packed
from indexer.parsers.limits import Limits
from tests.small_files import package, reading
from web.render import Pages

SWEDISH = Pages().texts("sv")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (
            "2,000 more members are not filed: at most 10,000 are.",
            "2\u00a0000 filer till arkiveras inte: högst 10\u00a0000 gör det.",
        ),
        (
            "Left out: a.b.txt (damaged), c (needs a password), and 3 more. "
            "Further members are not filed: at most 5 are.",
            "Utelämnade: a.b.txt (skadad), c (kräver lösenord), och 3 till. "
            "Ytterligare filer arkiveras inte: högst 5 gör det.",
        ),
        ("The PDF can't be opened: Data. Code 3.", "PDF-filen kan inte öppnas: Data. Code 3."),
        ("The file can't be read: Permission denied.", "Filen kan inte läsas: Åtkomst nekad."),
        ("Something that nobody knows.", ""),
        ("The file is empty. Something that nobody knows.", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_is_said_in_swedish_with_its_values(kept: str, told: str) -> None:
    assert tell_reason(kept, SWEDISH) == told


def test_what_readers_say_has_a_known_form() -> None:
    five = package({str(number): "x" for number in range(5)})
    few = Limits(max_members=3)
    for found in (
        reading(five, "x.zip", few),
        reading(b"%PDF-1.7\n" + b"\0" * 100, "x.pdf"),
        reading(b"", "x.txt"),
        reading(five, "x.zip", Limits(max_depth=0)),
        reading(bytes(range(256)) * 4, "x.bin"),
        reading(b"<a><b></a>", "x.xml"),
        reading(bytes(range(256)) * 4, "x (1).7z.002"),
    ):
        assert found.reason
        assert tell_reason(found.reason, SWEDISH), found.reason


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x18ftypheic" + bytes(80), b"AC1032" + bytes(80), b"!BDN" + bytes(80),
        b"\0\1\0\0Standard ACE DB\0" + bytes(80), bytes.fromhex("e4525c7b8cd8a74d") + bytes(80),
        b"SQLite format 3\0" + bytes(80), b"MZ" + bytes(80), packed({"Props9": b"x"}),
    ],
)  # fmt: skip
def test_a_format_without_a_reader_is_named_in_swedish(data: bytes) -> None:
    found = reading(data, "x.bin")
    assert found.reason_code == "unknown-format"
    assert found.reason is not None
    told = tell_reason(found.reason, SWEDISH)
    assert told.startswith("Ingen läsare känner formatet: filen är e")


def test_pages_say_reasons_in_the_language_of_who_asks(rooms):
    archive = rooms.archive
    with archive.database.write() as session:
        row = session.get_one(Version, 1)
        row.reason_code, row.reason = "truncated", "7 more members are not filed: at most 3 are."
        broken = session.get_one(Version, 2)
        broken.status, broken.reason_code = "unreadable", "damaged"
        broken.reason = "The ZIP package is damaged: File is not a zip file"
        session.execute(
            insert(Job).values(kind="index", subject=1, priority=0, attempts=5,
                               run_after=rooms.clock(), given_up_at=rooms.clock(),
                               reason="The reader's answer makes no sense.",
                               created_at=rooms.clock())
        )  # fmt: skip
    with rooms.client("cora") as client:
        swedish = {"accept-language": "sv"}
        page = client.get("/documents/D-000001", headers=swedish).text
        assert "7 filer till arkiveras inte: högst 3 gör det." in page
        page = client.get("/attention", headers=swedish).text
        assert "ZIP-paketet är skadat: File is not a zip file" in page
        assert "Läsarens svar går inte att förstå." in page
        assert "7 more members are not filed" in client.get("/documents/D-000001").text
