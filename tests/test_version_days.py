"""The versions of a document on its page: those of one day are one line."""

from __future__ import annotations

import re

from archive import exports
from archive.access import operator

FOLDED = re.compile(
    r"<details([^>]*)><summary>(2026-[-\d]+) · (\d+) versions(.*?)</summary>", re.DOTALL
)


def test_the_versions_of_one_day_are_one_closed_line_that_says_which_is_shown(rooms):
    for day in range(2):
        for number in range(3):
            rooms.clock.step(minutes=1)
            rooms.archive.add("saved.txt", f"S-1, day {day}, save {number}", number="S-1")
        rooms.clock.step(days=1)
    with rooms.archive.database.read() as session:
        (document,) = {
            line["document"]
            for line in exports.documents(session, operator(session))
            if line["path"] == "filing/saved.txt"
        }
    with rooms.client("cora") as client:
        today, yesterday = FOLDED.findall(client.get(f"/documents/{document}").text)
        assert (today[0], today[1:3], yesterday[0], yesterday[1:3]) == (
            "", ("2026-03-03", "3"), "", ("2026-03-02", "3"),
        )  # fmt: skip
        assert "v6" in today[3] and "current" in today[3] and "v" not in yesterday[3]
        today, yesterday = FOLDED.findall(client.get(f"/documents/{document}?version=2").text)
        assert "v" not in today[3] and "v2" in yesterday[3]
